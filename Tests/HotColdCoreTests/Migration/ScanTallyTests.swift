import Testing

@testable import HotColdCore

@Suite("What a scan has handed out against the sum of fates")
struct ScanTallyTests {
    private static func outcome(_ moved: Int, changed: Int = 0, isComplete: Bool = true) -> BatchOutcome {
        var outcome = BatchOutcome()
        outcome.counts.migrated = moved
        outcome.counts.changed = changed
        outcome.isComplete = isComplete
        return outcome
    }

    @Test("Fates of all documents add up")
    func complete() {
        var tally = ScanTally()
        tally.settle(Self.outcome(8, changed: 2), of: 10, again: 0)
        #expect(tally.mismatch(Self.outcome(8, changed: 2).counts, handedOut: 10) == nil)
        #expect(tally.scanned(of: 10) == 10)
    }

    @Test(
        "A document too few or too many is a mismatch, also in a batch that ended early",
        arguments: [(9, 10, true), (11, 10, true), (11, 10, false)]
    )
    func mismatch(decided: Int, given: Int, isComplete: Bool) {
        var tally = ScanTally()
        tally.settle(Self.outcome(decided, isComplete: isComplete), of: given, again: 0)
        let message = tally.mismatch(Self.outcome(decided).counts, handedOut: given).map { "\($0)" }
        #expect(message?.contains("\(decided)") == true && message?.contains("\(given)") == true)
    }

    @Test("A batch that nobody brought back is a mismatch")
    func lostBatch() {
        var tally = ScanTally()
        tally.settle(Self.outcome(10), of: 10, again: 0)
        #expect(tally.mismatch(Self.outcome(10).counts, handedOut: 20) != nil)
    }

    @Test("What a failure or a stop leaves undecided is no mismatch, and is not scanned")
    func undecided() {
        var tally = ScanTally()
        tally.settle(Self.outcome(4, isComplete: false), of: 10, again: 0)
        #expect(tally.undecided == 6)
        #expect(tally.scanned(of: 10) == 4)
        #expect(tally.mismatch(Self.outcome(4).counts, handedOut: 10) == nil)
    }

    @Test("What changed and is handed out again is one document")
    func again() {
        var tally = ScanTally()
        tally.settle(Self.outcome(8, changed: 2), of: 10, again: 0)
        tally.settle(Self.outcome(2), of: 2, again: 2)
        #expect(tally.scanned(of: 12) == 10)
        #expect(tally.mismatch(Self.outcome(10).counts, handedOut: 12) == nil)
    }

    @Test("A failure makes an outcome incomplete, and stays in what it is merged into")
    func failure() {
        var outcome = BatchOutcome()
        #expect(outcome.isComplete)
        outcome.failure = .bug("")
        #expect(!outcome.isComplete)
        var sum = BatchOutcome()
        sum.merge(outcome)
        sum.merge(BatchOutcome())
        #expect(!sum.isComplete)
    }
}
