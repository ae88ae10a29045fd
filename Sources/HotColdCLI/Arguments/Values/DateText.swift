/// Reads points in time such as `2026-11-22` and `2026-11-22T16:00:00Z`.
enum DateText {
    /// Reads a date (00:00 UTC) or an RFC 3339 date and time, as milliseconds since the start of 1970, UTC.
    ///
    /// A date and time needs its zone, `Z` or an offset such as `+02:00`. Between the two may be a `T` or a space. A
    /// fraction of a second is cut to milliseconds. Leap seconds do not exist in BSON dates and are not taken.
    ///
    /// ```swift
    /// try DateText.parse("1970-01-02")                // 86_400_000
    /// try DateText.parse("1970-01-01T01:00:00+01:00") // 0
    /// ```
    ///
    /// - Throws: `MalformedValue` when the text has another form, the day is not in the calendar, or the point in time
    ///   lies outside the years 0001 to 9999.
    static func parse(_ text: String) throws(MalformedValue) -> Int64 {
        var reader = DigitReader(text)
        guard let day = day(&reader) else { throw malformed(text) }
        guard (1...9999).contains(day.year) else {
            throw MalformedValue(takes: "a year from 0001 to 9999", not: text)
        }
        guard (1...12).contains(day.month), (1...day.daysInMonth).contains(day.day) else {
            throw MalformedValue(takes: "a day that is in the calendar", not: text)
        }
        let midnight = day.daysSince1970 * millisecondsPerDay
        if reader.isAtEnd { return midnight }
        guard reader.skip("Tt "), let time = time(&reader) else { throw malformed(text) }
        guard time.hour < 24, time.minute < 60, time.second < 60 else {
            throw MalformedValue(takes: "a time of day from 00:00:00 to 23:59:59", not: text)
        }
        if reader.isAtEnd {
            throw MalformedValue(takes: "a time with its zone", not: text, hint: "for UTC write \((text + "Z").shown)")
        }
        guard let offset = offset(&reader), reader.isAtEnd else { throw malformed(text) }
        let instant = midnight + time.milliseconds - offset
        guard (earliest...latest).contains(instant) else {
            throw MalformedValue(takes: "a time in the years 0001 to 9999 (UTC)", not: text)
        }
        return instant
    }

    private static let millisecondsPerDay: Int64 = 86_400_000
    private static let earliest = CalendarDay(year: 1, month: 1, day: 1).daysSince1970 * millisecondsPerDay
    private static let latest = CalendarDay(year: 10_000, month: 1, day: 1).daysSince1970 * millisecondsPerDay - 1

    private static func malformed(_ text: String) -> MalformedValue {
        MalformedValue(takes: "a date such as 2026-11-22 or 2026-11-22T16:00:00Z", not: text)
    }

    private static func day(_ reader: inout DigitReader) -> CalendarDay? {
        guard let year = reader.number(digits: 4), reader.skip("-"),
            let month = reader.number(digits: 2), reader.skip("-"),
            let day = reader.number(digits: 2)
        else { return nil }
        return CalendarDay(year: year, month: month, day: day)
    }

    private static func time(_ reader: inout DigitReader) -> TimeOfDay? {
        guard let hour = reader.number(digits: 2), reader.skip(":"),
            let minute = reader.number(digits: 2), reader.skip(":"),
            let second = reader.number(digits: 2)
        else { return nil }
        guard reader.skip(".") else { return TimeOfDay(hour: hour, minute: minute, second: second, millisecond: 0) }
        guard let millisecond = reader.milliseconds() else { return nil }
        return TimeOfDay(hour: hour, minute: minute, second: second, millisecond: millisecond)
    }

    /// Reads `Z`, or an offset from UTC, in milliseconds.
    private static func offset(_ reader: inout DigitReader) -> Int64? {
        if reader.skip("Zz") { return 0 }
        let isWest = reader.skip("-")
        guard isWest || reader.skip("+"),
            let hour = reader.number(digits: 2), hour < 24, reader.skip(":"),
            let minute = reader.number(digits: 2), minute < 60
        else { return nil }
        let east = TimeOfDay(hour: hour, minute: minute, second: 0, millisecond: 0).milliseconds
        return isWest ? -east : east
    }
}

/// A time on the clock.
private struct TimeOfDay {
    let hour, minute, second, millisecond: Int64

    var milliseconds: Int64 { ((hour * 60 + minute) * 60 + second) * 1000 + millisecond }
}
