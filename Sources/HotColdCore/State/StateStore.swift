internal import Mongo

/// hotcold's own collections, in the state database of the hot cluster.
///
/// `locks` leases, `runs` the history, `batches` the journal of what was moved, `holds` what an operator restored, `alerts`
/// what was told by mail, `seats` what movers have half-way between two deployments. `locks` and `seats` are on the cold
/// one too, where it is another, and there `identity` says which cluster it is and `quarantine` keeps what was taken out of
/// an archive and may be nowhere else.
struct StateStore: Sendable {
    let database: String
    let journalDays: Int

    init(_ configuration: Configuration) {
        database = configuration.stateDatabase
        journalDays = configuration.journalDays
    }

    var locks: Namespace { Namespace(database: database, collection: "locks") }
    var runs: Namespace { Namespace(database: database, collection: "runs") }
    var batches: Namespace { Namespace(database: database, collection: "batches") }
    var holds: Namespace { Namespace(database: database, collection: "holds") }
    var alerts: Namespace { Namespace(database: database, collection: "alerts") }

    var quarantine: Namespace { Quarantine.collection(in: database) }
    var identity: Namespace { Namespace(database: database, collection: "identity") }
    var seats: Namespace { Namespace(database: database, collection: "seats") }

    /// Makes what the cold deployment needs where it is another one than the hot.
    func prepareCold(with client: borrowing Client) throws {
        try create(locks, [], with: client)
        try create(seats, [], with: client)
        try create(identity, [], with: client)
        try create(quarantine, [], with: client)
    }

    /// Makes the collections and their indexes where they are missing: inside a transaction it would be too late.
    func prepare(with client: borrowing Client) throws {
        try create(locks, [], with: client)
        try create(seats, [], with: client)
        try create(
            runs,
            [
                ["key": ["collection": 1, "started_at": -1], "name": "by_collection"],
                // Whoever renames a key of the configuration has the same documents.
                ["key": ["source": 1, "started_at": -1], "name": "by_source"],
                ["key": ["target": 1, "started_at": -1], "name": "by_target"],
                // Nor is a collection another one for its name.
                ["key": ["uuids.hot": 1, "started_at": -1], "name": "by_hot_uuid"],
                ["key": ["uuids.cold": 1, "started_at": -1], "name": "by_cold_uuid"],
            ],
            with: client
        )
        try create(holds, Holds.indexes, with: client)
        try create(
            batches,
            [
                // Records of copies have no such date: as long as a copy is there it must be known for one.
                [
                    "key": ["kept_from": 1], "name": .string(Self.journalExpiry),
                    "expireAfterSeconds": .int(journalDays * 86_400),
                ],
                ["key": ["run": 1], "name": "by_run"],
                // Few batches are copies only; the ids of the others are looked up by run.
                ["key": ["ids": 1], "name": .string(Self.copies), "partialFilterExpression": ["copy_only": true]],
            ],
            with: client
        )
    }

    /// Whether the journal is kept for another time than configured, which the next run changes.
    func changesJournal(with client: borrowing Client) throws -> Bool {
        do {
            let indexes = try client.all(["listIndexes": .string(batches.collection)], on: database)
            let expiry = indexes.first { $0["name"]?.string == Self.journalExpiry }?["expireAfterSeconds"]?.number
            return expiry.map { $0 != Double(journalDays * 86_400) } ?? false
        } catch let error as MongoError where error.code == MongoError.Code.namespaceNotFound {
            return false
        }
    }

    /// The index of the journal that has the records of copies alone.
    static let copies = "copies_by_id"

    /// The TTL index of the journal.
    private static let journalExpiry = "moves_expiry"

    private func create(_ namespace: Namespace, _ indexes: [BSONDocument], with client: borrowing Client) throws {
        do {
            try client.write(["create": .string(namespace.collection)], on: database)
        } catch let error as MongoError where error.code == MongoError.Code.namespaceExists {}
        guard !indexes.isEmpty else { return }
        let command: BSONDocument = [
            "createIndexes": .string(namespace.collection), "indexes": .array(indexes.map(BSONValue.document)),
        ]
        do {
            try client.write(command, on: database)
        } catch let error as MongoError where error.code == 85 && namespace == batches {
            // IndexOptionsConflict: journal_days was changed.
            try client.write(
                [
                    "collMod": .string(namespace.collection),
                    "index": [
                        "name": .string(Self.journalExpiry), "expireAfterSeconds": .int(journalDays * 86_400),
                    ],
                ],
                on: database
            )
        } catch let error as MongoError where [85, 86].contains(error.code) {  // Also IndexKeySpecsConflict.
            throw MigrationError.unsuitable(
                reason: "an index of \(namespace) is not as hotcold has made it: \(error)",
                hint: "drop it; the next run makes it anew"
            )
        }
    }
}
