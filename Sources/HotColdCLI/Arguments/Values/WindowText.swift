import HotColdCore

/// Reads parts of a day such as `01:00-05:00`.
enum WindowText {
    /// Reads two times of day, of 24 hours and different from each other.
    ///
    /// - Throws: `MalformedValue` when the text has another form.
    static func parse(_ text: String) throws(MalformedValue) -> DailyWindow {
        var reader = DigitReader(text)
        guard let start = time(&reader), reader.skip("-"), let end = time(&reader), reader.isAtEnd else {
            throw MalformedValue(takes: "two times of day such as 01:00-05:00", not: text)
        }
        guard start != end else {
            throw MalformedValue(
                takes: "two different times of day",
                not: text,
                hint: "without the option a run may work all day"
            )
        }
        return DailyWindow(start: start, end: end)
    }

    private static func time(_ reader: inout DigitReader) -> Int? {
        guard let hour = reader.number(digits: 2), hour < 24, reader.skip(":"),
            let minute = reader.number(digits: 2), minute < 60
        else { return nil }
        return Int(hour * 60 + minute)
    }
}
