internal import Mongo
internal import ThreadSafety

/// Form 2 of the move protocol, cold to hot: two clusters, the hot commit decides.
///
/// The documents are read from cold. One hot transaction brings them in, with the journal and the holds, and writes
/// into the mover's hot seat which they are: they have landed. Then a cold transaction deletes those that are still the
/// same, and keeps them in the mover's cold seat. What hot does not have after that goes to quarantine: somebody has deleted
/// it there, who perhaps saw it in the archive. A run that dies in between leaves the rest to whoever takes its lease.
///
/// The names of the steps are those of the model in `Tests/HotColdCoreTests/Model`. Blocks; runs on a mover's thread.
struct TwoClusterRestore: Sendable {
    let context: MoveContext
    let seat: Seat
    /// The last batch that the mover knows to be done.
    let known: Int64

    /// Documents that are in hot now and have to go from cold.
    struct Landed: Sendable {
        let documents: SourceBatch
        let step: BatchStep
        /// The last batch that is done.
        let done: Int64
    }

    /// Brings a slice to hot.
    ///
    /// They are read back in the transaction that brings them: after its commit the application may change them.
    ///
    /// - Throws: `MoveInterruption`, `MigrationError`, or what the servers and the driver throw. Then nothing is changed.
    func land(
        _ ids: [BSONValue],
        previous: SourceBatch?,
        with clients: borrowing ClientPair
    ) throws -> Landed {
        let plan = context.plan
        var attempt = Attempt(context, ids, previous: previous)
        var moving: SourceBatch?
        var decides: Int64?
        do {
            try context.identities.checkUnlessCompared(hot: clients.first, cold: clients.second)
            let batch = try readCold(&attempt, with: clients.second)
            guard !batch.isEmpty else { return Landed(documents: batch, step: attempt.step, done: known) }
            try clients.first.transaction(retryingCommitFor: plan.options.retryFor) {
                let position = try seat.readHot(knowing: known, with: clients.first)
                let sorted = try attempt.sort(batch, in: clients.first, journal: clients.first)
                moving = sorted.moving
                guard !sorted.moving.isEmpty else { return }
                try attempt.copy(sorted, with: clients.first)
                try attempt.verify(sorted, with: clients.first)
                try attempt.checkAge()
                try attempt.record(sorted, with: clients.first)
                try attempt.hold(sorted.moving.ids, with: clients.first)
                let landing = plan.deletesSource ? Seat.Landing(sorted.moving) : Seat.Landing()
                try seat.commit(position.next, landed: landing, with: clients.first)
                decides = position.next
            }
        } catch let error as MongoError where error.isUnknownCommit {
            try seat.settle(error, ofBatch: decides, with: clients.first)
        } catch let error as MongoError {
            throw attempt.interruption(error)
        }
        ProtocolStep.committed.reached()
        let landed = plan.deletesSource ? moving ?? .empty : .empty
        return Landed(documents: landed, step: attempt.step, done: decides ?? known)
    }

    /// Reads from cold in a transaction that a majority confirms: a primary that was replaced, or a new one that has
    /// not caught up, could still have what a recovery took back before this run's seats were made.
    private func readCold(_ attempt: inout Attempt, with cold: borrowing Client) throws -> SourceBatch {
        do {
            return try cold.transaction(retryingCommitFor: context.plan.options.retryFor) {
                _ = try seat.readCold(with: cold)
                return try attempt.readSource(attempt.ids, with: cold)
            }
        } catch let error as MongoError where error.isUnknownCommit {
            throw MigrationError.unavailable(error)  // It has written nothing.
        }
    }

    /// What is known of a batch that is cleared in several attempts.
    final class Clearing: Sendable {
        private let gone = Locked<Set<BSONValue>>([])

        fileprivate func take(_ ids: [BSONValue]) { gone.withLock { $0.formUnion(ids) } }
        fileprivate func has(_ id: BSONValue) -> Bool { gone.withLock { $0.contains(id) } }
    }

    /// Deletes from cold what has landed, where it is still the same.
    ///
    /// What hot does not have any more goes to quarantine: somebody may have deleted it there since the archive had it. Only
    /// a look on hot after the commit on cold tells: until then somebody can see it in the archive. What somebody else has
    /// deleted from the archive since it was read is named: perhaps it was to go from both.
    func clear(_ landed: Landed, _ clearing: Clearing, with clients: borrowing ClientPair) throws -> BatchStep {
        let cold = context.identities.cold
        let copies = context.copies(of: seat)
        try cold.checkUnlessCompared(with: clients.second)
        var step = landed.step
        let start = ContinuousClock.now
        let documents = landed.documents
        let namespace = context.plan.source
        let (changed, deleted) = try clients.second.transaction(retryingCommitFor: context.plan.options.retryFor) {
            let before = try seat.readCold(with: clients.second).taken
            let reader = BatchReader(comment: context.comment, uuid: cold.compared)
            let present = try reader.documents(documents.ids, in: namespace, with: clients.second)
            let differing = Set(try documents.differences(from: present))
            let unchanged = try documents.selecting { !differing.contains($0) }
            let changed = differing.isEmpty ? [] : BatchSorting.differing(documents, try SourceBatch(present))
            let absent = differing.subtracting(changed).filter { !clearing.has($0) }
            let own = absent.isEmpty ? [] : try copies.taken(before, with: clients.second)
            try copies.take(unchanged, besides: before, with: clients.second)
            ProtocolStep.cleared.reached()
            return (changed, documents.ids.filter { absent.contains($0) && !own.contains($0) })
        }
        ProtocolStep.pending.reached()
        // Also what an attempt before this one has taken, whose answer was lost.
        let others = Set(changed + deleted)
        let taken = try documents.selecting { !others.contains($0) }
        clearing.take(taken.ids)
        step.outcome.quarantined += try copies.resolveTaken(taken, with: clients).map(\.detached)
        // Counted as they are gone: an attempt before this one may have deleted them, and its answer was lost.
        step.outcome.counts.deleted += taken.count
        step.outcome.problems += changed.map(copies.changedSince)
        step.outcome.problems += deleted.map { id in
            let reason =
                "somebody has deleted it from \(namespace) while it was restored; \(context.plan.destination) has it:"
                + " delete it there where it was to go from both"
            return MoveProblem(id: id.detached, kind: .conflict, reason: reason)
        }
        step.outcome.phases.delete += .now - start
        return step
    }
}
