extension Int {
    /// The number with its thousands set apart: `1,234,567`.
    package var grouped: String {
        let digits = String(magnitude)
        var groups: [Substring] = []
        var rest = digits[...]
        while !rest.isEmpty {
            groups.append(rest.suffix(3))
            rest = rest.dropLast(3)
        }
        return (self < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }
}

extension Int64 {
    /// As a number of bytes: `1,234 MB`, of 1024 × 1024.
    var megabytes: String { "\(Int(self / (1 << 20)).grouped) MB" }
}
