import Testing

@testable import HotColdCLI

@Suite("Tables and bars")
struct OutputTableTests {
    @Test("align text to the left and numbers to the right, and end no line with blanks")
    func alignment() {
        var table = TextTable([.left("name"), .right("documents"), .left("")])
        table.add("users", "1,234", "")
        table.add("a longer name", "5", "note")
        #expect(
            table.text(style: .plain) == """
                  name           documents
                  users              1,234
                  a longer name          5  note

                """
        )
    }

    @Test("have no header where no column has a title, and no line where there is no row")
    func headers() {
        var table = TextTable([.left(""), .right("")], indentation: 0)
        #expect(table.text(style: .plain) == "")
        table.add("a", "1")
        #expect(table.text(style: .plain) == "a  1\n")
    }

    @Test("are told row by row where a terminal is too narrow for them")
    func narrow() {
        var table = TextTable([.left(""), .left(""), .right("documents"), .right("on disk"), .left("run")])
        table.add("users", "hot", "1,234,567", "125.5 MB", "20261122T110000Z-9f3a01c7")
        table.add("", "cold", "0", "0 B", "")
        let narrow = table.text(style: TextStyle(isColorful: false, width: 50))
        #expect(
            narrow == """
                  users hot
                    documents 1,234,567, on disk 125.5 MB,
                    20261122T110000Z-9f3a01c7
                  cold
                    documents 0, on disk 0 B

                """
        )
        #expect(table.text(style: TextStyle(isColorful: false, width: 100)) == table.text(style: .plain))
    }

    @Test("dim the header, and nothing else")
    func emphasis() {
        var table = TextTable([.left("a")], indentation: 0)
        table.add("b")
        #expect(Console.rendered(table.text(style: TextStyle(isColorful: true))) == "\u{1B}[2ma\u{1B}[0m\nb\n")
    }

    @Test(
        "draw a fraction in eighths of a character, and never nothing for something",
        arguments: [
            (0, ""), (1, "████"), (0.5, "██"), (0.25, "█"), (1.0 / 32, "▏"), (0.000_001, "▏"), (0.9, "███▋"),
            (7, "████"),
            (-1, ""), (.nan, ""),
        ]
    )
    func bars(fraction: Double, bar: String) {
        #expect(Bar.text(fraction, width: 4) == bar)
    }
}
