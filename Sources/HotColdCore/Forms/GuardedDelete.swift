internal import Mongo

/// Deletes documents only where they are still what they were, byte for byte, without a transaction.
struct GuardedDelete: Sendable {
    /// A command is one document of at most 16 MB, and a guard holds the document that it is for.
    private static let commandBytes = 8 << 20

    let collection: CollectionIdentity
    let comment: String

    private var namespace: Namespace { collection.namespace }

    /// Deletes in the order of the batch and returns how many there were.
    ///
    /// Where no guard is exact the server gives the document that it has deleted. One with other bytes is another one,
    /// and not counted.
    ///
    /// - Parameter keep: saves a document that is nowhere any more, before anything else happens.
    func delete(
        _ batch: SourceBatch,
        with client: borrowing Client,
        keeping keep: (_ other: BSONDocument, _ id: BSONValue) throws -> Void
    ) throws -> Int {
        var deleted = 0
        var deletes: [BSONValue] = []
        var bytes = 0
        func send() throws {
            deleted += try self.send(deletes, with: client)
            (deletes, bytes) = ([], 0)
        }
        for (id, document) in zip(batch.ids, batch.documents) {
            let guarding = try ByteGuard(id, document)
            guard guarding.isExact else {
                try send()
                try client.takeOne(matching: guarding.query, from: namespace, comment: comment) { taken in
                    if taken == document { deleted += 1 } else { try keep(taken, id) }
                }
                continue
            }
            if bytes + guarding.query.byteCount > Self.commandBytes { try send() }
            deletes.append(["q": .document(guarding.query), "limit": 1])
            bytes += guarding.query.byteCount + 64
        }
        try send()
        return deleted
    }

    private func send(_ deletes: [BSONValue], with client: borrowing Client) throws -> Int {
        guard !deletes.isEmpty else { return 0 }
        let command: BSONDocument = [
            "delete": .string(namespace.collection), "deletes": .array(deletes), "comment": .string(comment),
        ]
        let reply = try client.write(collection.named(in: command), on: namespace.database)
        return Int(reply["n"]?.quantity ?? 0)
    }
}
