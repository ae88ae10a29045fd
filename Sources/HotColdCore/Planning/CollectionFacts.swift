internal import Mongo

/// What a server says about a collection before anything is moved.
struct CollectionFacts: Sendable {
    /// What a namespace can be.
    enum Form: String, Sendable {
        case collection
        case view
        case timeseries
        case missing
    }

    struct Index: Sendable {
        let name: String
        let key: BSONDocument
        let specification: BSONDocument

        /// Seconds after which the server deletes documents, for a TTL index.
        ///
        /// Old servers stored NaN, which some of them take for 0: so does this. And 1e300 fits no integer.
        var expireAfterSeconds: Int64? {
            specification["expireAfterSeconds"]?.number.map { $0 > 0 ? Int64(min($0, 1e18)) : 0 }
        }

        /// The first field, where the index has an entry for every document that has the field.
        ///
        /// A partial one has not. Nor has one with a field of another kind, such as `2dsphere`, `text` and wildcards:
        /// a document without that field has no entry (MongoDB's manual, "Sparse Indexes", "Compound Wildcard Indexes").
        var leadingField: String? {
            let isWhole = ["partialFilterExpression", "hidden"].allSatisfy { specification[$0] == nil }
            // A reply cut short is no index.
            guard isWhole, let fields = try? key.elements(), let first = fields.first,
                fields.allSatisfy({ $0.value.number != nil && !$0.name.contains("$**") })
            else { return nil }
            return first.value.integer == 1 || first.value.integer == -1 ? first.name : nil
        }

        /// Whether that is the field.
        func leads(with field: FieldPath) -> Bool { leadingField?.isExactly(field.description) == true }
    }

    let namespace: Namespace
    let form: Form
    let options: BSONDocument
    let indexes: [Index]
    /// Average document size in bytes; nil for an empty collection.
    let averageDocumentBytes: Int?
    /// What it takes; nothing for what is no collection.
    var usage = StorageUsage()
    /// What the server knows it by, whatever its name; nil for what is no collection.
    var uuid: BSONValue?
    /// Of what is missing: the existing collection of the most similar name; nil where none is similar.
    var nearest: Namespace?
    /// Of what is missing: what the collection is called now that earlier runs knew by the name; nil where there is none.
    var renamed: Namespace?

    var isCapped: Bool { options["capped"]?.bool == true }
    var collation: BSONDocument? { options["collation"]?.document }

    /// Asks the deployment's primary.
    static func read(_ namespace: Namespace, in pool: ConnectionPool) async throws -> CollectionFacts {
        try await pool.main.withClient { try read(namespace, with: $0) }
    }

    private static func read(_ namespace: Namespace, with client: borrowing Client) throws -> CollectionFacts {
        let list: BSONDocument = ["listCollections": 1, "filter": ["name": .string(namespace.collection)]]
        guard let entry = try client.all(list, on: namespace.database).first else {
            var missing = CollectionFacts(
                namespace: namespace,
                form: .missing,
                options: BSONDocument(),
                indexes: [],
                averageDocumentBytes: nil
            )
            missing.nearest = try namespace.nearestExisting(with: client)
            return missing
        }
        let form = entry["type"]?.string.flatMap(Form.init(rawValue:)) ?? .collection
        var indexes: [Index] = []
        var usage = StorageUsage()
        var average: Int64?
        if form == .collection {
            indexes = try client.all(["listIndexes": .string(namespace.collection)], on: namespace.database).map {
                Index(name: $0["name"]?.string ?? "", key: $0["key"]?.document ?? BSONDocument(), specification: $0)
            }
            let stats = try client.run(["collStats": .string(namespace.collection)], on: namespace.database, .read)
            usage = StorageUsage(collStats: stats)
            average = Self.averageDocumentBytes(stats)
        }
        return CollectionFacts(
            namespace: namespace,
            form: form,
            options: entry["options"]?.document ?? BSONDocument(),
            indexes: indexes,
            averageDocumentBytes: average.map(Int.init),
            usage: usage,
            uuid: entry["info"]?.document?["uuid"]?.detached
        )
    }

    /// The average size of documents in a reply to `collStats`.
    static func averageDocumentBytes(_ stats: BSONDocument) -> Int64? { stats["avgObjSize"]?.quantity }
}

extension Namespace {
    /// The existing collection that was most probably meant by the name of a missing one.
    ///
    /// Of its database; where that has none, of the database of the most similar name.
    fileprivate func nearestExisting(with client: borrowing Client) throws -> Namespace? {
        do {
            if let nearest = try nearest(in: database, with: client) { return nearest }
            let list: BSONDocument = ["listDatabases": 1, "nameOnly": true, "authorizedDatabases": true]
            let databases = try client.run(list, on: "admin", .read)["databases"]?.array ?? []
            let names = databases.compactMap { $0.document?["name"]?.string }
            guard !names.contains(where: { $0.isExactly(database) }),
                let other = nearestMatch(to: database, among: names)
            else { return nil }
            return try nearest(in: other, with: client)
        } catch let error as MongoError where error.isRefusal {
            return nil  // Whoever may not see the others gets no suggestion.
        }
    }

    private func nearest(in database: String, with client: borrowing Client) throws -> Namespace? {
        let list: BSONDocument = ["listCollections": 1, "nameOnly": true, "authorizedCollections": true]
        let names = try client.all(list, on: database).compactMap { $0["name"]?.string }
        return nearestMatch(to: collection, among: names.filter { !$0.hasPrefix("system.") })
            .map { Namespace(database: database, collection: $0) }
    }
}
