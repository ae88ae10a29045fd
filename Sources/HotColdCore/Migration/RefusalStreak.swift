internal import Mongo
internal import ThreadSafety

/// What a target has refused since it took something last, counted over all movers of a run.
///
/// Each refused document costs a transaction. Where a validator or a unique index refuses all of them, a run that tries
/// every one takes hours for nothing, and so does the next.
final class RefusalStreak: Sendable {
    /// So many documents refused for one reason and none taken: then the next ones will be, too.
    static let longest = 500
    /// So many that took too long each by itself: then the target does not do its work.
    static let longestSlow = 5

    private struct State {
        /// How many were refused, by the server's code.
        var counts: [Int32: Int] = [:]
        /// What ended the run.
        var end: MigrationError?
    }

    private let state = Locked(State())

    /// The target has taken a document.
    func end() { state.withLock { $0.counts = [:] } }

    /// Adds refused documents; whether enough is enough.
    ///
    /// Those that were sorted out without a question count for nothing.
    func add(_ faults: [DocumentFault]) -> Bool {
        state.withLock { state in
            for fault in faults {
                guard let code = fault.code else { continue }
                state.counts[code, default: 0] += 1
                guard let count = state.counts[code], state.end == nil else { continue }
                if code == MongoError.Code.maxTimeExpired, count >= Self.longestSlow {
                    state.end = .unavailable(MongoError(.network, message: fault.reason))
                } else if count >= Self.longest {
                    state.end = .refusedThroughout(count: count, reason: fault.reason)
                }
            }
            return state.end != nil
        }
    }

    /// Why the run has to end; nil where it need not.
    var error: MigrationError? { state.withLock(\.end) }
}
