internal import Mongo
internal import ThreadSafety

/// What a run pauses for at the moment: its heartbeat takes it along, so that others can see it.
final class PauseBoard: Sendable {
    /// A pause.
    struct Entry: Sendable, Equatable {
        /// By the hot server's clock, in milliseconds since 1970 UTC.
        let since: Int64
        /// The metric and its limit.
        let reason: String

        init(since: Int64, reason: String) {
            self.since = since
            self.reason = reason
        }

        /// Reads one that a run has left.
        init?(_ document: BSONDocument?) {
            guard let since = document?["since"]?.dateMilliseconds, let reason = document?["reason"]?.string else {
                return nil
            }
            self.init(since: since, reason: reason)
        }

        var document: BSONDocument { ["since": .date(milliseconds: since), "reason": .string(reason)] }

        /// As a part of a sentence about the run.
        var text: String { "paused since \(ISO8601.string(fromMilliseconds: since)): \(reason)" }
    }

    private let state = Locked<Entry?>(nil)

    /// The pause that lasts; nil while the run works.
    var entry: Entry? { state.withLock(\.self) }

    /// Takes note of what the run does less for, if anything.
    func show(_ strain: Strain?, at now: Int64) {
        state.withLock { entry in
            guard let strain, strain.isPause else { return entry = nil }
            entry = Entry(since: entry?.since ?? now, reason: strain.detail)
        }
    }
}
