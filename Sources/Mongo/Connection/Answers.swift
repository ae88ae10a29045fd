internal import ThreadSafety

/// Commands that a server has answered without an error in a stretch of time.
public struct Answers: Sendable, Equatable {
    /// How many.
    public var count = 0
    /// The time that the fastest took; nil where there was none.
    ///
    /// About as long as the way there and back: of a few dozen commands, one has asked for little and waited for nothing.
    public var fastest: Duration?

    /// No commands.
    public init() {}

    /// About how long all of them were on the way: not more, as long as the way is one and the same.
    public var onTheWay: Duration { (fastest ?? .zero) * count }
}

/// Counts the answers on all connections of a pool.
final class AnswerCounter: Sendable {
    private struct State {
        var answers = Answers()
        var operations = 0
    }

    private let state = Locked(State())

    /// Takes note of an answer to a command that was sent at that time.
    ///
    /// - Parameter isOperation: whether it is one of `OperationNames`.
    func count(since start: ContinuousClock.Instant, isOperation: Bool) {
        let duration = ContinuousClock.now - start
        state.withLock { state in
            state.answers.count += 1
            state.answers.fastest = min(duration, state.answers.fastest ?? duration)
            if isOperation { state.operations += 1 }
        }
    }

    /// Begins anew and returns what was counted.
    func take() -> Answers {
        state.withLock { state in
            defer { state.answers = Answers() }
            return state.answers
        }
    }

    /// How many answers there were to operations, ever.
    var operations: Int { state.withLock(\.operations) }
}

extension BSONDocument {
    /// The name of the command that this is.
    var commandName: String {
        var reader = makeReader()
        return (try? reader.next()?.name) ?? ""  // The server refuses what is malformed.
    }
}

/// Commands that begin to read documents or write some.
///
/// Not `getMore`: with it clients wait for what is written at all, members of a set and change streams among them.
public enum OperationNames {
    /// Their names, as commands have them and as `metrics.commands` of `serverStatus` counts them.
    public static let all = [
        "aggregate", "bulkWrite", "count", "delete", "distinct", "find", "findAndModify", "insert", "update",
    ]
}
