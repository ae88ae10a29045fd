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
    /// By the local time of the process, so that a change to or from summer time is counted.
    public func end(at moment: Int) -> Int? {
        let minute = Self.minute(at: moment)
        let isPastMidnight = end < start
        let isIn = isPastMidnight ? minute >= start || minute < end : minute >= start && minute < end
        guard isIn else { return nil }
        return Self.moment(ofMinute: end, daysLater: isPastMidnight && minute >= start ? 1 : 0, than: moment)
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

    /// When it is that minute on a day of the month counted from another moment's.
    private static func moment(ofMinute minute: Int, daysLater days: Int32, than moment: Int) -> Int {
        var (time, local) = (moment, unsafe tm())
        // Both are variables of this call. Whether it is summer time then mktime finds out, told -1.
        unsafe localtime_r(&time, &local)
        unsafe local.tm_mday += days
        unsafe local.tm_hour = Int32(minute / 60)
        unsafe local.tm_min = Int32(minute % 60)
        unsafe local.tm_sec = 0
        unsafe local.tm_isdst = -1
        return unsafe mktime(&local)
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
