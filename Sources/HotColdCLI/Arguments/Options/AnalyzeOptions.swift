/// What `hotcold analyze` is asked to do.
struct AnalyzeOptions: Equatable, Sendable {
    /// The collections' keys in the configuration, none twice; empty for all.
    var collections: [String] = []

    /// The time to apply the policies as of, in milliseconds since 1970; nil is now.
    var asOfMilliseconds: Int64?

    /// What to find out.
    var question = Question.survey(whatIfDays: [], sample: nil)

    /// What to find out.
    enum Question: Equatable, Sendable {
        /// Where the documents stand, and what would move by these other thresholds; estimated from a sample of so many
        /// documents, or nil to count them all.
        case survey(whatIfDays: [Int], sample: Int?)

        /// Why the document with this `_id` is where it is: the text as it was typed.
        case document(id: String)
    }
}

extension AnalyzeOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when options do not go together.
    init(_ values: OptionValues) throws(UsageError) {
        collections = values.collections.withoutRepetitions
        asOfMilliseconds = values.asOfMilliseconds
        guard let id = values.explain else {
            question = .survey(whatIfDays: values.whatIfDays, sample: values.sample)
            return
        }
        for (option, isGiven) in [("--what-if", !values.whatIfDays.isEmpty), ("--sample", values.sample != nil)]
        where isGiven {
            throw UsageError(
                "--explain and \(option) exclude each other",
                hint: "one is about a document, the other about collections"
            )
        }
        question = .document(id: id)
    }
}
