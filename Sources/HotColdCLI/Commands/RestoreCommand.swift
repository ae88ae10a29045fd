internal import HotColdCore

extension MoveCommand {
    /// `hotcold restore`: brings archived documents back and holds them in hot.
    ///
    /// - Throws: `Failure` for a collection that is not configured or a query that is no Extended JSON.
    static func restore(_ options: RestoreOptions, in context: CommandContext) throws -> MoveCommand {
        var collection = try context.configuration.collection(named: options.collection).overridden(by: options.engine)
        // Whether documents leave hot is the policy's; whether they leave the archive is said here.
        collection.deletesAfterMigration = !options.keepCold
        let selection = try selection(options.selection, policy: collection.policy)
        let holdDays = options.holdDays ?? collection.policy.hotAccessDays
        let (engine, isConfirmed) = (options.engine, options.isConfirmed)
        return MoveCommand(
            context: context,
            direction: .restore,
            engine: engine,
            collections: [collection],
            plan: { planner, collection, moveOptions, stop in
                var moveOptions = moveOptions
                moveOptions.holdDays = holdDays
                moveOptions.allowsOtherTiers = isConfirmed
                return try await planner.restore(
                    selection,
                    of: collection,
                    options: moveOptions,
                    detailed: engine.dryRun,
                    stop: stop
                )
            }
        )
    }

    private static func selection(_ selection: RestoreOptions.Selection, policy: Policy) throws -> RestoreSelection {
        switch selection {
        case .ids(let texts): return .ids(texts.map { RequestedID($0) })
        case .query(let text):
            do {
                return .query(try QueryDates(policy).reading(ExtendedJSONQuery.parseDocument(text)))
            } catch {
                throw Failure(
                    .usage,
                    "--query: \(error)",
                    hint: #"a query is one JSON object, such as '{"_id": "user123"}' or '{"age": {"$gte": 18}}'"#
                )
            }
        }
    }
}
