/// The dates of `date_type` `iso8601`, read and written without a calendar library.
///
/// The profile is narrower than what `$dateFromString` takes, because that also takes `tomorrow`-like words, names of
/// zones, and makes the year -290308 of a fraction with 30 digits. A string outside the profile is no date, and its
/// document stays where it is.
package enum ISO8601 {
    /// The profile as a regular expression, for the server.
    ///
    /// Days that a month doesn't have pass it; `$dateFromString` refuses those.
    static let pattern =
        "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
        + "(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?"
        + "(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?)?\\z"

    /// Every character that the profile has.
    static let characters = "0123456789-:.+TZ "

    /// The length of the longest string of the profile, `2023-01-05T10:20:30.123456789+00:00`.
    static let maximumLength = 35

    /// Reads a date of the profile.
    ///
    /// That is `YYYY-MM-DD`, or a date, `T` or a blank, `HH:MM`, maybe `:SS`, maybe a point and one to nine decimals,
    /// maybe `Z`, `±HH`, `±HHMM` or `±HH:MM`. Without a zone it means UTC. As on the server, decimals after the sixth
    /// are dropped, and what is left below a millisecond is cut off towards 1970.
    ///
    /// - Returns: milliseconds since 1970; nil for any other text.
    package static func milliseconds(from text: some Collection<UInt8>) -> Int64? {
        guard text.count <= maximumLength else { return nil }
        var scanner = Scanner(bytes: Array(text))
        return scanner.date()
    }

    /// Writes a moment as `2023-01-05T10:20:30Z`, with three decimals where it is no whole second, and with a sign and
    /// at least six digits for years that four digits can't say.
    package static func string(fromMilliseconds milliseconds: Int64) -> String {
        let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
        let (year, month, day) = civil(fromDays: days)
        let yearText =
            (0...9999).contains(year)
            ? padded(year, to: 4) : (year < 0 ? "-" : "+") + padded(Int64(year.magnitude), to: 6)
        let (seconds, fraction) = (rest / 1000, rest % 1000)
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, to: 2) }.joined(separator: ":")
        return "\(yearText)-\(padded(month, to: 2))-\(padded(day, to: 2))T\(time)"
            + (fraction == 0 ? "Z" : ".\(padded(fraction, to: 3))Z")
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

// MARK: - The proleptic Gregorian calendar, after Howard Hinnant's "chrono-compatible low-level date algorithms"

extension ISO8601 {
    /// Days since 1970-01-01.
    ///
    /// A year starts in March here, so that the leap day is its last one.
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    /// How many days a month has; 31 for one that is not in the calendar.
    package static func daysIn(month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Reads the profile from left to right.
private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func date() -> Int64? {
        guard let year = number(4, 0...9999), skip("-"), let month = number(2, 1...12), skip("-"),
            let day = number(2, 1...ISO8601.daysIn(month: month, of: year))
        else { return nil }
        let midnight = ISO8601.days(year: year, month: month, day: day) * 86_400
        if position == bytes.count { return midnight * 1000 }
        guard skip("T") || skip(" "), let time = time(), let offset = offset() else { return nil }
        guard position == bytes.count else { return nil }
        // Ten thousand years of microseconds fit; the division cuts off towards zero.
        return ((midnight - offset) * 1_000_000 + time) / 1000
    }

    /// Microseconds since midnight.
    private mutating func time() -> Int64? {
        guard let hour = number(2, 0...23), skip(":"), let minute = number(2, 0...59) else { return nil }
        let minutes = (hour * 60 + minute) * 60_000_000
        guard skip(":") else { return minutes }
        guard let second = number(2, 0...59) else { return nil }
        guard skip(".") else { return minutes + second * 1_000_000 }
        guard let fraction = fraction() else { return nil }
        return minutes + second * 1_000_000 + fraction
    }

    /// One to nine decimals as microseconds, cut off.
    private mutating func fraction() -> Int64? {
        let start = position
        var microseconds: Int64 = 0
        while position - start < 9, let digit = digit() {
            if position - start <= 6 { microseconds = microseconds * 10 + digit }
        }
        guard position > start else { return nil }
        for _ in 0..<max(0, 6 - (position - start)) { microseconds *= 10 }
        return microseconds
    }

    /// The zone's distance from UTC in seconds, 0 where there is none.
    private mutating func offset() -> Int64? {
        if position == bytes.count || skip("Z") { return 0 }
        let sign: Int64 = skip("-") ? -1 : 1
        guard sign < 0 || skip("+"), let hours = number(2, 0...23) else { return nil }
        if position == bytes.count { return sign * hours * 3600 }
        _ = skip(":")
        guard let minutes = number(2, 0...59) else { return nil }
        return sign * (hours * 60 + minutes) * 60
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        defer { position += 1 }
        return Int64(bytes[position] - 0x30)
    }

    private mutating func number(_ digits: Int, _ range: ClosedRange<Int64>) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return range.contains(number) ? number : nil
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder, which is then never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
