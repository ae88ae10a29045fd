/// How many movers work at a time: as many as give the servers three batches to work on.
///
/// Three keep two processors busy, and more would only take from the applications beside them. But where the way to the
/// servers is long, a mover waits for most of the time, and so do the servers. The fastest of many answers tells how long
/// the way is, and their number how often it was gone; what is left of the movers' time is the servers' work. Three at
/// work are as many more movers as they take more time than that.
struct MoverCount {
    /// Batches for the servers to work on at a time: as good as two or four where they have two processors.
    private static let atWork = 3
    /// The most movers where nobody says how many.
    private static let most = 8
    /// Where the way is shorter than this, a crew of the usual size will do: a batch of the usual size takes a hundred of
    /// these.
    private static let shortWay = Duration.milliseconds(1)
    /// How many batches of each mover it takes to know what one takes.
    private static let batchesOfSampleOfMover = 3
    /// With fewer batches than this a run is over before more movers are of any use.
    private static let batchesOfLongRun = 2 * batchesOfSampleOfMover * atWork

    private(set) var working = 0
    /// How many work at most.
    private(set) var allowed: Int
    private let range: ClosedRange<Int>
    private var sample = Sample()
    private var lastChange: ContinuousClock.Instant

    private struct Sample {
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
        if options.throttle.nice > 0 { return 1...1 }
        let batches = min(eligible, options.limit ?? .max) / batchSize
        return atWork...(roundTrip >= shortWay && batches >= batchesOfLongRun ? most : atWork)
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
    /// - Parameter onTheWay: how long commands were on the way since it was asked last, or since the start.
    mutating func finish(at now: ContinuousClock.Instant, onTheWay: () -> Duration) {
        pass(to: now)
        working -= 1
        sample.batches += 1
        guard sample.batches >= Self.batchesOfSampleOfMover * allowed, range.count > 1 else { return }
        let work = sample.busy - onTheWay()
        // Time on the way is part of the movers' time; nothing left of it is as good as a little.
        let wanted = Double(Self.atWork) * (sample.busy / max(work, .nanoseconds(1)))
        allowed = Int(min(max(wanted.rounded(), Double(range.lowerBound)), Double(range.upperBound)))
        sample = Sample()
    }

    /// Takes no account of what was: a run has rested, and others were answered meanwhile.
    mutating func beginAnew(at now: ContinuousClock.Instant) {
        pass(to: now)
        sample = Sample()
    }

    private mutating func pass(to now: ContinuousClock.Instant) {
        sample.busy += (now - lastChange) * working
        lastChange = now
    }
}
