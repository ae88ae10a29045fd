import HotColdCore

/// What `hotcold quarantine` is asked to do.
struct QuarantineOptions: Equatable, Sendable {
    /// What is to become of the documents.
    var act: QuarantineKeeper.Act

    /// The collections' keys in the configuration, none twice; empty for all.
    var collections: [String] = []

    /// Which documents, the texts as they were typed; nil for all.
    var ids: [String]?

    /// The run whose documents are meant; nil for all.
    var run: String?

    /// Whether nothing is to be written.
    var dryRun = false
}

extension QuarantineOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when something is missing or does not go together.
    init(_ values: OptionValues, operand: String?) throws(UsageError) {
        let acts = QuarantineKeeper.Act.allCases.map(\.rawValue)
        guard let operand else {
            throw UsageError("quarantine needs an action: \(acts.joined(separator: ", "))", hint: Self.help)
        }
        guard let act = QuarantineKeeper.Act(rawValue: operand) else {
            throw Suggestion.unknownAct(operand, among: acts)
        }
        self.act = act
        collections = values.collections.withoutRepetitions
        ids = values.ids.isEmpty ? nil : values.ids
        run = values.run
        dryRun = values.dryRun
        guard act != .list else {
            guard !values.all else { throw UsageError("list lists all documents without --all", hint: Self.help) }
            return
        }
        // Not by leaving something out.
        guard values.all != (ids != nil || run != nil) else {
            throw values.all
                ? UsageError("--all excludes --id and --run", hint: Self.help)
                : UsageError("quarantine \(operand) needs --id ID, --run ID or --all", hint: Self.help)
        }
    }

    private static let help = "see: hotcold help quarantine"
}
