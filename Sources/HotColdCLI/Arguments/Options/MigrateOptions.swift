internal import HotColdCore

/// What `hotcold migrate` is asked to do.
struct MigrateOptions: Equatable, Sendable {
    /// Which collections to migrate.
    var selection: Selection

    /// What the engine is told.
    var engine = EngineOptions()

    /// The keys of the collections of which more than usual may move, or to and from other places.
    var confirmed: [String] = []

    /// Whether the documents stay in the hot collection, too.
    var noDelete = false

    /// The time to apply the policies as of, in milliseconds since 1970; only ever there in a dry run.
    var asOfMilliseconds: Int64?

    /// Which collections to migrate.
    enum Selection: Equatable, Sendable {
        /// Every collection that is enabled in the configuration.
        case all

        /// The collections with these keys in the configuration: at least one, none twice, in the order given.
        case named([String])
    }
}

extension MigrateOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when something is missing or does not go together.
    init(_ values: OptionValues) throws(UsageError) {
        switch (values.all, values.collections.isEmpty) {
        case (true, true): selection = .all
        case (false, false): selection = .named(values.collections.withoutRepetitions)
        case (true, false):
            throw UsageError("--collection and --all exclude each other", hint: "name collections, or take them all")
        case (false, true):
            throw UsageError(
                "migrate needs --collection NAME or --all",
                hint:
                    "\(AdvisedCommand.line("migrate", "--all --dry-run")) shows what would move, without writing anything"
            )
        }
        if values.asOfMilliseconds != nil, !values.dryRun {
            throw UsageError(
                "--as-of needs --dry-run",
                hint: "documents are moved by the server's clock; add --dry-run to see what would move at that time"
            )
        }
        engine = try EngineOptions(values)
        confirmed = values.confirmed.withoutRepetitions
        if case .named(let names) = selection, let other = confirmed.first(where: { !names.has($0) }) {
            throw UsageError(
                "--confirm \(other.shown): no --collection of this name is given",
                hint: "it goes with --collection or --all, and names a collection of the run"
            )
        }
        noDelete = values.noDelete
        asOfMilliseconds = values.asOfMilliseconds
    }
}
