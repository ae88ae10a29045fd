/// A thread with a client of each of two deployments: for transactions on the one that span calls to the other.
///
/// ```swift
/// let pair = try ConnectionPair(hot, cold)
/// try await pair.withClients { clients in
///     try clients.first.transaction {
///         try clients.second.transaction { … }
///     }
/// }
/// ```
public final class ConnectionPair: Sendable {
    private let thread: ResourceThread<ClientPair>

    /// Prepares a pair; nothing is sent before the first call.
    ///
    /// - Throws: `MongoError` where no thread can be started.
    public init(_ first: ConnectionPool, _ second: ConnectionPool) throws {
        thread = try ResourceThread {
            try ClientPair(first: Client(from: first.driverPool), second: Client(from: second.driverPool))
        }
    }

    /// Runs a blocking body with both clients, as `Connection.withClient` does with one.
    ///
    /// - Throws: what the body throws, or `MongoError` when one of the deployments can't be reached.
    public func withClients<Success: Sendable>(
        _ body: @escaping @Sendable (borrowing ClientPair) throws -> Success
    ) async throws -> Success {
        try await thread.run(body)
    }
}

/// Two clients on one thread, in the order of their `ConnectionPair`.
public struct ClientPair: ~Copyable {
    /// The client of the first deployment.
    public let first: Client
    /// The client of the second.
    public let second: Client
}
