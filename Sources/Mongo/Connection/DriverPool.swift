internal import CMongoC
internal import Synchronization
internal import ThreadSafety

/// The driver's pool, which hands out clients that share its monitor threads.
///
/// Pooled clients even for one thread: in 1.23.1 a single-threaded client can deadlock on a network error
/// (CDRIVER-4666).
@safe
final class DriverPool: Sendable {
    // mongoc_client_pool_t is thread-safe except for its destruction, which is in deinit
    // (mongoc_client_pool_t.rst, "thread safety").
    nonisolated(unsafe) private let pointer: OpaquePointer
    // Its members are read and written atomically or under its lock.
    nonisolated(unsafe) private let limits: UnsafeMutablePointer<hotcold_pool_limits>
    /// Those of each client by its address; they come back with it when it is handed out again: its connections know them.
    private let limitsOfClients = Locked<[UInt: Address]>([:])
    private let isGivenUp = Atomic(false)

    /// A pointer that threads hand on to each other.
    @safe
    private struct Address: @unchecked Sendable {
        let limits: UnsafeMutablePointer<hotcold_limits>
    }

    /// Those of all its clients.
    let answers = AnswerCounter()
    /// Whether writes wait for the journal.
    let isJournaled: Bool
    /// What errors call the deployment; nil where it goes without saying.
    let place: String?

    init(
        _ connectionString: ConnectionString,
        applicationName: String,
        size: Int,
        patience: Duration?,
        isJournaled: Bool,
        name: String?
    ) throws {
        self.isJournaled = isJournaled
        place = name.map { "\($0) (\(connectionString.whoAndWhere))" }
        let uri = try unsafe connectionString.driverURI(
            applicationName: applicationName,
            maximumPoolSize: size,
            isJournaled: isJournaled
        )
        defer { unsafe mongoc_uri_destroy(uri) }
        var error = bson_error_t()
        guard let pool = unsafe mongoc_client_pool_new_with_error(uri, &error) else {
            throw MongoError(.invalidURI, message: messageText(error))
        }
        unsafe mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2)
        unsafe limits = hotcold_pool_limits_new()
        if let patience, !connectionString.hasSocketTimeout {
            unsafe hotcold_set_patience(limits, patience.microseconds)
        }
        unsafe hotcold_watch_members(pool, limits)
        unsafe pointer = pool
    }

    func pop() -> OpaquePointer? { unsafe mongoc_client_pool_try_pop(pointer) }
    func push(_ client: OpaquePointer) { unsafe mongoc_client_pool_push(pointer, client) }

    /// What limits a client's commands.
    func limits(of client: OpaquePointer) -> UnsafeMutablePointer<hotcold_limits> {
        let address = limitsOfClients.withLock { known in
            let key = UInt(bitPattern: client)
            if let address = known[key] { return address }
            let address = unsafe Address(limits: hotcold_limits_new(client, limits))
            known[key] = address
            return address
        }
        return unsafe address.limits
    }

    /// Gives each command that is under way or comes later some seconds, and a server that lets one wait in vain no more.
    func hurry() { unsafe hotcold_hurry(limits) }

    /// Whether the servers are not asked any more.
    var givesUp: Bool { isGivenUp.load(ordering: .relaxed) }

    /// Takes note of a command that got no answer.
    func missedAnswer(to start: ContinuousClock.Instant) {
        // As long as it takes to find no server, or longer: not a connection that broke.
        guard unsafe hotcold_is_hurried(limits), .now - start > .seconds(4) else { return }
        isGivenUp.store(true, ordering: .relaxed)
    }

    deinit {
        if Driver.leavesPoolsOpen { return }
        // Every client holds the pool until it has pushed itself back, so all are in.
        unsafe mongoc_client_pool_destroy(pointer)
        for address in limitsOfClients.withLock({ Array($0.values) }) { unsafe bson_free(address.limits) }
        unsafe hotcold_pool_limits_destroy(limits)
    }
}
