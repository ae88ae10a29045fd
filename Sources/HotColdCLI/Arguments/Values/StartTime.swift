/// The time of day at which runs start, by the time zone of the machine.
struct StartTime: Equatable, Sendable {
    /// The hour, 0 to 23.
    let hour: Int

    /// The minute, 0 to 59.
    let minute: Int

    /// The time in the form in which it is read.
    var text: String { [hour, minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") }

    /// Reads a time such as `01:00`.
    ///
    /// - Throws: `MalformedValue`.
    static func parse(_ text: String) throws(MalformedValue) -> StartTime {
        var reader = DigitReader(text)
        guard let time = reader.timeOfDay(), reader.isAtEnd else {
            throw MalformedValue(takes: "a time of day from 00:00 to 23:59", not: text, hint: "such as 01:00 or 22:30")
        }
        return StartTime(hour: time.hour, minute: time.minute)
    }
}
