internal import Glibc

/// A part of every day in which a run may work, by the local time of a zone.
///
/// One that ends before it starts goes on past midnight.
public struct DailyWindow: Equatable, Sendable {
    /// Its start, in minutes after midnight.
    public var start: Int
    /// Its end, in minutes after midnight: the first minute that is no longer in it.
    public var end: Int

    /// Creates a window; start and end differ, and are minutes of a day.
    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// When the window ends that a moment is in, and nil where it is in none; in seconds since 1970.
    ///
    /// By the local time of the process.
    public func end(at moment: Int) -> Int? { end(at: moment, minuteOfDay: Self.minute) }

    /// The same by any clock: the first minute whose time of day is no longer in the window.
    ///
    /// Looked for minute by minute. Where clocks change, an end may be at no time of that day, or be the earlier of two.
    func end(at moment: Int, minuteOfDay: (Int) -> Int) -> Int? {
        guard contains(minuteOfDay(moment)) else { return nil }
        // A zone's offset is whole minutes.
        var next = moment - moment % 60 + 60
        while contains(minuteOfDay(next)) { next += 60 }
        return next
    }

    private func contains(_ minute: Int) -> Bool {
        end < start ? minute >= start || minute < end : minute >= start && minute < end
    }

    /// The time of day at a moment, `13:30`.
    public static func timeOfDay(at moment: Int) -> String { text(minutes: minute(at: moment)) }

    /// The minute of the day.
    private static func minute(at moment: Int) -> Int {
        var (time, local) = (moment, unsafe tm())
        // Both are variables of this call.
        unsafe localtime_r(&time, &local)
        return unsafe Int(local.tm_hour) * 60 + Int(local.tm_min)
    }

    fileprivate static func text(minutes: Int) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(minutes / 60)):\(padded(minutes % 60))"
    }
}

extension DailyWindow: CustomStringConvertible {
    /// As it is typed: `01:00-05:00`.
    public var description: String { "\(Self.text(minutes: start))-\(Self.text(minutes: end))" }
}
