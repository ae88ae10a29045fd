internal import Glibc
internal import HotColdCore

/// `--window` and the clock of this machine.
struct WorkingHours: Equatable, Sendable {
    /// The part of each day.
    let window: DailyWindow
    /// The zone that it is meant in; nil for that of the machine.
    let zone: String?

    /// What the clock says about a window.
    enum Reading: Sendable {
        /// It is open, and closes then.
        case open(until: ContinuousClock.Instant)
        /// It is closed, at this time of day.
        case closed(at: String)
    }

    /// Looks at the clock.
    ///
    /// Makes the zone that of the process, which has no other use for one; so it comes before the first connection, whose
    /// threads read the environment.
    ///
    /// - Throws: `Failure` for a zone that this machine does not know: libc would take it for UTC.
    func read() throws(Failure) -> Reading {
        if let zone {
            guard Self.isKnown(zone) else {
                throw Failure(
                    .usage,
                    "--time-zone: this machine knows no zone \(zone.shown)",
                    hint: "a zone is one such as Europe/Berlin or UTC; timedatectl list-timezones shows them (Debian's"
                        + " package tzdata)"
                )
            }
            // The colon: a name in the database, not a rule that the variable could also hold.
            unsafe setenv("TZ", ":\(zone)", 1)
        }
        tzset()
        let now = Int(MachineClock.now / 1000)
        guard let end = window.end(at: now) else { return .closed(at: DailyWindow.timeOfDay(at: now)) }
        return .open(until: .now + .seconds(end - now))
    }

    /// Whether there is a file of that name that begins as those of zones do: RFC 8536, 3.1.
    private static func isKnown(_ zone: String) -> Bool {
        guard !zone.isEmpty, !zone.hasPrefix("/"), !zone.split(separator: "/").contains("..") else { return false }
        // Swift passes the path as a NUL-terminated copy that lives for the call.
        let file = unsafe open("/usr/share/zoneinfo/\(zone)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var magic = [UInt8](repeating: 0, count: 4)
        // The buffer lives for the call, and its length goes with it.
        let count = unsafe magic.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
        return count == magic.count && magic == Array("TZif".utf8)
    }
}

extension WorkingHours: CustomStringConvertible {
    /// `01:00-05:00`, with its zone if it has one.
    var description: String { "\(window)" + (zone.map { " \($0)" } ?? "") }
}
