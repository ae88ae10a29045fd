internal import Mongo

/// Settles copies that a mover without transactions has left in hand: its own at the end, or a dead run's.
///
/// Nothing is removed unless the same bytes, or newer ones in hot, are on the other side: no loss goes before no
/// resurrection and no duplicate.
struct GuardedSettlement: Sendable {
    let notes: GuardedNotes
    let direction: Direction
    /// False for a run that only copies: its copies stay beside their sources.
    let deletesSource: Bool
    let hot: Namespace
    let cold: Namespace
    let comment: String

    private enum Verdict {
        /// The copy is good and its source still there: finish the move.
        case finish
        /// The copy is ours and its source has changed: take it back.
        case takeBack
        /// Leave what is there.
        case leave
    }

    /// Settles and strikes out; returns how many copies there were to settle.
    func settle(hot hotClient: borrowing Client, cold coldClient: borrowing Client) throws -> Int {
        let copies = try notes.read(with: hotClient)
        guard !copies.ids.isEmpty else { return 0 }
        let settled: Int
        switch direction {
        case .migrate: settled = try settle(copies, hot, cold, source: hotClient, target: coldClient)
        case .restore: settled = try settle(copies, cold, hot, source: coldClient, target: hotClient)
        }
        try notes.strike(copies.ids, with: hotClient)
        return settled
    }

    private func settle(
        _ copies: GuardedNotes.Copies,
        _ from: Namespace,
        _ to: Namespace,
        source: borrowing Client,
        target: borrowing Client
    ) throws -> Int {
        let reader = BatchReader(comment: comment, readConcern: ["level": "majority"])
        let sources = try reader.all(copies.ids, in: from, with: source)
        let targets = try reader.all(copies.ids, in: to, with: target)
        func settled(_ verdict: Verdict) -> (BSONValue) -> Bool {
            { self.verdict(on: $0, digest: copies.digests[$0], source: sources[$0], target: targets[$0]) == verdict }
        }
        let moved = try sources.selecting(settled(.finish))
        _ = try GuardedDelete(namespace: from, comment: comment).delete(moved, with: source)
        let stale = try targets.selecting(settled(.takeBack))
        _ = try GuardedDelete(namespace: to, comment: comment).delete(stale, with: target)
        // What a copy that is not there (any more) took the place of.
        for document in copies.undo {
            guard let id = document["_id"], targets[id] == nil || stale[id] != nil else { continue }
            let result = try target.insert(DocumentBatch([document]), into: to, comment: comment)
            // Somebody has written it anew: that is newer.
            guard result.writeErrors.allSatisfy({ $0.code == MongoError.Code.duplicateKey }) else {
                try result.orThrow()
                continue
            }
        }
        return moved.count + stale.count
    }

    private func verdict(
        on id: BSONValue,
        digest: [UInt8]?,
        source: BSONDocument?,
        target: BSONDocument?
    ) -> Verdict {
        guard let source, let target else { return .leave }
        if source == target { return deletesSource ? .finish : .leave }
        // In hot the application may have written: only an archived copy that is surely ours is removed.
        return direction == .migrate && Digest.sha256(target.bytes) == digest ? .takeBack : .leave
    }
}
