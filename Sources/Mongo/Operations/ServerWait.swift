internal import CMongoC  // Its headers declare pthread types first, as far as Swift can see.
internal import Glibc
internal import ThreadSafety

/// A command that a server has not answered yet: what a process that seems to hang waits for.
///
/// A server that is locked for a backup answers no write, one that is away answers nothing; nobody could tell the
/// operator otherwise until the driver gives up.
public struct ServerWait: Sendable {
    /// The deployment: `cold (user backup at db2:27017)`; nil where it has no name.
    public let place: String?
    /// The command, as the server knows it: `insert`.
    public let command: String
    /// When it was sent, or when the search for a server to send it to began.
    public let since: ContinuousClock.Instant

    /// By the threads that wait.
    private static let waits = Locked<[UInt: ServerWait]>([:])

    /// The command that is waited for longest; nil where none is.
    public static var longest: ServerWait? { waits.withLock { $0.values.min { $0.since < $1.since } } }

    /// Waits for a server in a body.
    static func during<Success>(_ command: String, on pool: DriverPool, _ body: () throws -> Success) rethrows
        -> Success
    {
        let thread = UInt(pthread_self())
        let wait = ServerWait(place: pool.place, command: command, since: .now)
        waits.withLock { $0[thread] = wait }
        defer { waits.withLock { $0[thread] = nil } }
        return try body()
    }
}
