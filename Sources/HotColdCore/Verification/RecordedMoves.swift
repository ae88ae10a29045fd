internal import Mongo

/// What the journal says of documents that both tiers have: whether a run moved them for good between just these two.
///
/// Only that proves that one of two identical documents is too many. Without a record it may as well be there by
/// somebody's wish: copied by other means, or archived by the rules of another configuration.
///
/// The collections are those of now, by their UUIDs: another archive that has got the name of the one that runs had moved to
/// may have what it has on purpose.
struct RecordedMoves: Sendable {
    let journal: Namespace
    let identities: TierIdentities

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
        guard let place = place(of: record) else { return }
        let isPair = place == .pair
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

    /// What a record is about.
    private enum Place {
        /// Just these two collections.
        case pair
        /// The archive and another hot collection.
        case archiveOfAnother
    }

    /// Older records have no UUIDs: of them the names tell.
    private func place(of record: BSONDocument) -> Place? {
        let isMigration = record["direction"]?.string == Direction.migrate.rawValue
        let uuids = record["uuids"]?.document
        func isSame(_ identity: CollectionIdentity, _ tier: String, _ field: String) -> Bool {
            guard let recorded = uuids?[tier], recorded.type == .binary else {
                return record[field]?.string?.isExactly(identity.namespace.description) == true
            }
            return recorded == identity.uuid
        }
        guard isSame(identities.cold, "cold", isMigration ? "target" : "source") else { return nil }
        return isSame(identities.hot, "hot", isMigration ? "source" : "target") ? .pair : .archiveOfAnother
    }

    private func query(_ ids: [BSONValue]) -> BSONDocument {
        let archive: BSONValue = .string(identities.cold.namespace.description)
        let ofArchive: [BSONValue] = [["source": archive], ["target": archive]] + identities.cold.matches("uuids.cold")
        let find: BSONDocument = [
            "find": .string(journal.collection),
            "filter": ["$or": .array(ofArchive), "ids": ["$in": .array(ids)]],
            "projection": [
                "ids": 1, "source": 1, "target": 1, "direction": 1, "uuids": 1, "committed_at": 1, "copy_only": 1,
            ],
            "comment": "hotcold verify",
        ]
        return find.alongIDs
    }
}
