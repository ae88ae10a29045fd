internal import Mongo

/// What the journal knows of copies in the archive, besides that they are some.
struct RecordedCopies: Sendable {
    /// Those of the ids that a copy-only run has copied and that no run has moved since.
    var ids: Set<BSONValue> = []
    /// Those of them that the archive has as one of these runs left them, byte for byte.
    var untouched: Set<BSONValue> = []
}

extension Journal {
    /// Looks up which archived documents are copies, and whether they are still what a copy-only run has put there.
    ///
    /// Holds the ids and digests of a few batches at a time. Blocks.
    func copies(
        among archived: [BSONValue: Fingerprint],
        comment: String = "hotcold verify",
        with client: borrowing Client
    ) throws -> RecordedCopies {
        var copies = RecordedCopies()
        guard !archived.isEmpty else { return copies }
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": .document(copyRecords.appending("ids", ["$in": .array(Array(archived.keys))])),
            "batchSize": .int(RunRecords.pageSize), "comment": .string(comment),
        ]
        let first = try client.open(find, on: collection.database, batchSize: RunRecords.pageSize)
        try client.forEach(from: first) { document in
            // What can't be read proves nothing.
            guard let record = try? JournalRecord(document) else { return }
            let check = RecordCheck(record)
            for (position, id) in check.record.ids.enumerated() {
                guard let fingerprint = archived[id] else { continue }
                copies.ids.insert(id.detached)
                if check.accepts(fingerprint, at: position) { copies.untouched.insert(id.detached) }
            }
        }
        return copies
    }
}
