import Testing

@testable import HotColdCore

@Suite struct LongPauseTests {
    private static let start = ContinuousClock.now
    private static let pause = Strain(.diskSpace, workShare: 0, "the disk is full")
    private static let slower = Strain(.latency, workShare: 0.5, "it takes long")

    @Test func `a pause is too long when it has lasted`() {
        var pause = LongPause(longest: .seconds(60))
        expect(false, pause.isTooLong(Self.pause, at: Self.start))
        expect(false, pause.isTooLong(Self.pause, at: Self.start + .seconds(59)))
        expect(true, pause.isTooLong(Self.pause, at: Self.start + .seconds(60)))
    }

    @Test func `what works in between begins anew`() {
        for strain in [nil, Self.slower] {
            var pause = LongPause(longest: .seconds(60))
            expect(false, pause.isTooLong(Self.pause, at: Self.start))
            expect(false, pause.isTooLong(strain, at: Self.start + .seconds(30)))
            expect(false, pause.isTooLong(Self.pause, at: Self.start + .seconds(61)))
        }
    }

    @Test func `zero is for ever`() {
        var pause = LongPause(longest: .zero)
        expect(false, pause.isTooLong(Self.pause, at: Self.start))
        expect(false, pause.isTooLong(Self.pause, at: Self.start + .seconds(1_000_000)))
    }

    @Test func `each pause is told once`() {
        var pause = LongPause(longest: .seconds(60))
        var told: [Bool] = []
        for seconds in [0, 61, 62] { told.append(pause.hasBecomeLong(Self.pause, at: Self.start + .seconds(seconds))) }
        #expect(told == [false, true, false])
        told = []
        for (strain, seconds) in [(nil, 63), (Self.pause, 64), (Self.pause, 124)] as [(Strain?, Int)] {
            told.append(pause.hasBecomeLong(strain, at: Self.start + .seconds(seconds)))
        }
        #expect(told == [false, false, true])
    }

    /// An expectation can't call what changes a value.
    private func expect(_ expected: Bool, _ value: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(value == expected, sourceLocation: sourceLocation)
    }
}
