internal import Mongo

/// A mover where a server has no transactions: a thread with a client of each side, and notes of what it has in hand.
struct GuardedMover: Mover {
    let context: MoveContext
    let pair: ConnectionPair
    let notes: GuardedNotes
    let lease: Lease

    func attempt(_ slice: [BSONValue], previous: SourceBatch?) async throws -> BatchStep {
        let move = GuardedMove(context: context, notes: notes, lease: lease, ids: slice)
        let direction = context.plan.direction
        return try await pair.withClients { clients in
            switch direction {
            case .migrate: try move.run(source: clients.first, target: clients.second, hot: clients.first)
            case .restore: try move.run(source: clients.second, target: clients.first, hot: clients.first)
            }
        }
    }

    func takeBack() async throws {
        let plan = context.plan
        let settlement = GuardedSettlement(
            notes: notes,
            direction: plan.direction,
            deletesSource: plan.deletesSource,
            hot: plan.collection.hot,
            cold: plan.collection.cold,
            comment: context.comment
        )
        try await pair.withClients { clients in
            _ = try settlement.settle(hot: clients.first, cold: clients.second)
        }
    }
}
