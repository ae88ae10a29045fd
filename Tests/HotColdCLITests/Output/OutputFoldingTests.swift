import Testing

@testable import HotColdCLI

@Suite("A text for a terminal")
struct OutputFoldingTests {
    static let lines: [(line: String, folded: [String])] = [
        ("short", ["short"]), ("", [""]),
        // Below what was broken: the value of a fact, the text of a warning.
        (
            "  compared    1,234,567 _ids of the one looked up in the other",
            ["  compared    1,234,567 _ids of the one", "              looked up in the other"]
        ),
        (
            "  warning: the archive is on another cluster than before",
            ["  warning: the archive is on another", "           cluster than before"]
        ),
        (
            "users: nothing is in both tiers that should be",
            ["users: nothing is in both tiers that", "  should be"]
        ),
        // A word that is longer than the line.
        (
            "  at https://example.com/a/very/long/address/of/something here",
            ["  at", "    https://example.com/a/very/long/address/of/something", "    here"]
        ),
        // To be copied.
        (
            #"    db.getSiblingDB("shop").getCollection("users").createIndex({"d": 1})"#,
            [#"    db.getSiblingDB("shop").getCollection("users").createIndex({"d": 1})"#]
        ),
        (
            "  hotcold verify --collection users --config /etc/hotcold/policies.json",
            ["  hotcold verify --collection users --config /etc/hotcold/policies.json"]
        ),
    ]

    @Test("has lines that end where words do, and go on below what was broken", arguments: lines.indices)
    func folds(index: Int) {
        let (line, folded) = Self.lines[index]
        #expect(line.folded(at: 40).split(separator: "\n", omittingEmptySubsequences: false) == folded.map { $0[...] })
    }

    @Test("is not folded at less than 40 columns, nor by marks of emphasis, which nobody sees")
    func marks() {
        let text = String(repeating: "word ", count: 7) + "word"
        #expect(text.folded(at: 39) == text)
        let bold = String(repeating: TextStyle(isColorful: true).bold("word") + " ", count: 7) + "word"
        #expect(bold.folded(at: 40) == bold)
    }

    @Test("loses no word, whatever the width", arguments: [40, 41, 53, 60, 79, 100])
    func words(width: Int) {
        let text =
            "  hot         1,234 documents in shop.users of the hot cluster db1.example.com:27017, since 2026-11-22"
        let folded = text.folded(at: width)
        #expect(folded.split(whereSeparator: \.isWhitespace) == text.split(whereSeparator: \.isWhitespace))
        #expect(folded.split(separator: "\n").allSatisfy { $0.count <= width })
    }
}
