internal import Mongo

/// Form 1 of the move protocol: source and target in one cluster, everything in one transaction.
///
/// Read the documents, write the copies, read them back, compare, write the journal, delete exactly what was compared,
/// commit. A crash at any moment leaves all of it or nothing, so there is nothing to recover. The delete comes last
/// and directly before the commit: until then an application that writes to one of the documents does not wait, it
/// makes our delete a WriteConflict. First of all it writes to the mover's seat: what the run knows from its start, such as
/// that nothing is held, is true as long as nobody has taken its leases, and whoever does removes the seat. A look would
/// not do: what is in both tiers already is written in one of them only, and two runs could each delete their half. For the
/// same reason such documents are written to in the target, too: somebody else may be deleting them there.
/// Blocks; runs on a mover's thread.
struct OneClusterTransaction: Sendable {
    let context: MoveContext
    let seat: Seat
    let ids: [BSONValue]
    /// What the attempt before this one read, when it met contention.
    let previous: SourceBatch?

    /// Runs the transaction.
    ///
    /// Returns what is decided and the ids that did not fit into it.
    ///
    /// - Throws: `MoveInterruption`, `MigrationError.seatLost`, or what the server and the driver throw.
    func run(with client: borrowing Client) throws -> BatchStep {
        let plan = context.plan
        var attempt = Attempt(context, ids, previous: previous)
        try context.identities.checkUnlessCompared(hot: client, cold: client)
        let ids = try attempt.checkHolds(with: client)
        guard !ids.isEmpty else { return attempt.step }
        do {
            var beforeCommit = ContinuousClock.now
            try client.transaction(retryingCommitFor: plan.options.retryFor) {
                try seat.touch(with: client)
                let batch = try attempt.readSource(ids, with: client)
                guard !batch.isEmpty else { return }
                let sorted = try attempt.sort(batch, in: client, journal: client)
                guard !sorted.moving.isEmpty else { return }
                try attempt.copy(sorted, with: client)
                try attempt.claim(sorted, with: client)
                try attempt.verify(sorted, with: client)
                try attempt.checkAge()
                try attempt.record(sorted, with: client)
                try attempt.hold(sorted.moving.ids, with: client)
                if plan.deletesSource { try attempt.delete(sorted.moving, with: client) }
                beforeCommit = .now
            }
            ProtocolStep.committed.reached()
            attempt.count(\.delete, since: beforeCommit)
        } catch let error as MongoError {
            throw attempt.interruption(error)
        }
        return attempt.step
    }
}
