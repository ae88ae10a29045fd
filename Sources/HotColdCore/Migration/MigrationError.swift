public import Mongo

/// Why a collection's run could not start or had to end.
public enum MigrationError: Error, Sendable {
    /// Moving would lose or empty something, or the server can't do it safely.
    case unsuitable(reason: String, hint: String?)
    /// The server does not understand the configured `filter` or `exclude`.
    case selectionRefused(MongoError)
    /// The server does not understand the operator's `--query`.
    case queryRefused(MongoError)
    /// Another run has the namespace.
    case busy(Namespace, LeaseHolder)
    /// Another run took the lease over while this one was not heard of.
    case leaseLost(Namespace)
    /// Another run settles what this one's mover had in hand.
    case seatLost(String)
    /// The run paused for longer than `--max-pause`, and for what.
    case pausedForTooLong(String)
    /// Copies read back differ from their sources; nothing was deleted for them.
    case differingBytes(count: Int)
    /// The target refused so many documents one after another, all for the same reason.
    case refusedThroughout(count: Int, reason: String)
    /// A server can't be reached, or was lost for longer than the operator wants to wait.
    case unavailable(MongoError)
    /// A commit was sent, and no server said for that long whether it took effect. The documents are whole in one
    /// tier or the other; the journal has the batch if it was moved.
    case outcomeUnknown(MongoError)
    /// A connection string names what can't be used.
    case misconfigured(MongoError)
    /// The server refused: authentication or authorization. What the user lacks is known where somebody has asked.
    case refused(MongoError, lacking: String? = nil)
    /// Something that can't be by the protocol: a bug in hotcold, or a server that lies.
    case bug(String)

    /// Sorts an error of the driver or the server into what an operator can act upon.
    public init(_ error: any Error) {
        switch error {
        case let error as MigrationError: self = error
        case let error as MongoError where error.isRefusal: self = .refused(error)
        case let error as MongoError where error.kind == .invalidURI: self = .misconfigured(error)
        case let error as MongoError
        where error.code == MongoError.Code.collectionUUIDMismatch && error.kind == .server:
            self = .replaced("\(error.message)")
        case let error as MongoError where error.forbidsScan: self = .scanForbidden(error)
        case let error as MongoError where error.isUnknownCommit: self = .outcomeUnknown(error)
        case let error as MongoError where error.isTransient || error.isFull: self = .unavailable(error)
        case let error as MongoError where error.kind == .server && Self.acts[error.code] != nil:
            self = .unsuitable(reason: "\(Self.acts[error.code] ?? ""): \(error)", hint: Self.actHint)
        case let error as MongoError:
            self = .bug("the server answered with an error that hotcold does not expect: \(error.located)")
        default: self = .bug("\(error)")
        }
    }
}

extension MigrationError {
    /// What somebody has done to a server or a collection while a run was at work, by the errors that follow from it.
    private static let acts: [Int32: String] = [
        MongoError.Code.namespaceNotFound: "somebody has dropped or renamed a collection",
        MongoError.Code.commandNotSupportedOnView: "somebody has put a view in the place of a collection",
        MongoError.Code.illegalOperation:
            "a server does not do any more what it did when the run began: it was started without its replica set, or a"
            + " collection was made a capped one",
        MongoError.Code.operationNotSupportedInTransaction:
            "somebody has made a collection one that transactions can't write to",
    ]

    /// The server answers no query that no index serves.
    private static func scanForbidden(_ error: MongoError) -> MigrationError {
        .unsuitable(
            reason: "the server answers no query without an index for it (notablescan): \(error)",
            hint:
                "create an index on the field that the policy or the query goes by, which \(AdvisedCommand.line("check")) names, or allow"
                + " scans while hotcold works: db.adminCommand({setParameter: 1, notablescan: false})"
        )
    }

    /// What hotcold had noted of the run is gone or another, and no run has taken over.
    static func stateLost(_ what: String, of database: String) -> MigrationError {
        .unsuitable(
            reason:
                "somebody has dropped or restored the state database \(database), or a part of it, while the run was at"
                + " work: \(what)",
            hint:
                "some documents may be in both tiers, and what was restored is no longer held: hotcold verify finds them,"
                + " then run the command again. What was in quarantine on that cluster is in its backups alone. Without the rest of a database of which a part is"
                + " left, look at the records in \(database).seats and delete those of runs that are over"
        )
    }

    private static let actHint =
        "nothing is lost: documents are whole in one tier or the other; undo it, or see what hotcold check says, then run"
        + " the command again"
}

extension MigrationError: CustomStringConvertible {
    /// What happened, in a sentence or two.
    public var description: String {
        switch self {
        case .unsuitable(let reason, _): reason
        case .selectionRefused(let error): "the server does not accept the filter: \(error)"
        case .queryRefused(let error): "the server does not accept the query: \(error)"
        case .busy(let namespace, let holder):
            "\(namespace) is being worked on by run \(holder.run), process \(holder.identity.pid) on host"
                + " \(holder.identity.host), since \(ISO8601.string(fromMilliseconds: holder.since))"
                + (holder.pause.map { ", and \($0.text)" } ?? "")
        case .leaseLost(let namespace):
            "the lease of \(namespace) went to another run while this one was not heard of for a minute; it stopped"
        case .seatLost(let seat):
            "another run took over from this one while it was not heard of, and settled what seat \(seat) had in hand"
        case .pausedForTooLong(let reason): "it paused for longer than it may (--max-pause): \(reason)"
        case .differingBytes(let count):
            "\(count) \(count == 1 ? "copy" : "copies") read back with different bytes; nothing was deleted for them"
        case .refusedThroughout(let count, let reason):
            "stopped early: the last \(count) documents were all refused with: \(reason)"
        case .unavailable(let error): error.located
        case .outcomeUnknown(let error): "the servers did not say whether the last batch was moved: \(error.located)"
        case .refused(let error, _): error.located
        case .misconfigured(let error): "\(error)"
        case .bug(let what): what
        }
    }

    /// What to do about it.
    public var hint: String? {
        switch self {
        case .unsuitable(_, let hint): hint
        case .selectionRefused: "try the policy's filter and exclude with find() in mongosh on the collection"
        case .queryRefused: "try the query with find() in mongosh on the archive; $text and $near can't be used"
        case .busy: "try again when it has ended"
        case .pausedForTooLong: "see to what it waited for, then run the command again: it goes on where it stopped"
        case .leaseLost, .seatLost: "see what the other run did, then run the command again"
        case .differingBytes: "the originals are untouched; look for failing memory or disks before you try again"
        case .refusedThroughout:
            "change what refuses them, a validator or a unique index, or leave such documents out by exclude in the policy"
        case .outcomeUnknown: "its documents are whole in one tier or the other; run the command again"
        case .refused(_, .some(let lack)): "\(lack); \(AdvisedCommand.line("check")) says which role grants it"
        case .unavailable(let error), .refused(let error, nil): error.advice
        case .misconfigured: "see to the file, or to the connection string that names it"
        case .bug: "please report this with the output of the same command under --verbose"
        }
    }
}
