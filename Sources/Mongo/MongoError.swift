internal import CMongoC

/// What went wrong between hotcold and a MongoDB server.
///
/// Decide by `kind`, `code` and `labels`, never by the text.
public struct MongoError: Error, Sendable {
    /// Who failed.
    public enum Kind: Sendable, Equatable {
        /// The connection string makes no sense.
        case invalidURI
        /// What the caller passed in makes no sense.
        case invalidArgument
        /// No suitable server was found in time.
        case serverSelection
        /// A connection broke or timed out. Whether the server did what was asked is unknown.
        case network
        /// The server does not accept the credentials.
        case authentication
        /// The server answered with an error of its own; `code` says which.
        case server
        /// The write is applied, but not acknowledged by as many members as asked.
        case writeConcern
        /// The driver refused or failed without a server's answer.
        case driver
    }

    /// Who failed.
    public let kind: Kind
    /// The server's error code (`ErrorCodes` in its sources), else the driver's.
    public let code: Int32
    /// The server's name of the code.
    public let codeName: String?
    /// The server's or the driver's own words.
    public let message: String
    /// Error labels: `TransientTransactionError`, `UnknownTransactionCommitResult`, `RetryableWriteError`.
    public let labels: Set<String>
    /// Which of the deployments it is about, for messages; nil where there is only one.
    public private(set) var place: String?

    /// Creates an error.
    public init(
        _ kind: Kind,
        code: Int32 = 0,
        codeName: String? = nil,
        message: String,
        labels: Set<String> = []
    ) {
        self.kind = kind
        self.code = code
        self.codeName = codeName
        self.message = message
        self.labels = labels
    }

    /// Server error codes that hotcold acts upon, from MongoDB's `error_codes.yml`.
    public enum Code {
        /// A command or a query that makes no sense.
        public static let badValue: Int32 = 2
        /// The user lacks a privilege.
        public static let unauthorized: Int32 = 13
        /// A document nested deeper than the server allows.
        public static let overflow: Int32 = 15
        /// Wrong user or password.
        public static let authenticationFailed: Int32 = 18
        /// The server does not have the `authMechanism` switched on.
        public static let mechanismUnavailable: Int32 = 334
        /// No such collection.
        public static let namespaceNotFound: Int32 = 26
        /// The server has forgotten the cursor.
        public static let cursorNotFound: Int32 = 43
        /// The collection is there already.
        public static let namespaceExists: Int32 = 48
        /// It took longer than allowed.
        public static let maxTimeExpired: Int32 = 50
        /// No such command.
        public static let commandNotFound: Int32 = 59
        /// Another transaction has written the document.
        public static let writeConflict: Int32 = 112
        /// The collection's validator refused the document.
        public static let documentValidationFailure: Int32 = 121
        /// The server has aborted the transaction.
        public static let noSuchTransaction: Int32 = 251
        /// The transaction has exceeded `transactionLifetimeLimitSeconds`.
        public static let transactionTooOld: Int32 = 290
        /// The name means another collection than the `collectionUUID` of the command.
        public static let collectionUUIDMismatch: Int32 = 361
        /// An operator has blocked writes, by `setUserWriteBlockMode`.
        public static let userWritesBlocked: Int32 = 371
        /// The server does not know the user any more.
        public static let userNotFound: Int32 = 11
        /// The session's user has changed or gone.
        public static let reauthenticationRequired: Int32 = 391
        /// The collection is a view.
        public static let commandNotSupportedOnView: Int32 = 166
        /// The server does not do such a thing: transactions without a replica set, or in a capped collection.
        public static let illegalOperation: Int32 = 20
        /// The same of one operation in a transaction.
        public static let operationNotSupportedInTransaction: Int32 = 263
        /// The member is no primary.
        public static let notWritablePrimary: Int32 = 10107
        /// A unique index has the key.
        public static let duplicateKey: Int32 = 11000
        /// A document beyond 16 MB.
        public static let documentTooLarge: Int32 = 10334
    }
}

extension MongoError {
    /// The error with one more label.
    func labelled(_ label: String) -> MongoError {
        MongoError(kind, code: code, codeName: codeName, message: message, labels: labels.union([label])).at(place)
    }

    /// The error of a deployment.
    public func at(_ place: String?) -> MongoError {
        var error = self
        error.place = place
        return error
    }
}

// MARK: - Deciding

extension MongoError {
    /// The commit was sent, and whether it took effect is not known: only a retried commit can tell.
    public var isUnknownCommit: Bool { labels.contains("UnknownTransactionCommitResult") }

    /// The transaction was aborted and may be tried again as a whole.
    public var isTransientTransaction: Bool { labels.contains("TransientTransactionError") }

