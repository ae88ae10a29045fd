internal import Mongo

/// Keeps a bounded number of batches in flight: reads ids, hands them to free movers, collects outcomes.
///
/// When as many movers are busy as may be, the scan waits, so memory is bounded by their number. A stop request or a
/// failure starts no further batch; those in flight are always finished, since each is a transaction of its own.
struct MoveWindow {
    let context: MoveContext
    let started = ContinuousClock.now
    var scanner: IDScanner
    var report: CollectionReport
    let progress: @Sendable (Progress) -> Void

    private var idle: [any Mover]
    private var moverCount: MoverCount
    private let roundTrips: RoundTrips
    private var throttle: Throttle
    private var unsettled = 0
    private var tally = ScanTally()
    private var size: BatchSize
    private var nextDue = ContinuousClock.now
    /// Ids that the passes before this one counted as changed.
    private var changedBefore: Set<BSONValue> = []
    /// Ids that this pass counted as changed.
    private var changed: Set<BSONValue> = []

    /// The most passes over the source: a further one only for what changed during the one before.
    private static let passes = 3

    init(
        context: MoveContext,
        movers: [any Mover],
        range: ClosedRange<Int>,
        roundTrips: RoundTrips,
        throttle: Throttle,
        scanner: IDScanner,
        progress: @escaping @Sendable (Progress) -> Void
    ) {
        self.context = context
        self.scanner = scanner
        self.progress = progress
        idle = movers
        self.roundTrips = roundTrips
        self.throttle = throttle
        _ = roundTrips.take()  // From here on they are the movers'.
        moverCount = MoverCount(range, at: .now)
        size = BatchSize(maximum: context.plan.batchSize)
        report = CollectionReport(
            collection: context.plan.collection,
            direction: context.plan.direction,
            plan: context.plan
        )
    }

    /// Runs to the end of the source or to the first reason to stop.
    ///
    /// Returns the report; never throws.
    mutating func run() async -> CollectionReport {
        for _ in 1...Self.passes {
            let before = report.counts.migrated
            await pass()
            let isWorthwhile = !changed.isEmpty && report.counts.migrated > before && context.plan.deletesSource
            guard isWorthwhile, context.stop.reason == nil else { break }
            guard scanner.remembersAll else {
                report.warnings.append(
                    "what changed meanwhile was not looked at again: more than \(IDScanner.rememberedIDs.grouped)"
                        + " documents were left behind"
                )
                break
            }
            changedBefore = changed
            changed = []
            scanner.rewind()
        }
        await scanner.close()
        if let notice = scanner.notice { report.warnings.append(notice) }
        report.duration = .now - started
        report.throttles = throttle.records
        report.stoppedBy = context.stop.reason
        if report.stoppedBy == .leaseLost { report.error = report.error ?? .leaseLost(context.plan.source) }
        report.error = report.error ?? context.refusals.error
        addUp()
        return report
    }

    /// Says how many documents were looked at, by the scan's own count, and where that does not fit the fates.
    private mutating func addUp() {
        report.scanned = tally.scanned(of: scanner.handedOut)
        report.undecided = tally.undecided
        if scanner.mayHaveRepeated { report.sayCountsAreUpperBounds() }
        guard let mismatch = tally.mismatch(report.counts, handedOut: scanner.handedOut) else { return }
        if report.error == nil { report.error = mismatch } else { report.warnings.append("\(mismatch)") }
    }

    private struct Settled {
        var outcome: BatchOutcome
        var ids: [BSONValue]
        var mover: any Mover
        var took: Duration
        /// How many batches could be under way when it was started.
        var sideBySide: Int
    }

    private mutating func pass() async {
        await withTaskGroup(of: Settled.self) { group in
            while context.stop.reason == nil {
                guard let room = roomForBatch() else {
                    guard let settled = await group.next() else { break }
                    absorb(settled)
                    continue
                }
                while isFull, let settled = await group.next() { absorb(settled) }
                guard await mayStart(room) else { break }
                do {
                    guard let ids = try await scanner.next(room) else { break }
                    // Not before it is known that there is something to do.
                    await holdBack(&group)
                    // The process is about to be stopped, once what is in flight has ended.
                    while InFlight.isHeld, isInTime { await sleep(for: .milliseconds(20)) }
                    guard isInTime else {
                        scanner.giveBack(ids)
                        break
                    }
                    start(ids, in: &group)
                } catch {
                    // Interrupted while it waited for a server: that is the operator's word, not a failure.
                    guard !context.stop.excusesFailures else { break }
                    report.error = report.error ?? MigrationError(error)
                    context.stop.request(.failure)
                }
            }
            for await settled in group { absorb(settled) }
        }
    }

    /// Whether the next batch has to wait until another one is done.
    private var isFull: Bool { moverCount.isFull || moverCount.working >= throttle.mostAtATime }

    /// How many documents the next batch may have; nil when `--limit` leaves room only for what is in flight.
    private mutating func roomForBatch() -> Int? {
        var room = size.value
        if let rate = context.plan.options.maximumRate { room = min(room, max(1, rate)) }
        guard let limit = context.plan.options.limit else { return room }
        let left = limit - report.counts.migrated - unsettled
        if left <= 0, unsettled == 0 { context.stop.request(.limit) }
        return left > 0 ? min(room, left) : nil
    }

