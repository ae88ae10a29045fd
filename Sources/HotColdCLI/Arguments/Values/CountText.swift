/// Reads whole numbers such as `1000`.
enum CountText {
    /// Reads a whole number in decimal digits, with a leading `-` at most.
    ///
    /// - Throws: `MalformedValue` when the text is no whole number or lies outside the range.
    static func parse(_ text: String, in range: ClosedRange<Int>) throws(MalformedValue) -> Int {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else {
            throw MalformedValue(takes: expectation(range), not: text)
        }
        guard let count = Int(text) else {
            // Too many digits: "at least 1" would not say what is wrong with it.
            throw MalformedValue(takes: "a whole number from \(range.lowerBound) to \(range.upperBound)", not: text)
        }
        guard range.contains(count) else {
            throw MalformedValue(takes: expectation(range), not: text)
        }
        return count
    }

    private static func expectation(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "a whole number of at least \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
}

extension UInt8 {
    /// Whether the byte is one of the ten ASCII digits.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
