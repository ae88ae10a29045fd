/// Reads a text of digits and separators from the left; only ASCII counts.
struct DigitReader {
    private var rest: Substring.UTF8View

    /// Starts at the beginning of the text.
    init(_ text: String) {
        rest = Substring(text).utf8
    }

    /// Whether everything was read.
    var isAtEnd: Bool { rest.isEmpty }

    /// Reads exactly as many digits; nil when there are fewer or more.
    mutating func number(digits count: Int) -> Int64? {
        let digits = rest.prefix(while: \.isDigit)
        guard digits.count == count else { return nil }
        rest = rest.dropFirst(count)
        return Int64(Substring(digits))
    }

    /// Reads the digits after a decimal point as milliseconds and ignores those beyond; nil when there is no digit.
    mutating func milliseconds() -> Int64? {
        let digits = rest.prefix(while: \.isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let threeDigits = Substring(digits.prefix(3)) + String(repeating: "0", count: 3 - min(digits.count, 3))
        return Int64(threeDigits)
    }

    /// Reads a time of day such as `01:00` or `1:00`; nil for what is none from 00:00 to 23:59.
    mutating func timeOfDay() -> (hour: Int, minute: Int)? {
        guard let hour = number(digits: 2) ?? number(digits: 1), skip(":"), let minute = number(digits: 2), hour < 24,
            minute < 60
        else {
            return nil
        }
        return (Int(hour), Int(minute))
    }

    /// Reads one of the characters, if one of them comes next.
    mutating func skip(_ characters: String) -> Bool {
        guard let next = rest.first, characters.utf8.contains(next) else { return false }
        rest.removeFirst()
        return true
    }
}
