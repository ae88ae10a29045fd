internal import Mongo
internal import ThreadSafety

/// A mover between two clusters: a thread with a client of each, and a seat.
final class TwoClusterMover: Mover {
    private let context: MoveContext
    private let pair: ConnectionPair
    private let seat: Seat
    /// Whether an attempt may have left copies that no hot transaction has confirmed.
    private let isUnsettled = Locked(false)
    /// Whether copies of the batch in hand may be in quarantine.
    private let mayHavePending = Locked(false)
    /// The last batch that is done.
    private let done = Locked<Int64>(0)

    init(context: MoveContext, pair: ConnectionPair, seat: Seat) {
        self.context = context
        self.pair = pair
        self.seat = seat
    }

    func attempt(_ slice: [BSONValue], previous: SourceBatch?) async throws -> BatchStep {
        switch context.plan.direction {
        case .migrate: try await migrate(slice, previous)
        case .restore: try await restore(slice, previous)
        }
    }

    private func migrate(_ slice: [BSONValue], _ previous: SourceBatch?) async throws -> BatchStep {
        let migration = TwoClusterMigration(
            context: context,
            seat: seat,
            ids: slice,
            previous: previous,
            known: done.withLock(\.self),
            mayHavePending: mayHavePending.withLock(\.self),
            willHavePending: { [mayHavePending] in mayHavePending.withLock { $0 = true } }
        )
        let wasUnsettled = isUnsettled.withLock { isUnsettled in
            defer { isUnsettled = true }
            return isUnsettled
        }
        // It takes back of the copies before what it does not move itself.
        if wasUnsettled { mayHavePending.withLock { $0 = true } }
        let (step, number) = try await pair.withClients { clients in
            // Not while a hot transaction is open.
            if wasUnsettled { try clients.second.ping() }
            return try migration.run(with: clients)
        }
        done.withLock { $0 = number }
        // One that committed has no copies but those of its batch; one with nothing to move has not looked.
        isUnsettled.withLock { $0 = step.outcome.batches == 0 && wasUnsettled }
        return step
    }

    private func restore(_ slice: [BSONValue], _ previous: SourceBatch?) async throws -> BatchStep {
        let restore = TwoClusterRestore(context: context, seat: seat, known: done.withLock(\.self))
        let landed = try await pair.withClients { try restore.land(slice, previous: previous, with: $0) }
        done.withLock { $0 = landed.done }
        guard !landed.documents.isEmpty else { return landed.step }
        let clearing = TwoClusterRestore.Clearing()
        do {
            return try await retrying(for: context.plan.options.retryFor, stop: context.stop) {
                try await pair.withClients { try restore.clear(landed, clearing, with: $0) }
            }
        } catch {
            // They are restored; what is left of them in the archive is deleted when the seat is settled.
            var step = landed.step
            if !context.stop.excusesFailures { step.outcome.failure = MigrationError(error) }
            return step
        }
    }

    /// Takes back copies that are not confirmed, and sees to those that attempts before have taken back: once the ids are
    /// released another batch may move the documents.
    func takeBack(after failure: MigrationError?) async throws -> BatchOutcome {
        let isUnsettled = isUnsettled.withLock(\.self)
        guard isUnsettled || mayHavePending.withLock(\.self) else { return BatchOutcome() }
        var outcome = BatchOutcome()
        let copies = context.copies(of: seat)
        if isUnsettled {
            mayHavePending.withLock { $0 = true }
            let refused = try await pair.withClients { try copies.takeBack(with: $0) }
            self.isUnsettled.withLock { $0 = false }
            outcome.problems += Quarantine.problems(refused, .notPutBack, in: seat.collection.database)
        }
        outcome.quarantined = try await pair.withClients { try copies.resolveQuarantine(with: $0) }
        mayHavePending.withLock { $0 = false }
        return outcome
    }
}
