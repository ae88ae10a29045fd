extension String {
    /// The text as one word of a shell, quoted where it has to be.
    ///
    /// What could steer a terminal is written as bytes in `$'…'`, which bash, zsh and ksh know, and POSIX since 2024.
    package var shellWord: String {
        let isPlain = !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/:@+,".contains($0)) }
        if isPlain { return self }
        guard unicodeScalars.contains(where: \.isHarmful) else { return "'\(replacing("'", with: "'\\''"))'" }
        let text = unicodeScalars.map { scalar in
            switch scalar {
            case "'", "\\": "\\\(scalar)"
            case _ where scalar.isHarmful: String(scalar).utf8.map { "\\x\(String($0, radix: 16))" }.joined()
            default: String(scalar)
            }
        }
        return "$'\(text.joined())'"
    }
}
