/// Texts in the forms in which shells take them for nothing but text.
extension String {
    /// The text as one word of bash or zsh: bare where it has no special character, else in single quotes.
    var posixQuoted: String { isBareWord ? self : "'" + replacing("'", with: #"'\''"#) + "'" }

    /// The text as one word of fish, in whose single quotes a backslash still escapes.
    var fishQuoted: String {
        isBareWord ? self : "'" + replacing(#"\"#, with: #"\\"#).replacing("'", with: #"\'"#) + "'"
    }

    /// The text within an entry of zsh's `_arguments` and `_describe`, where colons and brackets end the parts.
    var zshEscaped: String {
        map { #"\:[]"#.contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    private var isBareWord: Bool {
        !isEmpty && utf8.allSatisfy { $0.isLetterOrDigit || [UInt8(ascii: "-"), UInt8(ascii: "_")].contains($0) }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= self
    }
}
