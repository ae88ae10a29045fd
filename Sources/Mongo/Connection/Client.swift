internal import CMongoC

/// One driver client with one explicit session: what a thread borrows to talk to a deployment.
///
/// Every command runs in the session, so that between the start and the end of a transaction none can slip out of
/// it. A client is not copyable and lives on its connection's thread; all its methods block.
@safe
public struct Client: ~Copyable {
    let client: OpaquePointer
    let session: OpaquePointer
    let pool: DriverPool

    /// The session's `lsid`, for `killSessions`.
    public let sessionID: BSONDocument

    /// Takes a client out of the driver's pool and starts its session.
    ///
    /// - Throws: `MongoError` when no server is found in time: the driver asks one whether it knows sessions.
    init(from pool: DriverPool) throws {
        guard let client = unsafe pool.pop() else {
            throw MongoError(.driver, message: "no client free in the driver's pool")
        }
        var error = bson_error_t()
        let options = unsafe mongoc_session_opts_new()
        defer { unsafe mongoc_session_opts_destroy(options) }
        // Read concerns are said command by command; causal consistency would add its own to them.
        unsafe mongoc_session_opts_set_causal_consistency(options, false)
        guard let session = unsafe mongoc_client_start_session(client, options, &error) else {
            unsafe pool.push(client)
            throw MongoError(error, reply: BSONDocument())
        }
        var length = 0
        let bytes = unsafe hotcold_session_id(session, &length)
        // Copied at once; the session owns the original.
        sessionID = unsafe BSONDocument(unchecked: ArraySlice(UnsafeBufferPointer(start: bytes, count: length)))
        unsafe self.client = client
        unsafe self.session = session
        self.pool = pool
    }

    deinit {
        unsafe mongoc_client_session_destroy(session)
        unsafe pool.push(client)
    }
}

/// The driver's pool, which hands out clients that share its monitor threads.
///
/// Pooled clients even for one thread: in 1.23.1 a single-threaded client can deadlock on a network error
/// (CDRIVER-4666).
@safe
final class DriverPool: Sendable {
    // mongoc_client_pool_t is thread-safe except for its destruction, which is in deinit
    // (mongoc_client_pool_t.rst, "thread safety").
    nonisolated(unsafe) private let pointer: OpaquePointer

    /// Those of all its clients.
    let answers = AnswerCounter()
    /// Whether writes wait for the journal.
    let isJournaled: Bool

    init(
        _ connectionString: ConnectionString,
        applicationName: String,
        size: Int,
        socketTimeout: Duration?,
        isJournaled: Bool
    ) throws {
        self.isJournaled = isJournaled
        let uri = try unsafe connectionString.driverURI(
            applicationName: applicationName,
            maximumPoolSize: size,
            socketTimeout: socketTimeout,
            isJournaled: isJournaled
        )
        defer { unsafe mongoc_uri_destroy(uri) }
        var error = bson_error_t()
        guard let pool = unsafe mongoc_client_pool_new_with_error(uri, &error) else {
            throw MongoError(.invalidURI, message: messageText(error))
        }
        unsafe mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2)
        unsafe pointer = pool
    }

    func pop() -> OpaquePointer? { unsafe mongoc_client_pool_try_pop(pointer) }
    func push(_ client: OpaquePointer) { unsafe mongoc_client_pool_push(pointer, client) }

    deinit {
        if Driver.leavesPoolsOpen { return }
        // Every client holds the pool until it has pushed itself back, so all are in.
        unsafe mongoc_client_pool_destroy(pointer)
    }
}
