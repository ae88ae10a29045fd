internal import Mongo

/// What the journal says of documents that both tiers have: whether a run moved them for good between just these two.
///
/// Only that proves that one of two identical documents is too many. Without a record it may as well be there by
/// somebody's wish: copied by other means, or archived by the rules of another configuration.
struct RecordedMoves: Sendable {
    let journal: Namespace
    let collection: CollectionConfiguration

    /// The last that is known of a document.
    private struct Last {
        var committedAt = Int64.min
        var isMove = false
        /// Whether the archive has it of another hot collection, too.
        var isShared = false
    }

    /// Those of the ids that a run moved for good last, and that no other hot collection has in this archive.
    ///
    /// No index has the ids of moves: the server looks at each record of the last `journal_days`.
    func moved(among ids: [BSONValue], with hot: borrowing Client) throws -> Set<BSONValue> {
        guard !ids.isEmpty else { return [] }
        let asked = Set(ids)
        var lasts: [BSONValue: Last] = [:]
        try hot.forEach(from: hot.open(query(ids), on: journal.database)) { note($0, asked, &lasts) }
        return Set(lasts.filter { $0.value.isMove && !$0.value.isShared }.keys)
    }

    private func note(_ record: BSONDocument, _ asked: Set<BSONValue>, _ lasts: inout [BSONValue: Last]) {
        let names = Set([record["source"]?.string, record["target"]?.string])
        let isPair = names == [collection.hot.description, collection.cold.description]
        let committedAt = record["committed_at"]?.dateMilliseconds ?? .min
        for id in record["ids"]?.array ?? [] where asked.contains(id) {
            var last = lasts[id] ?? Last()
            if !isPair {
                last.isShared = true
            } else if committedAt >= last.committedAt {
                last.committedAt = committedAt
                last.isMove = record["copy_only"]?.bool != true
            }
            lasts[id.detached] = last
        }
    }

    private func query(_ ids: [BSONValue]) -> BSONDocument {
        let archive: BSONValue = .string(collection.cold.description)
        return [
            "find": .string(journal.collection),
            "filter": ["$or": [["source": archive], ["target": archive]], "ids": ["$in": .array(ids)]],
            "projection": ["ids": 1, "source": 1, "target": 1, "committed_at": 1, "copy_only": 1],
            "comment": "hotcold verify",
        ]
    }
}
