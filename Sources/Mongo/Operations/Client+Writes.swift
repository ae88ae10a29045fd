internal import CMongoC

extension Client {
    /// Inserts documents in order, byte for byte, in one command where 48 MB allow.
    ///
    /// Blocks.
    ///
    /// For use inside a transaction: the write concern is the transaction's.
    ///
    /// - Returns: counts, and the first refused document (which aborts the transaction on the server).
    /// - Throws: `MongoError` for everything that is not about one document.
    public func insert(_ documents: DocumentBatch, into namespace: Namespace, comment: String) throws -> WriteResult {
        precondition(!documents.isEmpty, "the driver refuses an empty bulk")
        try checkTime()
        let start = ContinuousClock.now
        var error = bson_error_t()
        var bytes = unsafe hotcold_bytes()
        let ok = ServerWait.during("insert", on: pool) {
            unsafe documents.arena.withUnsafeBytes { arena in
                unsafe documents.offsets.withUnsafeBufferPointer { offsets in
                    // Both arrays outlive the call; the driver copies the documents into its send buffer.
                    unsafe offsets.withMemoryRebound(to: Int.self) { offsets in
                        unsafe hotcold_insert(
                            client,
                            namespace.database,
                            namespace.collection,
                            arena.baseAddress,
                            offsets.baseAddress,
                            offsets.count,
                            comment,
                            session,
                            &bytes,
                            &error
                        )
                    }
                }
            }
        }
        let reply = try unsafe takeReply(bytes)
        let result = WriteResult(reply)
        guard ok || !result.writeErrors.isEmpty && reply["errorLabels"] == nil else {
            throw failure(error, reply: reply, since: start)
        }
        pool.answers.count(since: start, isOperation: true)
        return result
    }

    /// Runs `insert`, `update`, `delete` or `findAndModify`, with majority outside a transaction.
    ///
    /// Blocks.
    ///
    /// - Throws: `MongoError`, also for write errors and write concern errors in an `ok` reply.
    @discardableResult
    public func write(_ command: BSONDocument, on database: String) throws -> BSONDocument {
        let inTransaction = unsafe mongoc_client_session_in_transaction(session)
        // The driver adds the client's write concern, majority, to `.write` commands.
        let reply = try run(command, on: database, inTransaction ? .raw : .write)
        try WriteResult(reply).orThrow()
        return reply
    }

    /// Deletes one document that matches and returns it as it was in that moment.
    ///
    /// Blocks.
    ///
    /// - Parameter found: is called with the document, also where the server then says that no majority has acknowledged
    ///   the delete.
    /// - Throws: what `found` throws, and `MongoError`.
    public func takeOne(
        matching query: BSONDocument,
        from namespace: Namespace,
        comment: String,
        _ found: (BSONDocument) throws -> Void
    ) throws {
        let command: BSONDocument = [
            "findAndModify": .string(namespace.collection), "query": .document(query), "remove": true,
            "comment": .string(comment),
        ]
        let (reply, failure) = try answer(to: command, on: namespace.database, .write)
        if let document = reply["value"]?.document { try found(document) }
        if let failure { throw failure }
        try WriteResult(reply).orThrow()
    }

    /// Deletes by id and returns how many there were.
    ///
    /// Blocks.
    public func delete(ids: [BSONValue], from namespace: Namespace, comment: String) throws -> Int {
        var writer = BSONWriter(reserving: 64 << 10)
        writer.append("delete", .string(namespace.collection))
        writer.append("deletes", [["q": .document(.matching(ids: ids)), "limit": 0]])
        writer.append("comment", .string(comment))
        return WriteResult(try write(writer.finish(), on: namespace.database)).count
    }
}

extension BSONDocument {
    /// A filter for all documents whose `_id` comes after one in the order of the index.
    ///
    /// Of any type: `{_id: {$gt: ...}}` would match those of the same type only.
    public static func after(id: BSONValue) -> BSONDocument { ["$expr": ["$gt": ["$_id", ["$literal": id]]]] }

    /// `{_id: {$in: [...]}}`.
    public static func matching(ids: [BSONValue]) -> BSONDocument {
        var writer = BSONWriter(reserving: 32 << 10)
        writer.open("_id", .document)
        writer.open("$in", .array)
        writer.append(elements: ids)
        writer.close()
        writer.close()
        return writer.finish()
    }
}
