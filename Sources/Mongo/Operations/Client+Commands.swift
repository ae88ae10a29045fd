internal import CMongoC

/// What the driver may do with a command on its own.
public enum CommandKind: Sendable {
    /// Send it as it is.
    case raw
    /// Retry it once after a network error or an election.
    case read
    /// Wait for a majority outside a transaction. The driver retries `findAndModify` alone once after a network error
    /// or an election: only what goes through `insert` and `findAndModify` carries a transaction number.
    case write

    fileprivate var driverKind: hotcold_command_kind {
        switch self {
        case .raw: HOTCOLD_COMMAND_RAW
        case .read: HOTCOLD_COMMAND_READ
        case .write: HOTCOLD_COMMAND_WRITE
        }
    }
}

extension Client {
    /// Runs a command and returns the server's reply.
    ///
    /// Blocks.
    ///
    /// - Parameter server: the driver's id of a server to send it to, 0 for the primary.
    /// - Throws: `MongoError` where the reply is not `ok`. Write errors inside an `ok` reply are for the caller: see
    ///   `WriteResult`.
    @discardableResult
    public func run(
        _ command: BSONDocument,
        on database: String,
        _ kind: CommandKind = .raw,
        server: UInt32 = 0
    ) throws -> BSONDocument {
        let answer = try answer(to: command, on: database, kind, server: server)
        if let failure = answer.failure { throw failure }
        return answer.reply
    }

    /// Runs a command and returns the server's reply also where it tells of a failure: some of it may have been done.
    func answer(
        to command: BSONDocument,
        on database: String,
        _ kind: CommandKind,
        server: UInt32 = 0
    ) throws -> (reply: BSONDocument, failure: MongoError?) {
        try checkTime()
        let (start, name) = (ContinuousClock.now, command.commandName)
        var error = bson_error_t()
        var bytes = unsafe hotcold_bytes()
        let ok = ServerWait.during(name, on: pool) {
            unsafe command.bytes.withUnsafeBytes { buffer in
                // The command's bytes outlive the call; the reply is copied and freed by takeReply.
                unsafe hotcold_command(
                    client,
                    database,
                    buffer.baseAddress,
                    buffer.count,
                    kind.driverKind,
                    session,
                    server,
                    &bytes,
                    &error
                )
            }
        }
        let reply = try unsafe takeReply(bytes)
        guard ok else { return (reply, failure(error, reply: reply, since: start)) }
        pool.answers.count(since: start, isOperation: OperationNames.all.contains(name))
        return (reply, nil)
    }

    /// The driver's id of the primary (or of a standalone), 0 while a transaction decides by itself.
    func primary() throws -> UInt32 {
        guard unsafe !mongoc_client_session_in_transaction(session) else { return 0 }
        try checkTime()
        let start = ContinuousClock.now
        var error = bson_error_t()
        let found = unsafe ServerWait.during("hello", on: pool) {
            unsafe mongoc_client_select_server(client, true, nil, &error)
        }
        guard let description = unsafe found else {
            throw failure(error, reply: BSONDocument(), since: start)
        }
        defer { unsafe mongoc_server_description_destroy(description) }
        return unsafe mongoc_server_description_id(description)
    }
}

/// Copies bytes that libbson allocated into an array and frees them; nil where there are none.
func takeBytes(_ bytes: hotcold_bytes) -> [UInt8]? {
    guard let data = unsafe bytes.data else { return nil }
    defer { unsafe bson_free(data) }
    return unsafe Array(UnsafeBufferPointer(start: data, count: Int(bytes.length)))
}

/// A reply as a document; the empty one where the driver gave none.
func takeReply(_ bytes: hotcold_bytes) throws -> BSONDocument {
    guard let array = unsafe takeBytes(bytes) else { return BSONDocument() }
    return try BSONDocument(bytes: array[...])
}
