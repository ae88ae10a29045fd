internal import Mongo

/// Writes copies into a collection byte for byte, in the caller's transaction.
///
/// One document's fault is not the batch's: it ends the attempt with that document's name, and the rest is tried again.
struct TargetWriter: Sendable {
    let target: Namespace
    let comment: String

    /// Removes what gives way and writes what is to be written.
    ///
    /// - Throws: `MoveInterruption.documents`.
    func write(_ sorted: BatchSorting, with client: borrowing Client) throws {
        let outdated = sorted.outdated.compactMap { $0["_id"] }
        if !outdated.isEmpty { _ = try client.delete(ids: outdated, from: target, comment: comment) }
        try insert(sorted.inserts, with: client)
        for (id, document) in zip(sorted.replacements.ids, sorted.replacements.documents) {
            try put(document, id, with: client)
        }
    }

    private func insert(_ batch: SourceBatch, with client: borrowing Client) throws {
        guard !batch.isEmpty else { return }
        let result = try client.insert(batch.documents, into: target, comment: comment)
        if let error = result.writeErrors.first {
            guard error.concernsDocument else { throw MongoError(.server, code: error.code, message: error.message) }
            throw MoveInterruption.documents([fault(of: batch.ids[error.index], error)])
        }
        guard result.count == batch.count else {
            throw MigrationError.bug("\(result.count) of \(batch.count) copies were inserted without an error")
        }
    }

    /// Puts a document, also one that an insert would alter.
    func put(
        _ document: BSONDocument,
        _ id: BSONValue,
        bypassingValidation: Bool = false,
        with client: borrowing Client
    ) throws {
        let reply: BSONDocument
        do {
            let command = upsert(document, at: ["_id": ["$eq": id]], bypassingValidation: bypassingValidation)
            reply = try client.write(command, on: target.database)
        } catch let error as MongoError where error.concernsDocument {
            throw MoveInterruption.documents([
                DocumentFault(id: id, kind: .failed, reason: "\(error)", code: error.code)
            ])
        }
        // What the target had of this _id is deleted by now. What the update found all the same has an _id that the
        // server takes for equal, 1.0 for 1: somebody else's document, which the rollback brings back.
        guard reply["upserted"]?.array?.count == 1 else {
            throw MoveInterruption.documents([DocumentFault(id: id, kind: .conflict, reason: equalID)])
        }
    }

    /// Puts a document where there is none of its `_id`, whatever validators say.
    ///
    /// For use outside a transaction: one that somebody has written meanwhile stays.
    ///
    /// - Returns: whether these bytes are there: another one may be.
    /// - Throws: `MoveInterruption.documents` where a unique index refuses it.
    func putIfAbsent(_ document: BSONDocument, _ id: BSONValue, with client: borrowing Client) throws -> Bool {
        // Matches nothing, so that it inserts or meets the `_id`.
        let command = upsert(document, at: ["_id": ["$eq": id], "$nor": [[:]]], bypassingValidation: true)
        let reply = try client.run(command, on: target.database, .write)
        let result = WriteResult(reply)
        if let error = result.writeErrors.first, error.concernsDocument {
            guard error.code == MongoError.Code.duplicateKey, error.keyPattern == ["_id": 1] else {
                throw MoveInterruption.documents([fault(of: id, error)])
            }
            let reader = BatchReader(comment: comment, readConcern: client.afterLastOperation)
            return try reader.all([id], in: target, with: client)[id] == document
        }
        try result.orThrow()
        return true
    }

    /// Puts a document in the place of another one, where that is still what it was as far as a query can tell.
    ///
    /// For use outside a transaction.
    ///
    /// - Returns: whether it is there.
    func replace(_ former: BSONDocument, by document: BSONDocument, with client: borrowing Client) throws -> Bool {
        guard let id = former["_id"] else { return false }
        let update: BSONDocument = [
            "q": .document(try ByteGuard(id, former).query), "u": [["$replaceWith": .literal(.document(document))]],
        ]
        let command: BSONDocument = [
            "update": .string(target.collection), "updates": [.document(update)], "comment": .string(comment),
            "bypassDocumentValidation": true,
        ]
        let result = WriteResult(try client.run(command, on: target.database, .write))
        if let error = result.writeErrors.first, error.concernsDocument { return false }
        return try result.orThrow().count == 1
    }

    /// The command that puts a document as a whole: unlike an insert it keeps a `Timestamp(0, 0)`.
    private func upsert(_ document: BSONDocument, at query: BSONDocument, bypassingValidation: Bool) -> BSONDocument {
        let update: BSONDocument = [
            "q": .document(query), "u": [["$replaceWith": .literal(.document(document))]], "upsert": true,
        ]
        return [
            "update": .string(target.collection), "updates": [.document(update)], "comment": .string(comment),
            "bypassDocumentValidation": .bool(bypassingValidation),
        ]
    }

    private var equalID: String { "\(target) takes this _id for equal to another one it has" }

    /// What the server's error about one document means for it.
    func fault(of id: BSONValue, _ error: WriteError) -> DocumentFault {
        error.code == MongoError.Code.duplicateKey && error.keyPattern == ["_id": 1]
            ? DocumentFault(id: id, kind: .conflict, reason: equalID, code: error.code)
            : DocumentFault(
                id: id,
                kind: .failed,
                reason: "\(MongoError(.server, code: error.code, message: error.message))",
                code: error.code
            )
    }
}