    /// Somebody else wrote one of the documents since the transaction's snapshot.
    public var isWriteConflict: Bool { kind == .server && code == Code.writeConflict }

    /// The server does not understand what it was asked: an unknown operator, a value of a wrong type.
    ///
    /// The codes of parsers from `error_codes.yml`, and those from 10000 on, which the server's sources number by place,
    /// but for what stands for states of the server.
    public var isMalformedRequest: Bool {
        guard kind == .server, !isTransient, !isRefusal, !forbidsScan else { return false }
        let parsing: Set<Int32> = [2, 4, 9, 14, 15, 16, 17, 27, 28, 31, 40, 51, 52, 54, 57, 72, 73, 93, 168, 224, 291]
        return parsing.contains(code) || code >= 10000 && code != 14031
    }

    /// Whether the server looks at no collection from end to end (`notablescan`), and no index serves the query.
    ///
    /// The code alone stands for queries, too, that no server can answer without an index.
    public var forbidsScan: Bool { kind == .server && code == 291 && message.contains("notablescan") }

    /// The transaction is too large for the storage engine's cache or the oplog: less at a time may fit.
    ///
    /// Or it has lasted too long, with more than one document.
    public var isTooLargeForTransaction: Bool { kind == .server && [257, 388, Code.transactionTooOld].contains(code) }

    /// What was to be written or asked is more than one document may be: beyond 16 MB, or nested too deep.
    ///
    /// What a collection takes may be too much in a record, which has it a few levels further in.
    public var isTooLargeForDocument: Bool {
        kind == .server && [Code.overflow, Code.documentTooLarge, 17419, 17420].contains(code)
    }

    /// The server has stopped the operation or its cursor, by an operator's `killOp`, for a time limit that somebody has
    /// set for all operations, or for reasons of its own.
    public var isInterruption: Bool {
        kind == .server && [43, Code.maxTimeExpired, 175, 237, 11601].contains(code)
    }

    /// Whether it took longer than the command may (`maxTimeMS`).
    public var isOutOfTime: Bool { kind == .server && code == Code.maxTimeExpired }

    /// The server could not do it beside what else it has to do: WriteConflict, TemporarilyUnavailable.
    ///
    /// Mostly it tries again by itself where there is no transaction to be aborted.
    private var isContention: Bool { [Code.writeConflict, 365].contains(code) }

    /// An operator's command was at the collection or the session in that moment: LockTimeout, LockBusy,
    /// ConflictingOperationInProgress, DatabaseDropPending, TransactionTooOld, SnapshotUnavailable, ClientDisconnect,
    /// BackgroundOperationInProgressForNamespace.
    ///
    /// And NoSuchTransaction, after `killSessions` or `killOp`. In the answer to a commit without its label it says
    /// nothing of the outcome: another member may know more.
    private var isInTheWay: Bool {
        isLocked || [215, 225, 246, 279, 12_587, Code.noSuchTransaction].contains(code)
    }

    /// Whether somebody holds a lock on the collection or the whole server: a backup (`fsyncLock`), `validate`, DDL.
    ///
    /// In a transaction the server does not wait for it (`maxTransactionLockRequestTimeoutMillis`, 5 ms).
    public var isLocked: Bool { kind == .server && [24, 46, 117].contains(code) }

    /// Whether the disk has no room for what was to be written.
    public var isFull: Bool { kind == .server && code == 14031 }

    /// Waiting may help: the network, an election, a member that shuts down.
    public var isTransient: Bool {
        switch kind {
        case .network, .serverSelection, .writeConcern: true
        case .server:
            isElection || isInterruption || isContention || isInTheWay || labels.contains("RetryableWriteError")
                || isTransientTransaction
        case .driver: isTransientTransaction
        case .invalidURI, .invalidArgument, .authentication: false
        }
    }

    /// Whether a server's error is about the one document that was written: a key, a validator, its size.
    ///
    /// Otherwise every document would meet it: a full disk, a provider's quota (8000, Atlas), a missing privilege, an
    /// election.
    public var concernsDocument: Bool {
        kind == .server && !isTransient && !isRefusal && !isWriteConflict && !isFull
            && ![8000, Code.collectionUUIDMismatch].contains(code)
    }

    /// A member that steps down, recovers or shuts down: another one will be primary.
    public var isElection: Bool { kind == .server && Self.transientCodes.contains(code) }

    private static let refusals: Set<Int32> = [
        Code.unauthorized, Code.authenticationFailed, Code.mechanismUnavailable, Code.userWritesBlocked,
        Code.userNotFound, Code.reauthenticationRequired,
    ]

    /// The server knows who we are and says no.
    public var isRefusal: Bool {
        kind == .authentication || kind == .server && Self.refusals.contains(code)
    }

