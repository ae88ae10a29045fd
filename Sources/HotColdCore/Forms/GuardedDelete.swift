internal import Mongo

/// Deletes documents only where they are still what they were, without a transaction.
///
/// `$eq` takes an integer and a double of the same value for equal and sees the order of fields; the size tells most of
/// the rest.
struct GuardedDelete: Sendable {
    /// A command is one document of at most 16 MB, and a guard holds the document that it is for.
    private static let commandBytes = 8 << 20

    let namespace: Namespace
    let comment: String

    /// Deletes and returns how many there were.
    func delete(_ batch: SourceBatch, with client: borrowing Client) throws -> Int {
        var deleted = 0
        var deletes: [BSONValue] = []
        var bytes = 0
        for (id, document) in zip(batch.ids, batch.documents) {
            if bytes + document.byteCount > Self.commandBytes {
                deleted += try send(deletes, with: client)
                (deletes, bytes) = ([], 0)
            }
            deletes.append(["q": .document(Self.guardedQuery(id, document)), "limit": 1])
            bytes += document.byteCount + 512
        }
        return try deleted + send(deletes, with: client)
    }

    private static func guardedQuery(_ id: BSONValue, _ document: BSONDocument) -> BSONDocument {
        let isSame: BSONValue = ["$eq": ["$$ROOT", .literal(.document(document))]]
        let hasSize: BSONValue = ["$eq": [["$bsonSize": "$$ROOT"], .int(document.byteCount)]]
        return ["_id": ["$eq": id], "$expr": ["$and": [isSame, hasSize]]]
    }

    private func send(_ deletes: [BSONValue], with client: borrowing Client) throws -> Int {
        guard !deletes.isEmpty else { return 0 }
        let reply = try client.write(
            [
                "delete": .string(namespace.collection), "deletes": .array(deletes), "comment": .string(comment),
            ],
            on: namespace.database
        )
        return Int(reply["n"]?.quantity ?? 0)
    }
}
