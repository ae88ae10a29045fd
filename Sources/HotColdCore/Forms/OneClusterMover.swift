internal import Mongo

/// A mover within one cluster: a connection, and nothing that outlives an attempt.
struct OneClusterMover: Mover {
    let context: MoveContext
    let leases: LeaseKeeper.Leases
    let connection: Connection

    func attempt(_ slice: [BSONValue], previous: SourceBatch?) async throws -> BatchStep {
        let transaction = OneClusterTransaction(context: context, leases: leases, ids: slice, previous: previous)
        return try await connection.withClient { try transaction.run(with: $0) }
    }

    /// An attempt leaves nothing: it is one transaction.
    func takeBack(after failure: MigrationError?) async throws -> BatchOutcome { BatchOutcome() }
}
