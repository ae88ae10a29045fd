internal import HotColdCore

/// Numbers as operators read them.
enum Quantity {
    /// `1,234,567`.
    static func count(_ number: Int) -> String { number.grouped }

    /// `1,234 runs`, `1 run`: a number of what makes its plural with an s.
    static func count(_ number: Int, _ noun: String) -> String { "\(count(number)) \(noun)\(number == 1 ? "" : "s")" }

    /// `1,234 documents`, `1 document`.
    static func documents(_ number: Int) -> String { count(number, "document") }

    /// `30 days`, `1 day`.
    static func days(_ number: Int) -> String { count(number, "day") }

    /// `1,234 moved + 2 held`: the parts of which there are some, in their order.
    static func parts(_ parts: [(number: Int, what: String)], separator: String = " + ") -> String {
        parts.filter { $0.number > 0 }.map { "\(count($0.number)) \($0.what)" }.joined(separator: separator)
    }

    /// `4.0 %`, and never 0 or 100 for a part that is neither.
    static func percent(_ percent: Double) -> String {
        if percent > 0, percent < 0.05 { return "less than 0.1 %" }
        if percent < 100, percent >= 99.95 { return "more than 99.9 %" }
        return "\(oneDecimal(percent)) %"
    }

    /// Bytes in the unit that leaves up to four digits.
    ///
    /// `512 B`, `1.1 MB`. A kB is 1024 bytes, as in the server's shell.
    static func bytes(_ number: Int64) -> String {
        var value = Double(number)
        var unit = "B"
        for next in ["kB", "MB", "GB", "TB"] where value.magnitude >= (unit == "B" ? 1024 : 1023.95) {
            value /= 1024
            unit = next
        }
        return unit == "B" ? "\(count(Int(number))) B" : "\(oneDecimal(value)) \(unit)"
    }

    /// `12 ms`, `0.4 s`, `12 s`, `3 m 05 s`, `2 h 10 m`.
    static func duration(_ duration: Duration) -> String {
        let seconds = duration.seconds
        guard seconds == 0 || seconds >= 0.0995 else { return "\(max(1, Int((seconds * 1000).rounded()))) ms" }
        guard seconds >= 9.95 else { return "\(oneDecimal(seconds)) s" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) m \(padded(whole % 60)) s"
        default: return "\(whole / 3600) h \(padded(whole / 60 % 60)) m"
        }
    }

    /// `2.1`: how many times one is the other.
    static func ratio(_ value: Double) -> String { oneDecimal(value) }

    /// A number as it was written: `500`, `0.5`.
    static func number(_ value: Double) -> String { Int(exactly: value).map(count) ?? "\(value)" }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths < 0 ? "-" : "")\(count(abs(tenths) / 10)).\(abs(tenths) % 10)"
    }
}
