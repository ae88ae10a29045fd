internal import Mongo

/// Documents that an operator restored and that `migrate` leaves in hot until their hold ends.
///
/// An entry of the collection names some of them: `{ns, uuid, ids, until, run}`. A document that several entries name is held
/// until the last of them ends. The hot collection is who it is by its UUID, whatever it is called by now.
struct Holds: Sendable {
    /// How many documents an entry names at most.
    ///
    /// With an entry for each, a sixth of a restore's time would go into them. With one for a batch, the server would
    /// look through a thousand ids for each that `migrate` asks about.
    private static let idsInEntry = 50

    /// What the collection needs: entries end by themselves, and are found by what they name.
    static let indexes: [BSONDocument] = [
        ["key": ["until": 1], "name": "expiry", "expireAfterSeconds": 0],
        ["key": ["ns": 1, "ids": 1], "name": "by_id"],
        ["key": ["uuid": 1, "ids": 1], "name": "by_uuid"],
    ]

    let collection: Namespace
    /// The hot namespace that the documents are in.
    let namespace: Namespace
    /// The UUID of that; nil where it is not known, and then names tell.
    let uuid: BSONValue?

    /// Those of the ids that are held at a time.
    ///
    /// The server compares: a hold of 1 holds 1.0 too. Only then the ids are asked about one by one, and those that leave
    /// no room for others in a command.
    func held(among ids: [BSONValue], at now: Int64, with client: borrowing Client) throws -> [BSONValue] {
        let large = Set(ids.filter { $0.bytes.count > 1 << 20 })
        let others = ids.filter { !large.contains($0) }
        let named = Set(try named(among: others, at: now, with: client))
        let areAsked = named.isSubset(of: others)
        return try ids.filter { id in
            if areAsked, !large.contains(id) { return named.contains(id) }
            return try end(of: id, at: now, with: client) != nil
        }
    }

    /// Until when a document is held, in milliseconds since 1970; nil where it is not held at a time.
    func end(of id: BSONValue, at now: Int64, with client: borrowing Client) throws -> Int64? {
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": .document(entries(at: now).appending("ids", ["$in": [id]])),
            "sort": ["until": -1], "limit": 1,
        ]
        return try client.all(find, on: collection.database).first?["until"]?.dateMilliseconds
    }

    /// Whether there is any hold in the namespace, be it over.
    func isAny(with client: borrowing Client) throws -> Bool {
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": .document(ofCollection),
            "projection": ["_id": 1], "limit": 1,
        ]
        return try !client.all(find, on: collection.database).isEmpty
    }

    /// All ids that are held at a time.
    func all(at now: Int64, with client: borrowing Client) throws -> [BSONValue] {
        // Each once, by the server's comparison.
        let pipeline: [BSONValue] = [
            ["$match": .document(entries(at: now))], ["$unwind": "$ids"], ["$group": ["_id": "$ids"]],
        ]
        return try aggregate(pipeline, with: client).compactMap { $0["_id"] }
    }

    /// How many documents are held at a time, and when the last hold ends, in milliseconds since 1970 UTC.
    func summary(at now: Int64, with client: borrowing Client) throws -> (count: Int, end: Int64?) {
        let pipeline: [BSONValue] = [
            ["$match": .document(entries(at: now))], ["$unwind": "$ids"],
            ["$group": ["_id": "$ids", "end": ["$max": "$until"]]],
            ["$group": ["_id": .null, "count": ["$sum": 1], "end": ["$max": "$end"]]],
        ]
        let row = try aggregate(pipeline, with: client).first
        return (Int(row?["count"]?.quantity ?? 0), row?["end"]?.dateMilliseconds)
    }

    /// Holds documents until a time, in the caller's transaction.
    func place(_ ids: [BSONValue], until: Int64, run: String, at now: Int64, with client: borrowing Client) throws {
        let entries = ids.chunks(of: Self.idsInEntry).map { ids in
            [
                "_id": .objectID(ObjectID.make(at: now)), "ns": .string(namespace.description),
                "uuid": uuid ?? .null, "ids": .array(ids),
                "until": .date(milliseconds: until), "run": .string(run),
            ] as BSONDocument
        }
        guard !entries.isEmpty else { return }
        try client.insert(DocumentBatch(entries), into: collection, comment: "hotcold \(run)").orThrow()
    }

    /// A match filter for the namespace's entries that have not ended at a time.
    private func entries(at now: Int64) -> BSONDocument {
        ofCollection.appending("until", ["$gt": .date(milliseconds: now)])
    }

    /// A match filter for the entries of the collection: those without a UUID are older versions'.
    private var ofCollection: BSONDocument {
        let name: BSONValue = .string(namespace.description)
        guard let uuid else { return ["ns": name] }
        return ["$or": [["uuid": uuid], ["ns": name, "uuid": .null]]]
    }

    /// What entries name that the server takes for one of the ids.
    private func named(among ids: [BSONValue], at now: Int64, with client: borrowing Client) throws -> [BSONValue] {
        guard !ids.isEmpty else { return [] }
        let asked: BSONValue = ["$in": .array(ids)]
        let pipeline: [BSONValue] = [
            ["$match": .document(entries(at: now).appending("ids", asked))], ["$unwind": "$ids"],
            ["$match": ["ids": asked]], ["$project": ["_id": 0, "ids": 1]],
        ]
        return try aggregate(pipeline, with: client).compactMap { $0["ids"] }
    }

    private func aggregate(_ pipeline: [BSONValue], with client: borrowing Client) throws -> [BSONDocument] {
        let command: BSONDocument = [
            "aggregate": .string(collection.collection), "pipeline": .array(pipeline), "cursor": [:],
            "allowDiskUse": true,
        ]
        return try client.all(command, on: collection.database)
    }
}
