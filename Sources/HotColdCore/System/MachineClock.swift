internal import Glibc

/// This machine's clock, for what no server is asked about.
package enum MachineClock {
    /// In milliseconds since 1970 UTC.
    package static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// How long ago it was booted, with the time that it was asleep; nobody sets it.
    package static var uptime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
