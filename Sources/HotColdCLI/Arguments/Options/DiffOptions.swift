/// What `hotcold diff` is asked to do.
struct DiffOptions: Equatable, Sendable {
    /// The collection's key in the configuration.
    var collection: String

    /// The documents' ids, as typed.
    var ids: [String]
}

extension DiffOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when something is missing.
    init(_ values: OptionValues) throws(UsageError) {
        guard let collection = values.collection, !values.ids.isEmpty else {
            throw UsageError("diff needs --collection NAME and --id ID", hint: "see: hotcold help diff")
        }
        self.init(collection: collection, ids: values.ids)
    }
}
