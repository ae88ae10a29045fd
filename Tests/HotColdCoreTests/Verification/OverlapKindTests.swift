import Testing

@testable import HotColdCore

@Suite("What it means that both tiers have an _id")
struct OverlapKindTests {
    private func kind(
        identical: Bool,
        copy: Bool = false,
        untouched: Bool = true,
        keepsOriginals: Bool = false,
        inHand: Bool = false,
        alive: Bool = false
    ) -> OverlapKind {
        OverlapKind(
            areIdentical: identical,
            isCopy: copy,
            isUntouched: untouched,
            keepsOriginals: keepsOriginals,
            isInHand: inHand,
            isRunAlive: alive
        )
    }

    @Test(
        "Without any record of it, it is a duplicate",
        arguments: [(true, OverlapKind.identical), (false, .different)]
    )
    func duplicate(identical: Bool, expected: OverlapKind) {
        #expect(kind(identical: identical) == expected)
        // A run that is at work and does not have it in hand changes nothing.
        #expect(kind(identical: identical, alive: true) == expected)
    }

    @Test("A recorded copy is expected, and stale once hot has changed")
    func copies() {
        #expect(kind(identical: true, copy: true) == .copy)
        #expect(kind(identical: false, copy: true) == .staleCopy)
    }

    @Test("A recorded copy that somebody else has written to is a different document", arguments: [true, false])
    func editedCopy(keepsOriginals: Bool) {
        let edited = kind(identical: false, copy: true, untouched: false, keepsOriginals: keepsOriginals)
        #expect(edited == .different)
    }

    @Test("Where migrations delete nothing a copy needs no record, but two different documents do")
    func keptOriginals() {
        #expect(kind(identical: true, keepsOriginals: true) == .copy)
        #expect(kind(identical: false, keepsOriginals: true) == .different)
        #expect(kind(identical: false, copy: true, keepsOriginals: true) == .staleCopy)
    }

    @Test(
        "What a run has in hand is its own, and a leftover when it is gone",
        arguments: [true, false],
        [true, false]
    )
    func hands(identical: Bool, copy: Bool) {
        #expect(kind(identical: identical, copy: copy, inHand: true, alive: true) == .inProgress)
        #expect(kind(identical: identical, copy: copy, inHand: true) == .leftover)
    }

    @Test("Duplicates and leftovers are problems, nothing else is")
    func problems() {
        #expect(OverlapKind.allCases.filter(\.isProblem) == [.identical, .different, .leftover])
    }
}
