extension String {
    /// The beginning, where there is more of it than fits a line; `--json` has all.
    func shortened(to length: Int) -> String { count > length ? prefix(length) + "…" : self }

    /// The text with a capital at its beginning.
    var firstUppercased: String { prefix(1).uppercased() + dropFirst() }

    /// The words of the text on lines of at most so many characters; a longer word has a line of its own.
    func wrapped(at width: Int) -> [String] {
        var lines: [String] = []
        for word in split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// The text with blanks behind it, up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// The text with blanks before it, up to a width.
    func padded(onLeftTo width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