    /// Waits for `--max-rate`; false when the time or the run is over.
    ///
    /// Time lost, by a stalled server or a stopped process, is not made up for.
    private mutating func mayStart(_ count: Int) async -> Bool {
        guard isInTime else { return false }
        guard let rate = context.plan.options.maximumRate else { return true }
        let before = ContinuousClock.now
        let due = max(nextDue, before)
        nextDue = due + .seconds(Double(count) / Double(rate))
        await sleep(for: due - before)
        throttle.waited(.now - before)
        return isInTime
    }

    /// Rests for as long as the throttle wants, with nothing in flight.
    private mutating func holdBack(_ group: inout TaskGroup<Settled>) async {
        var keptAlive = ContinuousClock.now
        var hasRested = false
        var pause = LongPause(longest: context.plan.options.throttle.maximumPause)
        while isInTime, let rest = throttle.rest() {
            if pause.isTooLong(rest.strain, at: .now) {
                report.error = report.error ?? .pausedForTooLong(rest.strain.detail)
                context.stop.request(.failure)
                break
            }
            while let settled = await group.next() { absorb(settled) }
            guard isInTime else { break }
            show(rest.strain)
            context.pauses.show(rest.strain, at: context.plan.clock.now)
            let before = ContinuousClock.now
            await sleep(for: rest.duration)
            throttle.rested(.now - before, for: rest.strain)
            hasRested = true
            if .now - keptAlive > Self.keepAliveInterval {
                keptAlive = .now
                await scanner.keepAlive()
            }
        }
        guard hasRested else { return }
        context.pauses.show(nil, at: context.plan.clock.now)
        _ = roundTrips.take()  // Others were answered meanwhile.
        moverCount.beginAnew(at: .now)
    }

    private static let keepAliveInterval = Duration.seconds(300)

    /// Waits for a while, shorter when the run has to stop in the meantime.
    private func sleep(for duration: Duration) async {
        let left = context.plan.options.deadline.map { $0.instant - .now }
        await context.stop.sleep(for: min(duration, left ?? duration))
    }

    /// Whether the run may still start a batch; when its time is over it is stopped.
    private var isInTime: Bool {
        if let end = context.plan.options.deadline, ContinuousClock.now >= end.instant {
            context.stop.request(end.reason)
        }
        return context.stop.reason == nil
    }

    private mutating func start(_ ids: [BSONValue], in group: inout TaskGroup<Settled>) {
        guard let mover = idle.popLast() else { preconditionFailure("a batch was started without a free mover") }
        moverCount.start(at: .now)
        unsettled += ids.count
        let move = BatchMove(context: context, mover: mover)
        let sideBySide = min(moverCount.allowed, throttle.mostAtATime)
        group.addTask {
            let began = ContinuousClock.now
            let outcome = await move.run(ids)
            return Settled(outcome: outcome, ids: ids, mover: mover, took: .now - began, sideBySide: sideBySide)
        }
    }

    private mutating func absorb(_ settled: Settled) {
        let (outcome, ids) = (settled.outcome, settled.ids)
        idle.append(settled.mover)
        moverCount.finish(at: .now, onTheWay: { [roundTrips] in roundTrips.take().total })
        unsettled -= ids.count
        scanner.settle(ids, leftBehind: outcome.leftBehind, changed: outcome.changed)
        report.add(outcome)
        size.learn(from: outcome)
        throttle.learn(
            outcome.counts.decided,
            bytes: outcome.bytes,
            took: settled.took,
            sideBySide: settled.sideBySide
        )
        // Counted as changed before, by an earlier pass or by this one, which met it again with a later date: decided
        // now, and not to be counted twice.
        let decidedAgain = ids.filter { changedBefore.contains($0) || changed.contains($0) }
        changedBefore.subtract(decidedAgain)
        changed.subtract(decidedAgain)
        report.counts.changed -= decidedAgain.count
        tally.settle(outcome, of: ids.count, again: decidedAgain.count)
        changed.formUnion(outcome.changed)
        switch outcome.failure {
        case .differingBytes: context.stop.request(.differingBytes)
        case .some: context.stop.request(.failure)
        case nil: break
        }
        show()
    }

    private func show(_ rest: Strain? = nil) {
        progress(
            Progress(
                collection: context.plan.collection.name,
                eligible: context.plan.wouldMove,
                counts: report.counts,
                bytes: report.bytes,
                elapsed: .now - started,
                rest: rest
            )
        )
    }
}

/// How many documents the next batch gets: what the plan allows, less where that was too much.
struct BatchSize {
    private let maximum: Int
    private(set) var value: Int

    init(maximum: Int) {
        self.maximum = maximum
        value = maximum
    }

    /// Halves after trouble, grows slowly without, and keeps batches near the bytes that the planner aims at: it knew
    /// only the average of the whole collection.
    mutating func learn(from outcome: BatchOutcome) {
        if outcome.wasReduced {
            value = max(1, value / 2)
        } else if outcome.batches > 0 {
            value = min(maximum, value + value / 8 + 1)
        }
        guard outcome.counts.migrated > 0, outcome.bytes > 0 else { return }
        let average = max(1, outcome.bytes / outcome.counts.migrated)
        value = min(value, max(1, MigrationPlanner.batchBytes / average))
    }
}
