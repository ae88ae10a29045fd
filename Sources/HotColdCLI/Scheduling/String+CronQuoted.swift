extension String {
    /// The text as one word of `sh` in a crontab: bare where it has no special character, else in single quotes.
    ///
    /// Cron goes over a line before the shell does. It ends the command at a `%` unless a backslash stands before it, also
    /// in quotes, and takes that backslash away; what it makes of two backslashes depends on the cron. So none is followed
    /// by another or by a `%`: after each the quotes are closed and opened again.
    var cronQuoted: String {
        let isPlain = !isEmpty && utf8.allSatisfy { $0.isLetterOrDigit || "/._-".utf8.contains($0) }
        guard !isPlain else { return self }
        let inside = unicodeScalars.map { scalar in
            switch scalar {
            case "'": #"'"'"'"#
            case "\\": #"\''"#
            case "%": #"\%"#
            default: String(scalar)
            }
        }
        return "'" + inside.joined() + "'"
    }
}

extension UInt8 {
    /// Whether it is an ASCII letter or digit.
    fileprivate var isLetterOrDigit: Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= self
    }
}
