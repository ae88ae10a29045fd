/// A page of plain text that grows from the top, wrapped at a width.
struct HelpPage {
    /// What was written so far; each line has its end.
    private(set) var text = ""

    private let width: Int

    /// A line of a table: a name and what it stands for.
    struct Row {
        /// What stands on the left.
        let label: String

        /// What stands on the right, over several lines if need be.
        let text: String
    }

    /// Starts an empty page.
    init(width: Int) {
        self.width = width
    }

    /// Writes a paragraph, after an empty line unless it is the first.
    mutating func paragraph(_ paragraph: String) {
        separate()
        for line in paragraph.wrapped(at: width) {
            writeLine(line)
        }
    }

    /// Writes a heading, after an empty line.
    mutating func heading(_ title: String) {
        separate()
        writeLine("\(title):")
    }

    /// Writes a line that must not be broken.
    mutating func verbatim(_ line: String) {
        writeLine("  " + line)
    }

    /// Writes a command line, which must not be broken, and below it what it does.
    mutating func example(_ command: String, explanation: String) {
        for line in command.split(separator: "\n") {
            verbatim(String(line))
        }
        for line in explanation.wrapped(at: width - 6) {
            writeLine("      " + line)
        }
    }

    /// Writes rows in two columns; on a narrow page, the right one goes below the left one.
    ///
    /// - Parameters:
    ///   - rows: What to write.
    ///   - column: Where the right column begins; nil is directly behind the longest label. A longer label gets a line
    ///     of its own.
    mutating func table(_ rows: [Row], column: Int? = nil) {
        let natural = (rows.map(\.label.count).max() ?? 0) + 4
        let column = width < 60 ? min(natural, 8) : column ?? natural
        let indentation = String(repeating: " ", count: column)
        for row in rows {
            var line = "  " + row.label
            let fits = line.count + 2 <= column
            if !fits { writeLine(line) }
            for (number, part) in row.text.wrapped(at: width - column).enumerated() {
                let isFirst = fits && number == 0
                line = isFirst ? line + indentation.dropFirst(line.count) : indentation
                writeLine(line + part)
            }
        }
    }

    private mutating func separate() {
        if !text.isEmpty { writeLine("") }
    }

    private mutating func writeLine(_ line: String) {
        text += line + "\n"
    }
}
