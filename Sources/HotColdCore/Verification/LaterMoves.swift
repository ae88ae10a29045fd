internal import Mongo

/// Finds what moved documents after a batch: other runs, or the same one again.
struct LaterMoves: Sendable {
    let journal: Namespace
    let record: JournalRecord

    /// The last move of each of the ids since, of those that were moved at all.
    ///
    /// Runs that only copied back count for nothing: the document stayed where it was.
    ///
    /// - Parameter found: what the target has of the ids now.
    func last(
        of ids: [BSONValue],
        found: [BSONValue: Fingerprint],
        with hot: borrowing Client
    ) throws -> [BSONValue: DocumentFate.LaterMove] {
        guard !ids.isEmpty else { return [:] }
        let asked = Set(ids)
        var moves: [BSONValue: DocumentFate.LaterMove] = [:]
        try hot.forEach(from: hot.open(query(ids), on: journal.database)) { document in
            // One that can't be read is reported where it is looked at itself.
            guard let record = try? JournalRecord(document) else { return }
            let check = RecordCheck(record)
            let isReverse = check.record.direction != self.record.direction
            guard !(isReverse && check.record.isCopyOnly) else { return }
            for (position, id) in check.record.ids.enumerated() where asked.contains(id) {
                moves[id.detached] = DocumentFate.LaterMove(
                    run: check.record.run,
                    isOfSameRun: check.record.run == self.record.run,
                    isReverse: isReverse,
                    isIntact: !isReverse && (found[id].map { check.accepts($0, at: position) } ?? false)
                )
            }
        }
        return moves
    }

    /// Records of the same millisecond are ordered by their ids.
    private func query(_ ids: [BSONValue]) -> BSONDocument {
        let time = BSONValue.date(milliseconds: record.committedAt)
        let since: BSONValue = [["committed_at": ["$gt": time]], ["committed_at": time, "_id": ["$gt": record.id]]]
        let filter = Journal.between(record.source, record.target).appending("$or", since)
        let find: BSONDocument = [
            "find": .string(journal.collection),
            "filter": .document(filter.appending("ids", ["$in": .array(ids)])),
            "sort": ["committed_at": 1, "_id": 1], "comment": "hotcold verify",
        ]
        return find.alongIDs
    }
}
