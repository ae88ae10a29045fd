/// What `hotcold adopt` is asked to do.
struct AdoptOptions: Equatable, Sendable {
    /// The collection's key in the configuration.
    var collection: String

    /// Where its archive was before: `database.collection`.
    var former: String

    /// Whether to do it although the archive can't be told for the former one.
    var isConfirmed = false

    /// Whether nothing is to be written.
    var dryRun = false
}

extension AdoptOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when something is missing or does not go together.
    init(_ values: OptionValues) throws(UsageError) {
        guard let collection = values.collection, let former = values.former else {
            throw UsageError("adopt needs --collection NAME and --from NAMESPACE", hint: "see: hotcold help adopt")
        }
        let parts = former.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw UsageError(
                "--from takes DATABASE.COLLECTION, not \(former.shown)",
                hint: "it is what the archive was called before, with its database"
            )
        }
        self.init(
            collection: collection,
            former: former,
            isConfirmed: try values.isConfirmed(collection, "the --collection whose archive is adopted"),
            dryRun: values.dryRun
        )
    }
}
