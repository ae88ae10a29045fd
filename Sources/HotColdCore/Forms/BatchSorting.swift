internal import Mongo

/// What is to happen with each document of a batch, once it is known what the target has.
///
/// Decides and does nothing.
struct BatchSorting: Sendable {
    /// All that leaves the source.
    private(set) var moving: SourceBatch
    /// Those that need an insert.
    private(set) var inserts: SourceBatch
    /// Those that need an update, because an insert would alter them.
    private(set) var replacements: SourceBatch
    /// Target documents that give way.
    private(set) var outdated: [BSONDocument]
    /// Those of them that somebody else put there.
    private(set) var displaced: [BSONDocument]
    /// Target documents that stay in the place of the source's, by the operator's word.
    private(set) var kept: [BSONValue: BSONDocument]
    /// Documents whose target has the `_id` with other bytes: both stay.
    private(set) var conflicts: [BSONValue]
    /// How many of those that leave the source had a copy in the target before.
    private(set) var alreadyInTarget: Int

    /// All that is written: inserts and replacements.
    private(set) var written: SourceBatch
    /// The target's documents that are to be all that is left of theirs, and that somebody else put there.
    private(set) var relied: SourceBatch
    /// Those that leave the source whose documents in the target are copies of this move, written now or before.
    private(set) var ours: SourceBatch

    /// The same with fewer documents that leave the source.
    func limited(to moving: SourceBatch) -> BatchSorting {
        var limited = self
        limited.moving = moving
        return limited
    }

    /// The ids that the target has with other bytes.
    static func differing(_ batch: SourceBatch, _ existing: SourceBatch) -> [BSONValue] {
        guard !existing.isEmpty else { return [] }
        return batch.ids.filter { id in existing[id].map { $0 != batch[id] } ?? false }
    }

    /// Sorts a batch.
    ///
    /// - Parameters:
    ///   - existing: the target's documents of the batch's ids.
    ///   - replaceable: those of the differing ids whose target document gives way.
    ///   - own: ids whose target documents are copies of this very move: they are brought up to date.
    /// - Throws: `MoveInterruption.documents` where some can't be transferred at all.
    init(
        _ batch: SourceBatch,
        existing: SourceBatch,
        replaceable: Set<BSONValue>,
        own: Set<BSONValue> = [],
        onConflict: ConflictPolicy
    ) throws {
        let differing = Set(Self.differing(batch, existing))
        var standing = differing.subtracting(replaceable).subtracting(own)
        kept = [:]
        if onConflict == .keepTarget {
            for id in standing { kept[id] = existing[id] }
            standing = []
        }
        conflicts = batch.ids.filter { standing.contains($0) }
        moving = try batch.selecting { !standing.contains($0) }
        let giving = differing.subtracting(standing).subtracting(kept.keys)
        outdated = moving.ids.filter { giving.contains($0) }.compactMap { existing[$0] }
        let missing = try moving.selecting { existing[$0] == nil || giving.contains($0) }
        alreadyInTarget = moving.ids.count { existing[$0] != nil && !giving.contains($0) && !own.contains($0) }
        displaced = outdated.filter { document in document["_id"].map { !own.contains($0) } ?? false }
        written = missing
        let (moved, copied) = (moving, missing)
        relied = try existing.selecting { moved[$0] != nil && copied[$0] == nil && !own.contains($0) }
        ours = own.isEmpty ? missing : try moving.selecting { missing[$0] != nil || own.contains($0) }
        (inserts, replacements) = try Self.byWay(missing)
    }

    private static func byWay(_ batch: SourceBatch) throws -> (inserts: SourceBatch, replacements: SourceBatch) {
        var faults: [DocumentFault] = []
        var replaced: Set<BSONValue> = []
        for (id, document) in zip(batch.ids, batch.documents) {
            switch Transferability(of: document) {
            case .insert: break
            case .replace: replaced.insert(id)
            case .impossible(let reason): faults.append(DocumentFault(id: id, kind: .failed, reason: reason))
            }
        }
        guard faults.isEmpty else { throw MoveInterruption.documents(faults) }
        return (try batch.selecting { !replaced.contains($0) }, try batch.selecting { replaced.contains($0) })
    }
}
