internal import CMongoC

/// One driver client with one explicit session: what a thread borrows to talk to a deployment.
///
/// Every command runs in the session, so that between the start and the end of a transaction none can slip out of
/// it. A client is not copyable and lives on its connection's thread; all its methods block.
@safe
public struct Client: ~Copyable {
    let client: OpaquePointer
    let session: OpaquePointer
    /// How long its commands wait for answers.
    let limits: UnsafeMutablePointer<hotcold_limits>
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
        unsafe hotcold_apply_limits(pool.limits(of: client))
        var error = bson_error_t()
        let options = unsafe mongoc_session_opts_new()
        defer { unsafe mongoc_session_opts_destroy(options) }
        // Read concerns are said command by command; causal consistency would add its own to them.
        unsafe mongoc_session_opts_set_causal_consistency(options, false)
        guard let session = unsafe mongoc_client_start_session(client, options, &error) else {
            unsafe pool.push(client)
            throw MongoError(error, reply: BSONDocument()).at(pool.place)
        }
        var length = 0
        let bytes = unsafe hotcold_session_id(session, &length)
        // Copied at once; the session owns the original.
        sessionID = unsafe BSONDocument(unchecked: ArraySlice(UnsafeBufferPointer(start: bytes, count: length)))
        unsafe self.client = client
        unsafe self.session = session
        unsafe limits = pool.limits(of: client)
        self.pool = pool
    }

    deinit {
        unsafe mongoc_client_session_destroy(session)
        unsafe pool.push(client)
    }
}
