/// A manual page in the macros of man(7) that grows from the top.
struct ManualPage {
    /// What was written so far; each line has its end.
    private(set) var text: String

    /// Starts a page of section 1, the commands.
    ///
    /// - Parameters:
    ///   - title: what the page is about, as one looks it up.
    ///   - day: when it was last changed, as `YYYY-MM-DD`.
    ///   - source: what it belongs to.
    init(title: String, day: String, source: String) {
        text = ".TH \(title.uppercased()) 1 \(day) \"\(RoffText(source).source)\" \"User Commands\"\n"
    }

    /// Begins a section.
    mutating func section(_ title: String) {
        text += ".SH \(RoffText(title).source)\n"
    }

    /// Begins a part of a section.
    mutating func subsection(_ title: String) {
        text += ".SS \(RoffText(title).source)\n"
    }

    /// Writes a line that continues what is there.
    mutating func line(_ line: RoffText) {
        text += line.line
    }

    /// Writes a paragraph right below its heading, where `.PP` would be one too many.
    mutating func opening(_ paragraph: String) {
        writeSentences(of: paragraph)
    }

    /// Writes a paragraph.
    mutating func paragraph(_ paragraph: String) {
        text += ".PP\n"
        writeSentences(of: paragraph)
    }

    /// Writes a label, and what it stands for to the right of it or below.
    mutating func item(_ label: RoffText, _ paragraph: String) {
        text += ".TP\n" + label.line
        writeSentences(of: paragraph)
    }

    /// Writes lines as they are to be typed, a little to the right.
    mutating func verbatim(_ lines: String) {
        text += ".PP\n.RS 4\n.EX\n"
        for line in lines.split(separator: "\n") { text += RoffText(String(line)).line }
        text += ".EE\n.RE\n"
    }

    /// Writes each sentence on a line of its own, as roff wants it: it knows then how much space goes between them.
    private mutating func writeSentences(of paragraph: String) {
        for sentence in paragraph.sentences { text += RoffText(sentence).line }
    }
}
