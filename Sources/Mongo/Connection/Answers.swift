internal import Synchronization

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
    private let answers = Mutex(Answers())

    /// Takes note of an answer to a command that was sent at that time.
    func count(since start: ContinuousClock.Instant) {
        let duration = ContinuousClock.now - start
        answers.withLock { answers in
            answers.count += 1
            answers.fastest = min(duration, answers.fastest ?? duration)
        }
    }

    /// Begins anew and returns what was counted.
    func take() -> Answers {
        answers.withLock { answers in
            defer { answers = Answers() }
            return answers
        }
    }
}
