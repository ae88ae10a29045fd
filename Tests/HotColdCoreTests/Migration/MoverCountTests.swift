import Testing

@testable import HotColdCore

@Suite struct MoverCountTests {
    /// A run whose batches take so many seconds on the way, and so many of the servers' work where they have a processor
    /// for each mover.
    private struct Run {
        var count: MoverCount
        var onTheWay: Double
        var work: Double
        var processors = Int.max
        private var now = ContinuousClock.now
        private var spent = Duration.zero
        private var told = Duration.zero
        /// When each mover will be done.
        private var ends: [ContinuousClock.Instant] = []

        init(_ range: ClosedRange<Int> = 3...8, onTheWay: Double, work: Double) {
            count = MoverCount(range, at: now)
            self.onTheWay = onTheWay
            self.work = work
        }

        /// Goes on for so many batches; returns how many movers were at work in the end.
        @discardableResult mutating func go(for batches: Int = 200) -> Int {
            for _ in 0..<batches {
                while !count.isFull {
                    count.start(at: now)
                    // Who starts when others are there waits for a processor.
                    let crowd = Double(max(count.working, processors)) / Double(processors)
                    ends.append(now + .seconds(onTheWay + work * (processors == .max ? 1 : crowd)))
                }
                ends.sort()
                now = ends.removeFirst()
                spent += .seconds(onTheWay)
                let news = spent - told
                var isTold = false
                count.finish(at: now) {
                    isTold = true
                    return news
                }
                if isTold { told = spent }
            }
            return count.working + 1
        }
    }

    /// Three movers who wait for as long as they work are half of those who give the servers three batches.
    @Test(arguments: [
        (0.0, 3), (0.01, 3), (0.03, 4), (0.1, 6), (0.2, 8), (10, 8),
    ])
    func `as many more movers as a batch takes more time than work`(onTheWay: Double, expected: Int) {
        var run = Run(onTheWay: onTheWay, work: 0.1)
        run.go()
        #expect(Set((0..<200).map { _ in run.go(for: 1) }) == [expected])
    }

    /// What applications beside it take is no reason for more.
    @Test func `a slow server nearby gets no more`() {
        var run = Run(onTheWay: 0.008, work: 30)
        #expect(run.go() == 3)
    }

    /// More of them make each other's batches longer.
    @Test func `the number settles where movers are in the way of each other`() {
        var run = Run(onTheWay: 0.1, work: 0.1)
        run.processors = 3
        let counts = (0..<20).map { _ in run.go(for: 20) }
        #expect(counts.dropFirst(3).allSatisfy { (5...6).contains($0) }, "\(counts)")
    }

    @Test func `what has changed is noticed`() {
        var run = Run(onTheWay: 0.2, work: 0.1)
        #expect(run.go() == 8)
        run.work = 2
        #expect(run.go() == 3)
        run.work = 0.1
        #expect(run.go() == 8)
    }

    /// Nothing but the way, and a little more: what was counted may be of the batch before.
    @Test func `no more than the most`() {
        let start = ContinuousClock.now
        var count = MoverCount(3...8, at: start)
        for batch in 1...100 {
            count.start(at: start + .seconds(batch))
            count.finish(at: start + .seconds(batch) + .milliseconds(900)) { .seconds(10) }
        }
        for _ in 0..<7 { count.start(at: start + .seconds(101)) }
        #expect(!count.isFull)
        count.start(at: start + .seconds(101))
        #expect(count.isFull)
    }

    @Test(arguments: [1, 3, 64])
    func `a number that was asked for stays`(workers: Int) {
        var run = Run(workers...workers, onTheWay: 1, work: 0.1)
        #expect(run.go() == workers)
    }

    @Test(arguments: [
        (1_000_000, nil, nil, 20, 3...8), (18_000, nil, nil, 20, 3...8), (17_999, nil, nil, 20, 3...3),
        (0, nil, nil, 20, 3...3), (1_000_000, 17_999, nil, 20, 3...3), (1_000_000, nil, nil, 0, 3...3),
        (1_000_000, nil, 1, 20, 1...1), (1, nil, 64, 0, 64...64),
    ])
    func `a crew is no larger than the run has use for`(
        eligible: Int,
        limit: Int?,
        workers: Int?,
        milliseconds: Int,
        expected: ClosedRange<Int>
    ) {
        var options = MoveOptions()
        options.limit = limit
        options.workers = workers
        let way = Duration.milliseconds(milliseconds)
        #expect(MoverCount.range(moving: eligible, batchSize: 1000, options: options, over: way) == expected)
    }
}
