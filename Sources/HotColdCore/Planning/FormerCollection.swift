internal import Mongo

/// Where a collection is that earlier runs worked on by a name that means none any more.
enum FormerCollection {
    /// The facts of a missing collection with the name that the one of earlier runs has now; others as they are.
    static func seeking(
        _ facts: CollectionFacts,
        as tier: Tier,
        in state: StateStore,
        of tiers: Tiers
    ) async throws -> CollectionFacts {
        guard facts.form == .missing else { return facts }
        var facts = facts
        do {
            let name = facts.namespace
            let uuid = try await tiers.hot.main.withClient {
                try lastUUID(of: name, as: tier, in: state.runs, with: $0)
            }
            guard let uuid, uuid.type == .binary else { return facts }
            let pool = tier == .hot ? tiers.hot : tiers.cold
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
        let name: BSONValue = .string("\(namespace)")
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
