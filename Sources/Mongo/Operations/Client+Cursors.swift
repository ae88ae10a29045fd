/// An open cursor on the server.
///
/// A value: it can wait in an actor or a task while the client does other work, and is read on by the connection that
/// opened it, since the server ties it to that session.
public struct ServerCursor: Sendable {
    let id: Int64
    let namespace: Namespace
    let server: UInt32
    let batchSize: Int?
}

/// What one round trip of a cursor brought.
public struct CursorPage: Sendable {
    /// The documents.
    public let documents: DocumentBatch
    /// How to go on; nil at the end.
    public let next: ServerCursor?
}

extension Client {
    /// Runs `find`, `aggregate`, `listIndexes` or `listCollections` and returns the first documents.
    ///
    /// Blocks.
    ///
    /// - Throws: `MongoError`, or `BSONError` for a reply that makes no sense.
    public func open(_ command: BSONDocument, on database: String, batchSize: Int? = nil) throws -> CursorPage {
        let server = try primary()
        let reply = try run(command, on: database, .read, server: server)
        return try CursorPage(reply, server: server, batchSize: batchSize)
    }

    /// The next documents of a cursor that this client opened.
    ///
    /// Blocks. The driver does not retry it.
    ///
    /// - Throws: `MongoError`; with code `cursorNotFound` when the server has forgotten the cursor.
    public func next(_ cursor: ServerCursor) throws -> CursorPage {
        var command: BSONDocument = [
            "getMore": .int64(cursor.id), "collection": .string(cursor.namespace.collection),
        ]
        if let size = cursor.batchSize { command = command.appending("batchSize", .int(size)) }
        let reply = try run(command, on: cursor.namespace.database, .raw, server: cursor.server)
        return try CursorPage(reply, server: cursor.server, batchSize: cursor.batchSize)
    }

    /// Lets the server forget a cursor.
    ///
    /// A failure is of no consequence: the server forgets it by itself.
    public func close(_ cursor: ServerCursor) {
        let command: BSONDocument = [
            "killCursors": .string(cursor.namespace.collection), "cursors": [.int64(cursor.id)],
        ]
        _ = try? run(command, on: cursor.namespace.database, .raw, server: cursor.server)  // As documented.
    }

    /// All documents of a cursor; for results known to be small.
    ///
    /// Blocks.
    public func all(_ command: BSONDocument, on database: String) throws -> [BSONDocument] {
        var documents: [BSONDocument] = []
        try forEach(from: open(command, on: database)) { documents.append($0) }
        return documents
    }

    /// Visits all documents of a cursor, of which it holds a page at a time.
    ///
    /// Blocks. A body that throws leaves the cursor to the server, which forgets it by itself.
    ///
    /// - Parameter first: the page that opening the cursor brought.
    public func forEach(from first: CursorPage, _ body: (BSONDocument) throws -> Void) throws {
        var page = first
        while true {
            for document in page.documents { try body(document) }
            guard let cursor = page.next else { return }
            page = try next(cursor)
        }
    }
}

extension CursorPage {
    /// Reads the reply to a command that opened a cursor, or to `getMore`.
    ///
    /// - Throws: `BSONError`.
    init(_ reply: BSONDocument, server: UInt32, batchSize: Int?) throws(BSONError) {
        guard let cursor = reply["cursor"]?.document, let id = cursor["id"]?.integer,
            let documents = (cursor["firstBatch"] ?? cursor["nextBatch"])?.document,
            let namespace = cursor["ns"]?.string.flatMap(Namespace.init)
        else { throw BSONError("a cursor's reply without id, namespace or documents", at: 0) }
        self.documents = try DocumentBatch(array: documents)
        next = id == 0 ? nil : ServerCursor(id: id, namespace: namespace, server: server, batchSize: batchSize)
    }
}
