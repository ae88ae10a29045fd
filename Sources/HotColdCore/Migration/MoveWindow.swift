internal import Mongo

/// Keeps a bounded number of batches in flight: reads ids, hands them to free movers, collects outcomes.
///
/// When every mover is busy the scan waits, so memory is bounded by the number of movers. A stop request or a failure
/// starts no further batch; those in flight are always finished, since each is a transaction of its own.
struct MoveWindow {
    let context: MoveContext
    let started = ContinuousClock.now
    var scanner: IDScanner
    var report: CollectionReport
    let progress: @Sendable (Progress) -> Void

    private var idle: [Connection]
    private var unsettled = 0
    private var dispatched = 0

    /// The most passes over the source: a further one only for what changed during the one before.
    private static let passes = 3

    init(
        context: MoveContext,
        movers: [Connection],
        scanner: IDScanner,
        progress: @escaping @Sendable (Progress) -> Void
    ) {
        self.context = context
        self.scanner = scanner
        self.progress = progress
        idle = movers
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
            let before = report.counts
            await pass()
            let isWorthwhile = report.counts.changed > before.changed && report.counts.migrated > before.migrated
            guard isWorthwhile, scanner.remembersAll, context.stop.reason == nil else { break }
            scanner.rewind()
        }
        await scanner.close()
        report.duration = .now - started
        report.stoppedBy = context.stop.reason
        if report.stoppedBy == .leaseLost { report.error = report.error ?? .leaseLost(context.plan.source) }
        return report
    }

    private typealias Settled = (outcome: BatchOutcome, ids: [BSONValue], mover: Connection)

    private mutating func pass() async {
        await withTaskGroup(of: Settled.self) { group in
            while context.stop.reason == nil {
                guard let room = roomForBatch() else {
                    guard let settled = await group.next() else { break }
                    absorb(settled)
                    continue
                }
                while let settled = await idle.isEmpty ? group.next() : nil { absorb(settled) }
                guard context.stop.reason == nil, await mayStart(room) else { break }
                do {
                    guard let ids = try await scanner.next(room) else { break }
                    start(ids, in: &group)
                } catch {
                    report.error = report.error ?? MigrationError(error)
                    context.stop.request(.failure)
                }
            }
            for await settled in group { absorb(settled) }
        }
    }

    /// How many documents the next batch may have; nil when `--limit` leaves room only for what is in flight.
    private mutating func roomForBatch() -> Int? {
        var room = context.plan.batchSize
        if let rate = context.plan.options.maximumRate { room = min(room, max(1, rate)) }
        guard let limit = context.plan.options.limit else { return room }
        let left = limit - report.counts.migrated - unsettled
        if left <= 0, unsettled == 0 { context.stop.request(.limit) }
        return left > 0 ? min(room, left) : nil
    }

    /// Waits for `--max-rate`; false when the time or the run is over.
    private func mayStart(_ count: Int) async -> Bool {
        let end = context.plan.options.deadline
        if let end, ContinuousClock.now >= end {
            context.stop.request(.duration)
            return false
        }
        guard let rate = context.plan.options.maximumRate else { return true }
        let due = started + .seconds(Double(dispatched) / Double(rate))
        let isInTime = await context.stop.sleep(for: min(due, end ?? due) - .now)
        if let end, ContinuousClock.now >= end { context.stop.request(.duration) }
        return isInTime && context.stop.reason == nil
    }

    private mutating func start(_ ids: [BSONValue], in group: inout TaskGroup<Settled>) {
        guard let mover = idle.popLast() else { preconditionFailure("a batch was started without a free mover") }
        unsettled += ids.count
        dispatched += ids.count
        let move = BatchMove(context: context, connection: mover)
        group.addTask { (await move.run(ids), ids, mover) }
    }

    private mutating func absorb(_ settled: Settled) {
        let (outcome, ids, mover) = settled
        idle.append(mover)
        unsettled -= ids.count
        scanner.settle(ids, leftBehind: outcome.leftBehind)
        report.add(outcome)
        switch outcome.failure {
        case .differingBytes: context.stop.request(.differingBytes)
        case .some: context.stop.request(.failure)
        case nil: break
        }
        progress(
            Progress(
                collection: context.plan.collection.name,
                eligible: context.plan.census.eligible,
                counts: report.counts,
                bytes: report.bytes,
                elapsed: .now - started
            )
        )
    }
}
