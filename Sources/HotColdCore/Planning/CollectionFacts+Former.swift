internal import Mongo

extension CollectionFacts {
    /// Asks a tier's primary; of a collection that is missing also what the one of earlier runs is called now.
    static func read(
        _ name: Namespace,
        as tier: Tier,
        in state: StateStore,
        of tiers: Tiers
    ) async throws -> CollectionFacts {
        let pool = tier == .hot ? tiers.hot : tiers.cold
        var facts = try await read(name, in: pool)
        guard facts.form == .missing else { return facts }
        do {
            let uuid = try await tiers.hot.main.withClient {
                try lastUUID(of: name, as: tier, in: state.runs, with: $0)
            }
            guard let uuid, uuid.type == .binary else { return facts }
            facts.renamed = try await pool.main.withClient { client in
                let list: BSONDocument = ["listCollections": 1, "filter": ["info.uuid": uuid]]
                let entry = try client.all(list, on: name.database).first
                return entry?["name"]?.string.map { Namespace(database: name.database, collection: $0) }
            }
        } catch let error as MongoError where error.isRefusal {}  // Whoever may not see it is not told.
        return facts
    }

    /// What the last run knew it by.
    private static func lastUUID(
        of namespace: Namespace,
        as tier: Tier,
        in runs: Namespace,
        with client: borrowing Client
    ) throws -> BSONValue? {
        let name: BSONValue = .string(namespace.description)
        let (migrate, restore) = tier == .hot ? ("source", "target") : ("target", "source")
        let find: BSONDocument = [
            "find": .string(runs.collection),
            "filter": [
                "$or": [
                    .document(BSONDocument([("command", "migrate"), (migrate, name)])),
                    .document(BSONDocument([("command", "restore"), (restore, name)])),
                ]
            ],
            "projection": ["uuids": 1], "sort": ["started_at": -1], "limit": 1,
        ]
        return try client.all(find, on: runs.database).first?["uuids"]?.document?[tier == .hot ? "hot" : "cold"]?
            .detached
    }
}
