import Testing

@testable import HotColdCLI

@Suite("A text for people")
struct OutputControlTests {
    @Test(
        "steers no terminal but by its own emphasis",
        arguments: [
            ("plain\ntext\n", "plain\ntext\n"), ("žluťoučký 🐎\tkůň", "žluťoučký 🐎\tkůň"),
            ("a\u{1B}[31mred", "a\\u{1B}[31mred"),
            ("a\rX", "a\\u{D}X"), ("\u{7}\u{8}\u{7F}", "\\u{7}\\u{8}\\u{7F}"), ("\u{9B}31m", "\\u{9B}31m"),
            ("abc\u{202E}cba", "abc\\u{202E}cba"), ("a\u{2028}b", "a\\u{2028}b"),
            (TextStyle(isColorful: true).bold("a\u{1B}[0mb"), "\u{1B}[1ma\\u{1B}[0mb\u{1B}[0m"),
            (TextStyle(isColorful: true).red("x") + TextStyle.plain.red("y"), "\u{1B}[31mx\u{1B}[0my"),
        ]
    )
    func rendered(text: String, shown: String) { #expect(Console.rendered(text) == shown) }

    @Test("has each emphasis by the code of its own")
    func emphasis() {
        let style = TextStyle(isColorful: true)
        let texts = [style.bold("a"), style.dim("a"), style.red("a"), style.green("a"), style.yellow("a")]
        let codes = [1, 2, 31, 32, 33]
        #expect(texts.map(Console.rendered) == codes.map { "\u{1B}[\($0)ma\u{1B}[0m" })
    }
}
