internal import Mongo

/// Finds the runs that moved documents after a batch of another run.
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
        var page = try hot.open(query(ids), on: journal.database)
        while true {
            for document in page.documents {
                let check = RecordCheck(try JournalRecord(document))
                let isReverse = check.record.direction != record.direction
                guard !(isReverse && check.record.isCopyOnly) else { continue }
                for (position, id) in check.record.ids.enumerated() where asked.contains(id) {
                    moves[id.detached] = DocumentFate.LaterMove(
                        run: check.record.run,
                        isReverse: isReverse,
                        isIntact: !isReverse && (found[id].map { check.accepts($0, at: position) } ?? false)
                    )
                }
            }
            guard let cursor = page.next else { return moves }
            page = try hot.next(cursor)
        }
    }

    private func query(_ ids: [BSONValue]) -> BSONDocument {
        let pair: BSONValue = ["$in": [.string(record.source.description), .string(record.target.description)]]
        return [
            "find": .string(journal.collection),
            "filter": [
                "committed_at": ["$gte": .date(milliseconds: record.committedAt)], "run": ["$ne": .string(record.run)],
                "source": pair, "target": pair, "ids": ["$in": .array(ids)],
            ],
            "sort": ["committed_at": 1], "comment": "hotcold verify",
        ]
    }
}
