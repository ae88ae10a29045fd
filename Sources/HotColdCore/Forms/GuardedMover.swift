internal import Mongo
internal import ThreadSafety

/// A mover where a server has no transactions: a thread with a client of each side, and notes of what it has in hand.
final class GuardedMover: Mover {
    private let context: MoveContext
    private let pair: ConnectionPair
    private let settlement: GuardedSettlement
    private let batch = Locked(Batch())

    /// What is decided of the batch in hand.
    fileprivate struct Batch {
        /// Attempts must leave these ids, and no settlement is to count them again.
        var decided: Set<BSONValue> = []
        /// Those of them that were counted as changed: a settlement may finish them all the same.
        var changed: Set<BSONValue> = []
        /// What settlements have laid aside.
        var laidAside: Set<BSONValue> = []
        /// Not reported yet: what comes after it may fail, and be tried again.
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
        do {
            let result = try await pair.withClients { try move.run(with: $0) }
            let rest = result.step.remaining
            batch.withLock { $0.adopt(Set(open).subtracting(rest.joined()), result.step.outcome) }
            try await strike(result.moved)
            if result.hasUnsettled { try await settle() }
            return BatchStep(outcome: takeOutcome(), remaining: rest)
        } catch MoveInterruption.differing where context.plan.direction == .restore {
            try await settle()
            let rest = batch.withLock { batch in open.filter { !batch.decided.contains($0) } }
            return BatchStep(outcome: takeOutcome(), remaining: [rest])
        }
    }

    func takeBack(after failure: MigrationError?) async throws -> BatchOutcome {
        // Where bytes differ nothing of the batch is deleted. It stays noted, for the next run.
        if case .differingBytes = failure {} else { try await settle() }
        defer { batch.withLock { $0 = Batch() } }
        return takeOutcome()
    }

    /// Settles what is noted of attempts.
    private func settle() async throws {
        let settlement = settlement
        let settled = try await pair.withClients { try settlement.settle(with: $0) }
        try batch.withLock { try $0.adopt(settled, context) }
        try await strike(settled.ids)
    }

    private func strike(_ ids: [BSONValue]) async throws {
        guard !ids.isEmpty else { return }
        let notes = settlement.notes
        try await pair.withClients { try notes.strike(ids, with: $0.first) }
    }

    func takeOutcome() -> BatchOutcome {
        batch.withLock { batch in
            defer { batch.outcome = BatchOutcome() }
            return batch.outcome
        }
    }
}

extension GuardedMove {
    /// Makes the attempt with the clients of the hot and the cold side.
    fileprivate func run(with clients: borrowing ClientPair) throws -> Result {
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

extension GuardedMover.Batch {
    /// Remembers what an attempt has decided.
    fileprivate mutating func adopt(_ ids: Set<BSONValue>, _ outcome: BatchOutcome) {
        decided.formUnion(ids.map(\.detached))
        changed.formUnion(outcome.changed)
        self.outcome.merge(outcome)
    }

    /// Remembers what settling came to, once.
    fileprivate mutating func adopt(_ settled: GuardedSettlement.Settled, _ context: MoveContext) throws {
        let finishedLate = changed.intersection(settled.finished.ids)
        let new = try settled.without(decided.subtracting(finishedLate), laidAside: laidAside)
        var attempt = Attempt(context, [], previous: nil)
        attempt.adopt(new)
        outcome.merge(attempt.outcome)
        outcome.counts.changed -= finishedLate.count
        outcome.changed.removeAll(where: finishedLate.contains)
        changed.subtract(finishedLate)
        decided.formUnion(new.decided.map(\.detached))
        laidAside.formUnion((new.laidAside + new.doubtful + new.originalGone).map(\.detached))
    }
}

extension Attempt {
    /// Counts what settling an attempt before this one came to.
    fileprivate mutating func adopt(_ settled: GuardedSettlement.Settled) {
        let finished = settled.finished
        count(moved: finished)
        // Their sizes and dates are not known any more.
        outcome.counts.migrated += settled.recorded.count
        outcome.counts.alreadyInTarget += settled.found.count + settled.kept.count
        let moved = finished.count + settled.recorded.count
        if context.plan.deletesSource { outcome.counts.deleted += moved }
        if context.plan.collection.verifiesMigration { outcome.counts.verified += moved - settled.kept.count }
        outcome.batches += moved == 0 ? 0 : 1
        for problem in settled.left { outcome.leaveBehind(problem.id, problem.kind, problem.reason) }
        outcome.problems += settled.displaced(in: context.journal.collection.database)
    }
}
