import Mongo

/// Fills a database and says with what.
struct Shop {
    /// A collection is there already, and `--drop` was not given.
    struct Occupied: Error, CustomStringConvertible {
        let description: String
    }

    private let arguments: Arguments
    private let pool: ConnectionPool

    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        pool = try ConnectionPool(ConnectionString(arguments.uri), applicationName: "sample-data")
    }

    /// Creates the collections, their indexes and their documents, and prints a table of them.
    func fill() async throws {
        let names = ["users", "orders", "logs"]
        let now = try await pool.main.withClient { [arguments] client in
            try prepare(names, in: arguments.database, drop: arguments.drop, with: client)
            return try client.run(["hello": 1], on: "admin")["localTime"]?.dateMilliseconds
        }
        guard let now else { throw MongoError(.driver, message: "the server does not tell its time") }

        let scale = arguments.scale
        let users = Users(now: now, scale: scale)
        let orders = Orders(now: now, scale: scale)
        let logs = Logs(now: now, scale: scale)
        async let usersSize = insert(users.count, into: "users") { users.document($0) }
        async let ordersSize = insert(orders.count, into: "orders") { orders.document($0) }
        async let logsSize = insert(logs.count, into: "logs") { logs.document($0) }
        let rows = try await [(users.count, usersSize), (orders.count, ordersSize), (logs.count, logsSize)]

        print("\(pad("collection", -24)) \(pad("documents", 12)) \(pad("MB", 9))")
        for (name, row) in zip(names, rows) {
            print("\(pad("\(arguments.database).\(name)", -24)) \(pad("\(row.0)", 12)) \(pad(megabytes(row.1), 9))")
        }
    }

    /// Inserts documents over a connection of its own, a batch at a time, and returns their bytes.
    private func insert(
        _ count: Int,
        into collection: String,
        _ document: @escaping @Sendable (Int) -> BSONDocument
    ) async throws -> Int {
        let namespace = Namespace(database: arguments.database, collection: collection)
        let batchSize = 2_000
        return try await pool.makeConnection().withClient { client in
            var bytes = 0
            for start in stride(from: 0, to: count, by: batchSize) {
                let batch = DocumentBatch((start..<min(start + batchSize, count)).lazy.map(document))
                try client.insert(batch, into: namespace, comment: "sample-data").orThrow()
                bytes += batch.byteCount
            }
            return bytes
        }
    }
}

/// Makes room for the collections and creates their indexes.
private func prepare(_ names: [String], in database: String, drop: Bool, with client: borrowing Client) throws {
    let present = try client.all(["listCollections": 1, "nameOnly": true], on: database).compactMap {
        $0["name"]?.string
    }
    for name in names where present.contains(name) {
        guard drop else {
            throw Shop.Occupied(description: "\(database).\(name) is there already; add --drop to replace it")
        }
        try client.write(["drop": .string(name)], on: database)
    }
    let indexes: [(String, BSONDocument)] = [
        ("users", ["key": ["last_accessed": 1], "name": "last_accessed_1"]),
        ("users", ["key": ["email": 1], "name": "email_1", "unique": true]),
        ("orders", ["key": ["created_at": 1], "name": "created_at_1"]),
        ("logs", ["key": ["timestamp": 1], "name": "timestamp_1"]),
    ]
    for (name, index) in indexes {
        try client.write(["createIndexes": .string(name), "indexes": [.document(index)]], on: database)
    }
}

/// Text in a column: to its left for a negative width, to its right for a positive one.
private func pad(_ text: String, _ width: Int) -> String {
    let spaces = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? text + spaces : spaces + text
}

private func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes * 10 + (1 << 19)) >> 20
    return "\(tenths / 10).\(tenths % 10)"
}