    /// The codes that the specification of retryable reads and writes names as retryable, and NoSuchTransaction's
    /// relatives that only a new attempt can settle.
    private static let transientCodes: Set<Int32> = [
        6, 7, 63, 89, 91, 134, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
    ]
}

// MARK: - Telling

extension MongoError: CustomStringConvertible {
    /// The message with the server's code, in one line.
    ///
    /// A refused command is quoted by the server in full length; what matters stands at the start. Where a server is away,
    /// or does not let the user in, it says which.
    public var description: String {
        let message = message.count > 400 ? "\(message.prefix(400))…" : message
        guard kind == .server, code != 0 else { return place.map { "\($0): \(message)" } ?? message }
        return "\(message) (\(codeName.map { "\($0), " } ?? "")code \(code))"
    }

    /// The description, with the server also where it is that who says no.
    ///
    /// Not for what is wrong with a document: there the collection is named.
    public var located: String {
        guard kind == .server, code != 0, let place else { return description }
        return "\(place): \(description)"
    }

    /// What the operator can do about it.
    public var advice: String? {
        switch kind {
        case .invalidURI: "a connection string looks like mongodb://user@host1:27017,host2:27017/?replicaSet=rs0"
        case .serverSelection where code == Code.notWritablePrimary:
            "name members of the set and replicaSet=NAME in the connection string, without directConnection: hotcold"
                + " then finds the primary"
        // The driver has no code for it.
        case .serverSelection where message.contains("TLS handshake failed"):
            "check tls, tlsCAFile and tlsCertificateKeyFile in the connection string: the server speaks no TLS, or one of"
                + " the two does not trust the other's certificate"
        case .serverSelection:
            "check that the server runs, that the address and replicaSet in the URI are right, and that no firewall is between"
        case .network:
            "check the network and the server's log, then run the command again: hotcold goes on where it stopped"
        case .authentication: "check user, password and authSource in the connection string"
        case .writeConcern: "a majority of the members must be up and not lag"
        case .server where code == Code.userWritesBlocked:
            "an operator has blocked writes to the cluster (setUserWriteBlockMode)"
        case .server where code == Code.mechanismUnavailable: "check authMechanism in the connection string"
        case .server where isRefusal: "give the user the missing role on that database"
        case .server where code == Code.maxTimeExpired: "the server is too busy; try again later"
        case .server, .driver, .invalidArgument: nil
        }
    }
}

// MARK: - From the driver

/// The driver's text of an error, copied.
func messageText(_ error: bson_error_t) -> String {
    // The message is a NUL-terminated array inside the struct, which lives for the call.
    unsafe withUnsafePointer(to: error) { pointer in unsafe String(cString: hotcold_error_message(pointer)) }
}

extension MongoError {
    /// Makes sense of the driver's error and the server's reply to the same command.
    init(_ error: bson_error_t, reply: BSONDocument) {
        let labels = reply["errorLabels"]?.array?.compactMap(\.string) ?? []
        self.init(
            Self.kind(domain: error.domain, code: error.code),
            code: Int32(bitPattern: error.code),
            codeName: reply["codeName"]?.string,
            message: Self.renaming(reply) ?? messageText(error),
            labels: Set(labels)
        )
    }

    /// What has become of the collection that a command was meant for, where its name means another one.
    private static func renaming(_ reply: BSONDocument) -> String? {
        guard reply["code"]?.integer == Int64(Code.collectionUUIDMismatch), let database = reply["db"]?.string,
            let expected = reply["expectedCollection"]?.string
        else { return nil }
        let now = reply["actualCollection"]?.string.map { "is called \(database).\($0) now" }
        return
            "\(database).\(expected) is another collection than it was: that one \(now ?? "was dropped or moved away")"
    }

    /// Error API version 2 (errors.rst): `MONGOC_ERROR_SERVER` is the server speaking, every other domain the driver.
    static func kind(domain: UInt32, code: UInt32) -> Kind {
        switch mongoc_error_domain_t(domain) {
        case MONGOC_ERROR_SERVER: .server
        case MONGOC_ERROR_WRITE_CONCERN: .writeConcern
        case MONGOC_ERROR_SERVER_SELECTION: .serverSelection
        case MONGOC_ERROR_STREAM: .network
        case MONGOC_ERROR_CLIENT where mongoc_error_code_t(code) == MONGOC_ERROR_CLIENT_AUTHENTICATE: .authentication
        case MONGOC_ERROR_SASL: .authentication
        // "Server does not support sessions": what it says of a member that starts, rolls back or is not in its set yet.
        case MONGOC_ERROR_CLIENT where mongoc_error_code_t(code) == MONGOC_ERROR_CLIENT_SESSION_FAILURE:
            .serverSelection
        default: .driver
        }
    }
}
