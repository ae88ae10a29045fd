internal import HotColdCore

/// A day of the proleptic Gregorian calendar, which BSON dates use for all years.
struct CalendarDay: Equatable {
    /// The year, counted from 1.
    let year: Int64

    /// The month, 1 to 12.
    let month: Int64

    /// The day of the month, counted from 1.
    let day: Int64

    /// How many days the month has; 31 for a month that is not in the calendar.
    var daysInMonth: Int64 { ISO8601.daysIn(month: month, of: year) }

    /// The number of days since 1970-01-01, negative before it.
    var daysSince1970: Int64 { ISO8601.days(year: year, month: month, day: day) }
}
