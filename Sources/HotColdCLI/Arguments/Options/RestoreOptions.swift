/// What `hotcold restore` is asked to do.
struct RestoreOptions: Equatable, Sendable {
    /// The collection's key in the configuration.
    var collection: String

    /// Which documents to restore.
    var selection: Selection

    /// What the engine is told.
    var engine = EngineOptions()

    /// Whether the collection's tiers may be others than to the runs before.
    var isConfirmed = false

    /// Whether the documents stay in the archive, too.
    var keepCold = false

    /// For how many days migrate leaves the documents hot: 0 is no hold, nil is what the configuration says.
    var holdDays: Int?

    /// Which archived documents to restore.
    enum Selection: Equatable, Sendable {
        /// Those that match a filter: the text as it was typed, not yet known to be Extended JSON.
        case query(String)

        /// Those with these `_id`s: at least one, the texts as they were typed.
        case ids([String])
    }
}

extension RestoreOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when something is missing or does not go together.
    init(_ values: OptionValues) throws(UsageError) {
        guard let collection = values.collection else {
            throw UsageError("restore needs --collection NAME", hint: "see: hotcold help restore")
        }
        self.collection = collection
        switch (values.query, values.ids.isEmpty) {
        case (let query?, true): selection = .query(query)
        case (nil, false): selection = .ids(values.ids)
        case (_?, false): throw UsageError("--query and --id exclude each other", hint: "see: hotcold help restore")
        case (nil, true):
            throw UsageError("restore needs --query JSON or --id ID", hint: "see: hotcold help restore")
        }
        engine = try EngineOptions(values)
        isConfirmed = try values.isConfirmed(collection, "the --collection of this restore")
        keepCold = values.keepCold
        holdDays = values.holdDays
    }
}
