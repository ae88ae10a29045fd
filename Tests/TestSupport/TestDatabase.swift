public import Mongo

/// A database that belongs to one test.
public struct TestDatabase: Sendable {
    /// Its name.
    public let name: String
    /// The URI of its server; nil is that of `TestServer.uri`.
    public let uri: String?
    /// The pool it was made from.
    public let pool: ConnectionPool
    /// A connection of the test's own: thread, client, session.
    public let connection: Connection

    init(name: String, at uri: String?) throws {
        self.name = name
        self.uri = uri
        pool = try TestServer.pool(at: uri)
        connection = try pool.makeConnection()
    }

    /// A collection of this database.
    public func namespace(_ collection: String) -> Namespace { Namespace(database: name, collection: collection) }

    /// Runs a blocking body with the test's own client and the database's name.
    public func withClient<Success: Sendable>(
        _ body: @escaping @Sendable (borrowing Client, _ database: String) throws -> Success
    ) async throws -> Success {
        let name = name
        return try await connection.withClient { try body($0, name) }
    }

    /// Runs a command on this database.
    @discardableResult
    public func run(_ command: BSONDocument) async throws -> BSONDocument {
        try await withClient { try $0.run(command, on: $1) }
    }

    /// Inserts documents, byte for byte.
    ///
    /// - Throws: `MongoError` for the first refused document too.
    public func insert(_ documents: [BSONDocument], into collection: String) async throws {
        let namespace = namespace(collection)
        for start in stride(from: 0, to: documents.count, by: 10_000) {
            let batch = DocumentBatch(documents[start..<min(start + 10_000, documents.count)])
            try await withClient { client, _ in
                _ = try client.insert(batch, into: namespace, comment: "test").orThrow()
            }
        }
    }

    /// The documents of a collection that match, in natural order unless sorted.
    public func documents(
        in collection: String,
        matching filter: BSONDocument = [:],
        sort: BSONDocument = [:]
    ) async throws -> [BSONDocument] {
        let command: BSONDocument = [
            "find": .string(collection), "filter": .document(filter), "sort": .document(sort),
        ]
        return try await withClient { try $0.all(command, on: $1) }
    }

    /// What the server knows a collection by, whatever its name; null where there is none.
    public func uuid(of collection: String) async throws -> BSONValue {
        let list: BSONDocument = ["listCollections": 1, "filter": ["name": .string(collection)]]
        return try await withClient { try $0.all(list, on: $1) }.first?["info"]?.document?["uuid"]?.detached ?? .null
    }

    /// How many documents of a collection match; counted, not estimated.
    public func count(_ collection: String, matching filter: BSONDocument = [:]) async throws -> Int {
        let command: BSONDocument = [
            "aggregate": .string(collection),
            "pipeline": [["$match": .document(filter)], ["$count": "n"]],
            "cursor": [:],
        ]
        let rows = try await withClient { try $0.all(command, on: $1) }
        return Int(rows.first?["n"]?.integer ?? 0)
    }

    /// Creates an index with the server's default name, and options such as `unique`.
    public func createIndex(
        on collection: String,
        _ keys: BSONDocument,
        options: [(String, BSONValue)] = []
    ) async throws {
        let title = try keys.elements().map { "\($0.name)_\($0.value.integer ?? 0)" }.joined(separator: "_")
        let index = BSONDocument([("key", .document(keys)), ("name", .string(title))] + options)
        try await run(["createIndexes": .string(collection), "indexes": [.document(index)]])
    }

    /// Gives a collection of this database another name.
    public func rename(_ collection: String, to other: String, droppingTarget: Bool = false) async throws {
        let command: BSONDocument = [
            "renameCollection": .string(namespace(collection).description),
            "to": .string(namespace(other).description), "dropTarget": .bool(droppingTarget),
        ]
        try await withClient { client, _ in _ = try client.run(command, on: "admin") }
    }

    /// Drops a collection, if it is there.
    public func drop(_ collection: String) async throws {
        do {
            try await run(["drop": .string(collection)])
        } catch let error as MongoError where error.code == MongoError.Code.namespaceNotFound {
        }
    }

    /// Drops the database; `TestServer.withDatabase` does it.
    func dropDatabase() async throws { try await run(["dropDatabase": 1]) }
}
