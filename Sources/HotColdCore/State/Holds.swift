internal import Mongo

/// Documents that an operator restored and that `migrate` leaves in hot until their hold ends.
struct Holds: Sendable {
    let collection: Namespace
    /// The hot namespace that the documents are in.
    let namespace: Namespace

    private func key(_ id: BSONValue) -> BSONValue { ["ns": .string(namespace.description), "id": id] }

    /// The keys of all ids there can be: an index on the namespace would be written to with every hold.
    var everyKey: BSONValue { ["$gte": ["ns": .string(namespace.description)], "$lte": key(.maxKey)] }

    /// Those of the ids that are held at a time.
    ///
    /// The server compares: a hold of 1 holds 1.0 too. Only then the ids are asked about one by one.
    func held(among ids: [BSONValue], at now: Int64, with client: borrowing Client) throws -> [BSONValue] {
        let known = Set(ids)
        func matching(_ some: [BSONValue]) throws -> [BSONValue] {
            let filter = BSONDocument.matching(ids: some.map(key)).appending("until", ["$gt": .date(milliseconds: now)])
            return try self.ids(matching: filter, with: client)
        }
        let held = try matching(ids)
        if held.allSatisfy(known.contains) { return held }
        return try ids.filter { try !matching([$0]).isEmpty }
    }

    /// Until when a document is held, in milliseconds since 1970; nil where it is not held at a time.
    func end(of id: BSONValue, at now: Int64, with client: borrowing Client) throws -> Int64? {
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": ["_id": key(id), "until": ["$gt": .date(milliseconds: now)]],
            "limit": 1,
        ]
        return try client.all(find, on: collection.database).first?["until"]?.dateMilliseconds
    }

    /// Whether there is any hold in the namespace, be it over.
    func isAny(with client: borrowing Client) throws -> Bool {
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": ["_id": everyKey], "projection": ["_id": 1], "limit": 1,
        ]
        return try !client.all(find, on: collection.database).isEmpty
    }

    /// All ids that are held at a time.
    func all(at now: Int64, with client: borrowing Client) throws -> [BSONValue] {
        try ids(matching: ["_id": everyKey, "until": ["$gt": .date(milliseconds: now)]], with: client)
    }

    /// Holds documents until a time, in the caller's transaction.
    ///
    /// - Parameter replacing: whether there may be holds of these ids, which are to give way; else it is an error.
    func place(
        _ ids: [BSONValue],
        until: Int64,
        run: String,
        replacing: Bool,
        with client: borrowing Client
    ) throws {
        let keys = ids.map(key)
        if replacing { _ = try client.delete(ids: keys, from: collection, comment: "hotcold \(run)") }
        let documents = DocumentBatch(
            keys.map { ["_id": $0, "until": .date(milliseconds: until), "run": .string(run)] as BSONDocument }
        )
        try client.insert(documents, into: collection, comment: "hotcold \(run)").orThrow()
    }

    private func ids(matching filter: BSONDocument, with client: borrowing Client) throws -> [BSONValue] {
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": .document(filter), "projection": ["_id": 1],
        ]
        return try client.all(find, on: collection.database).compactMap { $0["_id"]?.document?["id"] }
    }
}
