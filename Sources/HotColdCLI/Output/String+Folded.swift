extension String {
    /// The text with lines of at most so many columns, broken between words; what follows a break is indented to the
    /// column of what was broken.
    ///
    /// A line that has a command, of ours or of mongosh, stays as it is: it is there to be copied, and a terminal breaks it by
    /// itself.
    func folded(at width: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isFoldable(at: width) ? $0.folded(at: width) : String($0) }
            .joined(separator: "\n")
    }
}

extension Substring {
    fileprivate func isFoldable(at width: Int) -> Bool {
        guard width >= 40, utf8.count > width, columns > width else { return false }
        return !contains("hotcold ") && !contains("db.")
    }

    /// The characters that a terminal shows, without the marks of emphasis.
    private var columns: Int { count { !$0.isMark } }

    fileprivate func folded(at width: Int) -> String {
        let indentation = String(repeating: " ", count: hangingIndentation(at: width))
        var lines: [String] = []
        var rest = self
        while rest.columns > width, let end = rest.lastBreak(at: width, after: lines.isEmpty ? 0 : indentation.count) {
            lines.append(String(rest[..<end].trimmingTrailingBlanks))
            rest = Substring(indentation + rest[end...].drop { $0 == " " })
        }
        return (lines + [String(rest)]).joined(separator: "\n")
    }

    /// Where the last column begins that is left of the middle, as in `  label       value`, or behind `  warning: `.
    private func hangingIndentation(at width: Int) -> Int {
        let shown = filter { !$0.isMark }
        let leading = shown.prefix { $0 == " " }.count
        let words = shown.dropFirst(leading)
        let label = words.prefix { $0 != " " }
        if leading > 0, label.hasSuffix(":") { return leading + label.count + 1 }
        let gap = words.firstRange(of: "  ").map { words[..<$0.lowerBound].count }
        guard let gap else { return leading + 2 }
        let column = leading + gap + words.dropFirst(gap).prefix { $0 == " " }.count
        return column <= width / 2 ? column : leading + 2
    }

    /// The blank at which the line is broken: the last one that leaves no more than the width before it, or else the first.
    ///
    /// - Parameter start: columns at the beginning that are only indentation.
    private func lastBreak(at width: Int, after start: Int) -> Index? {
        var column = 0
        var found: Index?
        var hasWord = false
        for index in indices where !self[index].isMark {
            if self[index] == " ", hasWord, column >= start {
                if column > width, found != nil { return found }
                found = index
                if column > width { return found }
            } else if self[index] != " " {
                hasWord = true
            }
            column += 1
        }
        return found
    }

    private var trimmingTrailingBlanks: Substring {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension Character {
    /// Whether it is a mark of emphasis, which a terminal does not show.
    fileprivate var isMark: Bool {
        unicodeScalars.count == 1 && unicodeScalars.first.flatMap(TextStyle.Mark.init(rawValue:)) != nil
    }
}
