internal import HotColdCore

extension MoveCommand {
    /// `hotcold migrate`: moves what the policies call cold into the archive.
    ///
    /// - Throws: `Failure` for a collection that is not configured.
    static func migrate(_ options: MigrateOptions, in context: CommandContext) throws -> MoveCommand {
        let chosen: [CollectionConfiguration]
        switch options.selection {
        case .all: chosen = context.configuration.collections.filter(\.isEnabled)
        case .named(let names): chosen = try context.collections(named: names)
        }
        let areAll = if case .all = options.selection { true } else { false }
        for name in options.confirmed { _ = try context.configuration.collection(named: name) }
        let (engine, confirmed) = (options.engine, options.confirmed)
        return MoveCommand(
            context: context,
            direction: .migrate,
            engine: engine,
            collections: chosen.map { collection in
                var collection = collection.overridden(by: engine)
                if options.noDelete { collection.deletesAfterMigration = false }
                return collection
            },
            areAll: areAll,
            plan: { planner, collection, moveOptions, stop in
                var moveOptions = moveOptions
                moveOptions.allowsUnusualShare = confirmed.has(collection.name)
                moveOptions.allowsOtherTiers = moveOptions.allowsUnusualShare
                return try await planner.migration(
                    of: collection,
                    options: moveOptions,
                    asOf: options.asOfMilliseconds,
                    detailed: engine.dryRun,
                    stop: stop
                )
            }
        )
    }
}

extension CollectionConfiguration {
    /// The entry with what the command line says about it.
    func overridden(by engine: EngineOptions) -> CollectionConfiguration {
        var collection = self
        collection.batchSize = engine.batchSize ?? collection.batchSize
        if engine.noVerify { collection.verifiesMigration = false }
        return collection
    }
}

extension Configuration {
    /// The entry of a name.
    ///
    /// - Throws: `Failure`, which lists the known names.
    func collection(named name: String) throws -> CollectionConfiguration {
        if let found = collections.first(where: { $0.name.hasBytes(of: name) }) { return found }
        let names = collections.map(\.name)
        let hint = nearestMatch(to: name, among: names).map { "did you mean \($0.shown)? " } ?? ""
        throw Failure(
            .usage,
            "no collection \(name.shown) in the configuration",
            hint: hint
                + (names.isEmpty ? "none are configured" : "configured: \(names.map(\.shown).joined(separator: ", "))")
        )
    }
}
