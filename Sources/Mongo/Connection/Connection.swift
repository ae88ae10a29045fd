/// A thread with a client of its own: the one bridge between Swift's tasks and the driver's blocking calls.
///
/// The client never leaves its thread and never lives across an `await`; no thread ever waits for a client or a client
/// for a thread, so the two can't deadlock.
public final class Connection: Sendable {
    private let thread: ResourceThread<Client>

    init(_ pool: DriverPool) throws {
        thread = try ResourceThread { try Client(from: pool) }
    }

    /// Runs a blocking body with the connection's client and waits for it without blocking a task's thread.
    ///
    /// One body at a time, in the order of the calls.
    ///
    /// - Throws: what the body throws, or `MongoError` when no server can be reached.
    public func withClient<Success: Sendable>(
        _ body: @escaping @Sendable (borrowing Client) throws -> Success
    ) async throws -> Success {
        try await thread.run(body)
    }

    /// The session's `lsid`.
    public func sessionID() async throws -> BSONDocument { try await withClient { $0.sessionID } }
}
