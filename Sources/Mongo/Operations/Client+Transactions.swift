internal import CMongoC
internal import Glibc

extension Client {
    /// Runs a body in a transaction: snapshot reads, majority commit.
    ///
    /// Blocks.
    ///
    /// The body's commands are all in the transaction, since a client has one session. Where the body throws, the
    /// transaction is aborted and the error passed on. Where the commit's answer is lost, the commit is repeated
    /// until the answer is known: only that tells, since a read would say "not yet" while a commit is under way.
    ///
    /// - Parameters:
    ///   - patience: how long to repeat a commit whose outcome is unknown, but not beyond what `waiting` allows.
    ///   - beforeAbort: what goes first where the body throws: another transaction, say, that must not wait for this one.
    /// - Throws: what the body throws; `MongoError` with `isTransientTransaction` when the server aborted it, with
    ///   `isUnknownCommit` when the outcome is still unknown after `patience`.
    public func transaction<Success>(
        retryingCommitFor patience: Duration,
        beforeAbort: () -> Void = {},
        _ body: () throws -> Success
    ) throws -> Success {
        try checkTime()
        InFlight.begin(sessionID, of: pool)
        var isOver = false
        defer { InFlight.end(sessionID, of: pool, isOver: isOver) }
        try startTransaction()
        let success: Success
        do {
            success = try body()
        } catch {
            beforeAbort()
            isOver = abort(after: error)
            throw error
        }
        try commit(retryingFor: patience)
        isOver = true
        return success
    }

    /// Runs a body in this client's transaction, and has the server end that where the body is not done by a moment.
    ///
    /// Over a connection of its own: what the body waits for, on another deployment, may know no limit. The driver has none
    /// for a command when it connects or looks for a primary (`serverSelectionTimeoutMS`). What the body does in this
    /// transaction afterwards fails as one that a server aborted.
    public func endingTransaction<Success>(
        at deadline: ContinuousClock.Instant,
        _ body: () throws -> Success
    ) rethrows -> Success {
        let (session, pool) = (sessionID, pool)
        let watch = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            // Where it is refused or not answered, the server's own minute is what is left.
            try await Connection(pool).withClient { try $0.killSessions([.document(session)]) }
        }
        defer { watch.cancel() }
        return try body()
    }

    /// Has the server end sessions of these `lsid`s, and with them what transactions they have open; nothing for none.
    public func killSessions(_ sessions: [BSONValue]) throws {
        guard !sessions.isEmpty else { return }
        try run(["killSessions": .array(sessions)], on: "admin")
    }

    /// Aborts the transaction, if one is open; false where the server may still have it.
    ///
    /// The server aborts what is neither committed nor continued, but not before a minute; and so does whatever comes
    /// next in the session.
    @discardableResult
    public func abort() -> Bool { abort(after: nil) }

    private func abort(after error: (any Error)?) -> Bool {
        guard unsafe mongoc_client_session_in_transaction(session) else { return true }
        // A new moment: the one that is over was for what has failed.
        return waiting(until: .now + .seconds(5)) {
            let isKnown = (error as? MongoError)?.kind == .server || hasAborted
            unsafe _ = mongoc_client_session_abort_transaction(session, nil)
            return isKnown
        }
    }

    /// The driver does not say what became of an abort of its own, which is nothing but a warning to it.
    private var hasAborted: Bool {
        do {
            try run(["abortTransaction": 1], on: "admin")
            return true
        } catch {
            return (error as? MongoError)?.kind == .server
        }
    }

    private func startTransaction() throws {
        var error = bson_error_t()
        let options = unsafe mongoc_transaction_opts_new()
        defer { unsafe mongoc_transaction_opts_destroy(options) }
        let snapshot = unsafe mongoc_read_concern_new()
        defer { unsafe mongoc_read_concern_destroy(snapshot) }
        unsafe mongoc_read_concern_set_level(snapshot, MONGOC_READ_CONCERN_LEVEL_SNAPSHOT)
        unsafe mongoc_transaction_opts_set_read_concern(options, snapshot)
        // When its time is over the driver labels the outcome unknown, and the commit is repeated.
        let majority = unsafe makeMajority(isJournaled: pool.isJournaled)
        defer { unsafe mongoc_write_concern_destroy(majority) }
        unsafe mongoc_transaction_opts_set_write_concern(options, majority)
        guard unsafe mongoc_client_session_start_transaction(session, options, &error) else {
            throw MongoError(error, reply: BSONDocument()).at(pool.place)
        }
    }

    private func commit(retryingFor patience: Duration) throws {
        let deadline = ContinuousClock.now + patience
        while true {
            let start = ContinuousClock.now
            var error = bson_error_t()
            var bytes = unsafe hotcold_bytes()
            let ok = ServerWait.during("commitTransaction", on: pool) {
                unsafe hotcold_commit(session, &bytes, &error)
            }
            let reply = try unsafe takeReply(bytes)
            if ok { return pool.answers.count(since: start, isOperation: false) }
            let failure = failure(error, reply: reply, since: start)
            guard failure.leavesCommitUnknown else { throw failure }
            guard ContinuousClock.now < deadline, !isOutOfTime, !pool.givesUp else {
                throw failure.labelled("UnknownTransactionCommitResult")
            }
            usleep(50_000)  // This is a connection's own thread.
        }
    }
}

extension MongoError {
    /// Whether a commit that failed so may have taken effect: only a server can say that it has not.
    ///
    /// The driver labels most such errors, not all: not one of a connection that can't be made anew (CDRIVER-3654), though
    /// the commit was sent over the one before; nor every write concern error, which comes with a commit that took effect;
    /// nor one that was interrupted while it waited for a majority.
    fileprivate var leavesCommitUnknown: Bool {
        isUnknownCommit || kind != .server || isTransient && !isTransientTransaction
    }
}
