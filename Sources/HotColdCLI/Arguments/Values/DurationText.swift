/// Reads durations such as `90s`, `15m`, `2h`, `1h30m`, `1d`.
enum DurationText {
    /// The longest duration taken: a hundred years, so that adding one to any clock's reading cannot overflow.
    static let maximum = Duration.seconds(36_500 * 86_400)

    /// Reads whole numbers with the units `d`, `h`, `m`, `s`: each at most once, the larger ones first.
    ///
    /// ```swift
    /// try DurationText.parse("1h30m") // .seconds(5400)
    /// ```
    ///
    /// - Parameters:
    ///   - text: The duration as it was typed.
    ///   - minimum: The shortest one that makes sense.
    /// - Returns: The sum of the parts.
    /// - Throws: `MalformedValue` when the text has another form, or lies outside `minimum` and `maximum`.
    static func parse(_ text: String, atLeast minimum: Duration = .zero) throws(MalformedValue) -> Duration {
        var unitsLeft = units[...]
        var total: Duration = .zero
        var rest = text.utf8[...]
        guard !rest.isEmpty else { throw malformed(text) }
        while !rest.isEmpty {
            let digits = rest.prefix(while: \.isDigit)
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty else { throw malformed(text) }
            guard let letter = rest.popFirst() else {
                throw withoutUnit(text, allDigits: digits.count == text.utf8.count)
            }
            guard let position = unitsLeft.firstIndex(where: { $0.letter == letter }) else {
                throw unexpectedUnit(letter, in: text)
            }
            // The product of more digits than an Int64 holds is beyond the maximum in any unit.
            let (seconds, overflow) = (Int64(Substring(digits)) ?? .max)
                .multipliedReportingOverflow(by: unitsLeft[position].seconds)
            guard !overflow, .seconds(seconds) <= maximum - total else {
                throw MalformedValue(takes: "a duration of at most 36500d", not: text)
            }
            total += .seconds(seconds)
            unitsLeft = unitsLeft[(position + 1)...]
        }
        guard total >= minimum else {
            throw MalformedValue(takes: "a duration of at least \(minimum.components.seconds)s", not: text)
        }
        return total
    }

    private static let units: [(letter: UInt8, seconds: Int64)] = [
        (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3_600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
    ]

    private static func malformed(_ text: String, hint: String? = nil) -> MalformedValue {
        MalformedValue(takes: "a duration such as 90s, 15m, 2h or 1h30m", not: text, hint: hint)
    }

    private static func withoutUnit(_ text: String, allDigits: Bool) -> MalformedValue {
        guard allDigits else { return malformed(text, hint: "every number needs its unit: d, h, m or s") }
        return MalformedValue(
            takes: "a duration with its unit, such as 90s, 15m, 2h or 1h30m",
            not: text,
            hint: "did you mean \((text + "s").shown)?"
        )
    }

    private static func unexpectedUnit(_ letter: UInt8, in text: String) -> MalformedValue {
        guard units.contains(where: { $0.letter == letter }) else {
            return malformed(text, hint: "the units are d, h, m and s, and the numbers are whole")
        }
        return malformed(text, hint: "each unit at most once, the larger ones first: 1h30m")
    }
}
