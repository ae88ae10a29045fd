internal import Mongo
internal import Synchronization

/// A mover where a server has no transactions: a thread with a client of each side, and notes of what it has in hand.
final class GuardedMover: Mover {
    private let context: MoveContext
    private let pair: ConnectionPair
    private let settlement: GuardedSettlement
    private let batch = Mutex(Batch())

    /// What settling attempts has decided of the batch in hand.
    private struct Batch {
        /// Other slices of the batch must leave these ids.
        var decided: Set<BSONValue> = []
        /// Not reported yet: the attempt after it may fail again.
        var outcome = BatchOutcome()
    }

    init(context: MoveContext, pair: ConnectionPair, settlement: GuardedSettlement) {
        self.context = context
        self.pair = pair
        self.settlement = settlement
    }

    func attempt(_ slice: [BSONValue], previous: SourceBatch?) async throws -> BatchStep {
        try await settle()
        let open = batch.withLock { batch in slice.filter { !batch.decided.contains($0) } }
        let move = GuardedMove(context: context, settlement: settlement, ids: open)
        var step = try await pair.withClients { try move.run(with: $0) }
        step.outcome.merge(takeOutcome())
        return step
    }

    func takeBack(after failure: MigrationError?) async throws -> BatchOutcome {
        // Where bytes differ nothing of the batch is deleted. It stays noted, for the next run.
        if case .differingBytes = failure {} else { try await settle() }
        defer { batch.withLock { $0.decided = [] } }
        return takeOutcome()
    }

    /// Settles what an attempt has left.
    private func settle() async throws {
        let settlement = settlement
        let settled = try await pair.withClients { try settlement.settle(with: $0) }
        var attempt = Attempt(context, [], previous: nil)
        attempt.adopt(settled)
        let outcome = attempt.outcome
        batch.withLock { batch in
            batch.decided.formUnion(settled.decided.map(\.detached))
            batch.outcome.merge(outcome)
        }
    }

    private func takeOutcome() -> BatchOutcome {
        batch.withLock { batch in
            defer { batch.outcome = BatchOutcome() }
            return batch.outcome
        }
    }
}

extension GuardedMove {
    /// Makes the attempt with the clients of the hot and the cold side.
    func run(with clients: borrowing ClientPair) throws -> BatchStep {
        try clients.ordered(context.plan.direction) { try run(source: $0, target: $1, hot: $2) }
    }
}

extension GuardedSettlement {
    /// Settles with the clients of the hot and the cold side.
    func settle(with clients: borrowing ClientPair) throws -> Settled {
        try clients.ordered(direction) { try settle(source: $0, target: $1, hot: $2) }
    }
}

extension ClientPair {
    /// Calls a body with the clients of source, target and hot side, of a pair of hot and cold.
    fileprivate func ordered<Success>(
        _ direction: Direction,
        _ body: (_ source: borrowing Client, _ target: borrowing Client, _ hot: borrowing Client) throws -> Success
    ) rethrows -> Success {
        switch direction {
        case .migrate: try body(first, second, first)
        case .restore: try body(second, first, first)
        }
    }
}

extension Attempt {
    /// Counts what settling an attempt before this one came to.
    mutating func adopt(_ settled: GuardedSettlement.Settled) {
        adopt(finished: settled)
        for id in settled.unknown {
            outcome.leaveBehind(id, .failed, "whether it came to hot is unknown; it is still in the archive, try again")
        }
        for id in settled.deleted {
            outcome.leaveBehind(id, .conflict, "the application deleted it in hot meanwhile; the archive keeps it")
        }
    }

    /// Counts what settling what this attempt has found changed came to.
    mutating func adoptChanged(_ settled: GuardedSettlement.Settled) {
        adopt(finished: settled)
        let isFinished = Set(settled.finished.ids)
        outcome.counts.changed -= isFinished.count
        outcome.changed.removeAll(where: isFinished.contains)
    }

    private mutating func adopt(finished settled: GuardedSettlement.Settled) {
        let finished = settled.finished
        count(moved: finished)
        outcome.counts.alreadyInTarget += settled.found.count
        if context.plan.deletesSource { outcome.counts.deleted += finished.count }
        if context.plan.collection.verifiesMigration { outcome.counts.verified += finished.count - settled.kept.count }
        outcome.batches += finished.isEmpty ? 0 : 1
    }
}
