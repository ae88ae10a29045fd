internal import Mongo

/// One meeting with another writer: the server aborted the transaction.
struct Contention: Sendable {
    /// What the transaction had read, so that the next attempt sees what changed since.
    var read: SourceBatch?
    /// Whether the transaction had found documents changed since the attempt before it.
    var foundChanges: Bool
    /// How long the transaction had lived.
    var duration: Duration
    /// The server's words.
    var error: MongoError
}

/// What to do about contention, from how a slice of a batch has fared so far.
struct ContentionHistory {
    enum Step: Equatable {
        case again(after: Duration)
        case halve
        case giveUp
    }

    /// How often a single document is tried.
    static let attempts = 20
    /// After so many attempts that met the same documents unchanged, something else than an update is in the way: a
    /// writer that holds its transaction open, or the server's own cache.
    ///
    /// Then only less at a time helps.
    private static let attemptsUnchanged = 3
    private static let longAttempt: Duration = .seconds(1)

    private var met = 0
    private var unchanged = 0

    mutating func step(after contention: Contention, slice count: Int) -> Step {
        met += 1
        unchanged = contention.foundChanges ? 0 : unchanged + 1
        if count == 1 {
            guard met < Self.attempts else { return .giveUp }
        } else if met >= Self.attempts || unchanged >= Self.attemptsUnchanged || contention.duration > Self.longAttempt
        {
            return .halve
        }
        return .again(after: .milliseconds(Int.random(in: 1...10) * min(met, 8)))
    }
}
