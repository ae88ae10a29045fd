internal import Mongo

/// Until when a lease is held, and what that says of its holder's last word; all by the server's clock.
struct LeaseTerm: Sendable, Equatable {
    /// In milliseconds since 1970 UTC; nil where the lock has no date there, which is nobody's lease.
    let expiresAt: Int64?
    /// The server's time when it was asked.
    let now: Int64

    /// Whether its time is over.
    var isOver: Bool { expiresAt.map { $0 <= now } ?? true }

    /// Whether it ends later than a lease can that was taken or renewed by now.
    ///
    /// Whoever wrote it had another clock, or none of the program's: a primary before the last election, a hand.
    var isTooLong: Bool { expiresAt.map { $0.subtractingOrSaturated(now) > Lease.lifetime.milliseconds } ?? false }

    /// Whether it is a lease at all: neither over, nor longer than one can be.
    var isInForce: Bool { !isOver && !isTooLong }

    /// For how long its holder has not renewed it.
    var silence: Duration {
        let renewedAt = (expiresAt ?? now).subtractingOrSaturated(Lease.lifetime.milliseconds)
        return .milliseconds(now.subtractingOrSaturated(renewedAt))
    }
}

extension LeaseTerm {
    /// Reads a lock as `Lease.lock` gives it.
    init(_ lock: BSONDocument) {
        self.init(expiresAt: lock["expires_at"]?.dateMilliseconds, now: lock["now"]?.dateMilliseconds ?? 0)
    }
}
