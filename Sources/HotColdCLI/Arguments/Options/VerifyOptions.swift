internal import HotColdCore

/// What `hotcold verify` is asked to do.
struct VerifyOptions: Equatable, Sendable {
    /// The collections' keys in the configuration, none twice; empty for all.
    var collections: [String] = []

    /// What to look at.
    var task = Task.compare(fix: false)

    /// The file that gets every problem.
    var problemsFile: String?

    /// What to look at.
    enum Task: Equatable, Sendable {
        /// The tiers, one against the other.
        case compare(fix: Bool)

        /// What a run moved, against what is there.
        case proveRun(String)

        /// The same of all runs of so many days; nil for as long as the journal reaches.
        case proveJournal(days: Int?)
    }
}

extension VerifyOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when they contradict each other.
    init(_ values: OptionValues) throws(UsageError) {
        collections = values.collections.withoutRepetitions
        problemsFile = values.problemsFile
        guard !values.fix || values.run == nil && !values.journal else {
            throw UsageError(
                "--fix and \(values.journal ? "--journal" : "--run") exclude each other",
                hint: "it only looks; \(AdvisedCommand.line("verify", "--fix")) settles what is in both tiers"
            )
        }
        guard values.run == nil || !values.journal else {
            throw UsageError("--run and --journal exclude each other", hint: "--journal verifies all runs")
        }
        guard values.days == nil || values.journal else {
            throw UsageError("--days needs --journal", hint: "see: hotcold help verify")
        }
        if let run = values.run {
            task = .proveRun(run)
        } else {
            task = values.journal ? .proveJournal(days: values.days) : .compare(fix: values.fix)
        }
    }
}
