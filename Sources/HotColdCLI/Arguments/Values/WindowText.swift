import HotColdCore

/// Reads parts of a day such as `01:00-05:00`.
enum WindowText {
    /// Reads two times of day, of 24 hours and different from each other.
    ///
    /// - Throws: `MalformedValue` when the text has another form.
    static func parse(_ text: String) throws(MalformedValue) -> DailyWindow {
        var reader = DigitReader(text)
        guard let first = reader.timeOfDay(), reader.skip("-"), let second = reader.timeOfDay(), reader.isAtEnd else {
            throw MalformedValue(takes: "two times of day such as 01:00-05:00", not: text)
        }
        let (start, end) = (first.hour * 60 + first.minute, second.hour * 60 + second.minute)
        guard start != end else {
            throw MalformedValue(
                takes: "two different times of day",
                not: text,
                hint: "without the option a run may work all day"
            )
        }
        return DailyWindow(start: start, end: end)
    }
}
