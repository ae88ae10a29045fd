/// How many movers work at a time: as many as give the servers three batches to work on.
///
/// Three keep two processors busy, and more would only take from the applications beside them. But where the way to the
/// servers is long, a mover waits for most of the time, and so do the servers. The way is known, and how often it is gone;
/// what is left of the time that movers take is the servers' work. So three at work are as many more movers as they take
/// more time than that.
struct MoverCount {
    /// Batches for the servers to work on at a time: as good as two or four where they have two processors.
    private static let atWork = 3
    /// The most movers where nobody says how many.
    private static let most = 8
    /// Where the way is shorter than this, it makes no difference: a batch takes a hundred of these.
    private static let shortWay = Duration.milliseconds(1)
    /// How many batches it takes to know what one takes.
    private static let batchesOfSample = 8

    private(set) var working = 0
    private var allowed: Int
    private let range: ClosedRange<Int>
    private var sample: Sample?
    private var lastChange: ContinuousClock.Instant

    private struct Sample {
        /// The time on the way before it.
        let before: Duration
        /// The time that movers were at work, together.
        var busy = Duration.zero
        var batches = 0
    }

    /// Starts with the fewest of a range.
    init(_ range: ClosedRange<Int>, at now: ContinuousClock.Instant) {
        self.range = range
        allowed = range.lowerBound
        lastChange = now
    }

    /// How many movers a run has, at first and at most: as many as were asked for, or as are of use.
    static func range(of plan: MigrationPlan, over roundTrip: Duration) -> ClosedRange<Int> {
        range(moving: plan.census.eligible, batchSize: plan.batchSize, options: plan.options, over: roundTrip)
    }

    static func range(
        moving eligible: Int,
        batchSize: Int,
        options: MoveOptions,
        over roundTrip: Duration
    ) -> ClosedRange<Int> {
        if let workers = options.workers { return workers...workers }
        let batches = min(eligible, options.limit ?? .max) / batchSize
        return atWork...(roundTrip < shortWay ? atWork : min(max(batches, atWork), most))
    }

    /// Whether the next batch has to wait until another one is done.
    var isFull: Bool { working >= allowed }

    /// A mover has got a batch.
    mutating func start(at now: ContinuousClock.Instant) {
        pass(to: now)
        working += 1
    }

    /// A mover is done with its batch.
    ///
    /// - Parameter onTheWay: `RoundTrips.total` at that time.
    mutating func finish(at now: ContinuousClock.Instant, onTheWay: Duration) {
        pass(to: now)
        working -= 1
        guard range.count > 1 else { return }
        guard var sample else { return self.sample = Sample(before: onTheWay) }
        sample.batches += 1
        self.sample = sample
        guard sample.batches >= Self.batchesOfSample else { return }
        self.sample = Sample(before: onTheWay)
        let work = sample.busy - (onTheWay - sample.before)
        // No work to speak of is as good as a little: the most.
        let wanted = Double(Self.atWork) * (sample.busy / max(work, .nanoseconds(1)))
        allowed = Int(min(max(wanted.rounded(), Double(range.lowerBound)), Double(range.upperBound)))
    }

    private mutating func pass(to now: ContinuousClock.Instant) {
        sample?.busy += (now - lastChange) * working
        lastChange = now
    }
}
