internal import Mongo

/// The ids of a collection in the order of its `_id` index, a page at a time, and nothing else of the documents.
///
/// A cursor that was lost is opened again where it was, for as long as `patience` allows.
struct IDStream {
    /// How many ids a page has: they are looked up elsewhere in one query.
    static let pageSize = 1000

    private let collection: CollectionIdentity
    private let connection: Connection
    private let patience: Duration
    private let stop: StopRequest

    private var cursor: ServerCursor?
    private var isOpen = false
    private var last: BSONValue?

    init(_ collection: CollectionIdentity, connection: Connection, patience: Duration, stop: StopRequest) {
        self.collection = collection
        self.connection = connection
        self.patience = patience
        self.stop = stop
    }

    /// The next ids; nil at the end.
    ///
    /// - Throws: `MigrationError.unavailable` when the server was away for too long, or `MongoError`, also where the name
    ///   means another collection now: that one ends as if there were no more.
    mutating func next() async throws -> [BSONValue]? {
        var patience = Patience(patience)
        while !isOpen || cursor != nil {
            do {
                let page = try await fetch()
                cursor = page.next
                isOpen = true
                let ids = page.documents.compactMap { $0["_id"] }
                last = ids.last?.detached ?? last
                if !ids.isEmpty { return ids }
            } catch let error as MongoError where error.isTransient {
                guard await patience.pause(stop) else { throw MigrationError.unavailable(error) }
                cursor = nil
                isOpen = false
            }
        }
        return nil
    }

    /// Gives up the cursor, where there is one.
    mutating func close() async {
        guard let open = cursor else { return }
        cursor = nil
        try? await connection.withClient { $0.close(open) }  // The server forgets it by itself.
    }

    private func fetch() async throws -> CursorPage {
        if let cursor { return try await connection.withClient { try $0.next(cursor) } }
        var find: BSONDocument = [
            "find": .string(collection.namespace.collection), "projection": ["_id": 1], "hint": ["_id": 1],
            "readConcern": ["level": "majority"], "batchSize": .int(Self.pageSize), "comment": "hotcold verify",
        ]
        if let last { find = find.appending("filter", .document(.after(id: last))) }
        let (command, database) = (collection.named(in: find), collection.namespace.database)
        return try await connection.withClient { try $0.open(command, on: database, batchSize: Self.pageSize) }
    }
}
