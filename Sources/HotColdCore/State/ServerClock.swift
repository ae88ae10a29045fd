internal import Mongo

/// The server's clock, read once and carried on by this machine's monotonic one.
///
/// The cutoff of a run and the times in its records come from it, so that a wrong or jumping clock on this machine
/// changes nothing.
public struct ServerClock: Sendable {
    /// The server's time when it was read, in milliseconds since 1970 UTC.
    public let start: Int64
    private let readAt: ContinuousClock.Instant

    /// Starts at a server's time.
    public init(start: Int64) {
        self.start = start
        readAt = .now
    }

    /// The time now, in milliseconds since 1970 UTC.
    public var now: Int64 { start + (ContinuousClock.now - readAt).milliseconds }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// Seconds.
    public var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
