import Testing

@testable import HotColdCore

@Suite("What became of a document that a run moved")
struct DocumentFateTests {
    private typealias Move = DocumentFate.LaterMove

    private func fate(intact: Bool = false, target: Bool = false, source: Bool = false, _ later: Move? = nil)
        -> DocumentFate
    {
        DocumentFate(isIntact: intact, isInTarget: target || intact, isInSource: source, later: later)
    }

    @Test("What the target has byte for byte is intact, whatever happened since", arguments: [true, false])
    func intact(source: Bool) {
        #expect(fate(intact: true, source: source) == .intact)
        #expect(fate(intact: true, Move(run: "r", isOfSameRun: false, isReverse: true, isIntact: false)) == .intact)
    }

    @Test("Without a later move it is changed, deleted, or in the source again")
    func alone() {
        #expect(fate(target: true) == .changed)
        #expect(fate(target: true, source: true) == .changed)
        #expect(fate() == .deleted)
        #expect(fate(source: true) == .movedBack(run: nil))
    }

    @Test("A later run that took it away answers for it")
    func reverse() {
        let back = Move(run: "r", isOfSameRun: false, isReverse: true, isIntact: false)
        #expect(fate(back) == .movedBack(run: "r"))
        #expect(fate(source: true, back) == .movedBack(run: "r"))
    }

    @Test("A later run that brought it anew answers for it as long as its bytes are there")
    func again() {
        #expect(
            fate(target: true, Move(run: "r", isOfSameRun: false, isReverse: false, isIntact: true))
                == .movedBack(run: "r")
        )
        #expect(fate(target: true, Move(run: "r", isOfSameRun: false, isReverse: false, isIntact: false)) == .changed)
        #expect(fate(Move(run: "r", isOfSameRun: false, isReverse: false, isIntact: false)) == .deleted)
        #expect(fate(source: true, Move(run: "r", isOfSameRun: false, isReverse: false, isIntact: false)) == .deleted)
    }

    @Test("What the same run has replaced is intact as long as the newer version is there")
    func sameRun() {
        func move(isIntact: Bool) -> Move { Move(run: "r", isOfSameRun: true, isReverse: false, isIntact: isIntact) }
        #expect(fate(target: true, move(isIntact: true)) == .intact)
        #expect(fate(target: true, move(isIntact: false)) == .changed)
        #expect(fate(move(isIntact: false)) == .deleted)
    }
}
