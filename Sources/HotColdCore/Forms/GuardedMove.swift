internal import Mongo

/// Form 3 of the move protocol: a server without transactions on either side.
///
/// The mover notes what it is about to copy, copies, reads back and compares, and then deletes each document only if it
/// is still the one that was copied, as far as the server can tell. So an update between copy and delete is not lost.
/// What is weaker than in the other forms: a run that dies leaves documents in both tiers until the next one; a
/// document that the application deletes meanwhile may stay in the archive; the server takes an int64 and a double of
/// the same value for equal; and nothing fences a process that is frozen between the last look at its lease and the
/// delete.
///
/// Blocks; runs on a mover's thread.
struct GuardedMove: Sendable {
    /// A guard holds the document and stands in a command of at most 16 MB.
    static let largestDocument = 15 << 20

    let context: MoveContext
    let notes: GuardedNotes
    let lease: Lease
    let ids: [BSONValue]

    private var plan: MigrationPlan { context.plan }

    /// Makes the attempt.
    ///
    /// - Throws: `MoveInterruption`, `MigrationError`, or what the servers and the driver throw. Then copies may be in
    ///   the target whose sources are still there; the notes say which.
    func run(
        source: borrowing Client,
        target: borrowing Client,
        hot: borrowing Client
    ) throws -> BatchStep {
        var attempt = Attempt(context, ids, previous: nil, readConcern: ["level": "majority"])
        let ids = try attempt.checkHolds(with: hot)
        guard !ids.isEmpty else { return attempt.step }
        let batch = try attempt.readSource(ids, with: source)
        guard !batch.isEmpty else { return attempt.step }
        let own = try Set(notes.read(with: hot).ids)
        let sorted = try attempt.sort(batch, own: own, in: target, journal: hot)
        guard !sorted.moving.isEmpty else { return attempt.step }
        try checkDocuments(sorted)
        try notes.add(sorted.written, undo: sorted.displaced, with: hot)
        try attempt.copy(sorted, with: target)
        try attempt.verify(sorted, readConcern: target.afterLastOperation, with: target)
        try attempt.checkAge()
        let moved = try plan.deletesSource ? delete(sorted, &attempt, source: source, target: target, hot: hot) : sorted
        if !moved.moving.isEmpty { try attempt.record(moved, with: hot) }
        try notes.strike(sorted.moving.ids, with: hot)
        attempt.outcome.batches = attempt.outcome.counts.migrated > 0 ? 1 : 0
        return attempt.step
    }

    /// What only a transaction could do safely is left where it is.
    private func checkDocuments(_ sorted: BatchSorting) throws {
        let altered = sorted.replacements.ids.map { id in
            let reason =
                "an insert would alter its Timestamp(0, 0), and without transactions there is no safe other way"
            return DocumentFault(id: id, kind: .failed, reason: reason)
        }
        let large = zip(sorted.moving.ids, sorted.moving.documents).filter { $1.byteCount > Self.largestDocument }.map {
            let reason = "it is too large to be deleted under a guard, which a server without transactions needs"
            return DocumentFault(id: $0.0, kind: .failed, reason: reason)
        }
        guard altered.isEmpty, large.isEmpty else { throw MoveInterruption.documents(altered + large) }
    }

    /// Deletes from the source what is still the same, and takes back the copies of what has changed.
    ///
    /// - Returns: what was moved.
    private func delete(
        _ sorted: BatchSorting,
        _ attempt: inout Attempt,
        source: borrowing Client,
        target: borrowing Client,
        hot: borrowing Client
    ) throws -> BatchSorting {
        let start = ContinuousClock.now
        defer { attempt.outcome.phases.delete += .now - start }
        // The last look before the point of no return: for a minute from here nobody can take the lease over.
        guard try lease.renew(with: hot) else { throw MigrationError.leaseLost(lease.namespace) }
        let deleted = try GuardedDelete(namespace: plan.source, comment: context.comment)
            .delete(sorted.moving, with: source)
        attempt.outcome.counts.deleted += deleted
        guard deleted < sorted.moving.count else { return sorted }
        let reader = BatchReader(comment: context.comment, readConcern: ["level": "majority"])
        let present = Set(try reader.present(sorted.moving.ids, in: plan.source, with: source))
        let changed = sorted.moving.ids.filter(present.contains)
        attempt.outcome.counts.changed += changed.count
        attempt.outcome.changed += changed.map(\.detached)
        // Guarded too: in a restore the application may have written to the copy.
        let stale = try sorted.written.selecting(present.contains)
        _ = try GuardedDelete(namespace: plan.destination, comment: context.comment).delete(stale, with: target)
        // What the application deleted between copy and delete is among them: the server does not say which it was.
        return sorted.limited(to: try sorted.moving.selecting { !present.contains($0) })
    }
}
