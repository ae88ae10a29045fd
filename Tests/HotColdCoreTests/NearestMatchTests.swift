import Testing

@testable import HotColdCore

@Suite("The nearest match")
struct NearestMatchTests {
    static let options = ["collection", "config", "all", "dry-run", "limit", "no-delete", "no-verify", "hot-uri"]

    @Test(
        "finds what a mistyped word meant",
        arguments: [
            ("collecton", "collection"),
            ("colection", "collection"),
            ("collectionn", "collection"),
            ("collectoin", "collection"),
            ("cofnig", "config"),
            ("al", "all"),
            ("dryrun", "dry-run"),
            ("dry_run", "dry-run"),
            ("LIMIT", "limit"),
            ("no-delet", "no-delete"),
            ("hot-url", "hot-uri"),
            ("limit", "limit"),
        ]
    )
    func mistyped(word: String, meant: String) {
        #expect(nearestMatch(to: word, among: Self.options) == meant)
    }

    @Test("stays silent when nothing is near", arguments: ["", "x", "frobnicate", "verify-all-the-things", "--", "ß"])
    func nothingNear(word: String) {
        #expect(nearestMatch(to: word, among: Self.options) == nil)
    }

    @Test("allows a third of the longer word to differ, and not one character more")
    func threshold() {
        #expect(nearestMatch(to: "abcdefxxx", among: ["abcdefghi"]) == "abcdefghi")
        #expect(nearestMatch(to: "abcdexxxx", among: ["abcdefghi"]) == nil)
    }

    @Test("does not offer a word that shares no character")
    func nothingInCommon() {
        #expect(nearestMatch(to: "x", among: ["y"]) == nil)
        #expect(nearestMatch(to: "", among: ["y"]) == nil)
        #expect(nearestMatch(to: "x", among: [""]) == nil)
    }

    @Test("counts swapped neighbours as one mistake")
    func transposition() {
        #expect(nearestMatch(to: "ab", among: ["ba"]) == "ba")
        #expect(nearestMatch(to: "fiel", among: ["file"]) == "file")
    }

    @Test("prefers the nearer candidate, then the one that agrees in case, then the earlier one")
    func ties() {
        #expect(nearestMatch(to: "no-verif", among: ["no-delete", "no-verify"]) == "no-verify")
        #expect(nearestMatch(to: "N", among: ["n", "N"]) == "N")
        #expect(nearestMatch(to: "bat", among: ["cat", "rat"]) == "cat")
    }

    @Test("is not slowed down by a huge word")
    func hugeWord() {
        #expect(nearestMatch(to: String(repeating: "a", count: 1_000_000), among: Self.options) == nil)
    }

    @Test("gives nil when there are no candidates")
    func noCandidates() {
        #expect(nearestMatch(to: "anything", among: []) == nil)
    }
}
