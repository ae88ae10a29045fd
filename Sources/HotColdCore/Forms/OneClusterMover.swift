internal import Mongo

/// A mover within one cluster: a connection and a seat, and nothing that outlives an attempt.
struct OneClusterMover: Mover {
    let context: MoveContext
    let seat: Seat
    let connection: Connection

    func attempt(_ slice: [BSONValue], previous: SourceBatch?) async throws -> BatchStep {
        let transaction = OneClusterTransaction(context: context, seat: seat, ids: slice, previous: previous)
        return try await connection.withClient { try transaction.run(with: $0) }
    }

    /// An attempt leaves nothing: it is one transaction.
    func takeBack(after failure: MigrationError?) async throws -> BatchOutcome { BatchOutcome() }
}
