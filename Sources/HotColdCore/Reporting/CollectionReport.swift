public import Mongo

/// How a run, or a part of it, ended.
public enum RunStatus: String, Sendable {
    /// All that was to be done is done.
    case completed
    /// Not looked at: the run ended before its turn came.
    case notBegun = "not_begun"
    /// Stopped where the operator asked: `--limit`, `--max-duration`, `--window`.
    case stopped
    /// Finished, but some documents were left behind with a reason.
    case partial
    /// Stopped by a signal; batches in flight were finished.
    case interrupted
    /// Ended by an error.
    case failed
}

/// What a run did with one collection: printed, stored as history, and turned into an exit code.
public struct CollectionReport: Sendable {
    /// How many problems are listed; `problemCount` has them all.
    public static let listedProblems = 20

    /// Nothing was done: the numbers are the plan's.
    public var isDryRun = false
    /// What was to be done; nil where no plan could be made.
    public var plan: MigrationPlan?
    /// The entry of the configuration.
    public var collection: CollectionConfiguration
    /// Which way.
    public var direction: Direction
    /// What became of the documents.
    public var counts = MoveCounts()
    /// Different documents that were looked at and have a fate, as the scan has counted them.
    public var scanned = 0
    /// Documents that were in hand when a failure or a stop ended the run, and whose fate was not decided.
    public var undecided = 0
    /// Documents that a dead run had left half-way, settled by this one.
    public var recovered = 0
    /// Ids of documents that hot does not have any more, and whose archived copies are in quarantine.
    public var quarantined: [BSONValue] = []
    /// Bytes moved.
    public var bytes: Int64 = 0
    /// Transactions committed.
    public var batches = 0
    /// The earliest date among the documents moved, in milliseconds since 1970 UTC.
    public var oldest: Int64?
    /// The latest date among them.
    public var newest: Int64?
    /// Where the movers' time went.
    public var phases = Phases()
    /// How long it took.
    public var duration: Duration = .zero
    /// For how much of that it did less than it could, and why.
    public var throttles = ThrottleRecords()
    /// The first problems.
    public var problems: [MoveProblem] = []
    /// All problems.
    public var problemCount = 0
    /// Numbers that may count a document twice: there are at most so many.
    public private(set) var upperBounds: [String] = []
    /// What may surprise.
    public var warnings: [String] = []
    /// Why it stopped before the end, if it did.
    public var stoppedBy: StopReason?
    /// What ended it.
    public var error: MigrationError?
    /// Documents of the source that would move now; nil where nobody knows.
    ///
    /// Counted after a run that came to its end, where an index serves the policy; else what is left of `eligible`.
    public var remaining: Int?
    /// Whether the run ended before the collection's turn came.
    public var isNotBegun = false

    /// Creates a report of nothing done yet.
    public init(collection: CollectionConfiguration, direction: Direction, plan: MigrationPlan? = nil) {
        self.collection = collection
        self.direction = direction
        self.plan = plan
        warnings = plan?.warnings ?? []
    }

    /// The report of a plan that an error ended before anything was moved.
    init(_ plan: MigrationPlan, endedBy error: any Error) {
        self.init(collection: plan.collection, direction: plan.direction, plan: plan)
        self.error = MigrationError(error)
    }

    /// A report of what a plan would do.
    public init(dryRunOf plan: MigrationPlan) {
        self.init(collection: plan.collection, direction: plan.direction, plan: plan)
        isDryRun = true
        error = plan.refusals.first
        warnings += plan.refusals.dropFirst().map { "\($0)" }
        if let objection = plan.objection {
            warnings.append(
                "without \(AdvisedCommand.option("confirm", plan.collection.name)) it would not run: \(objection)"
            )
        }
        add(plan.missingProblems)
    }

    /// A report of a collection whose turn did not come.
    public init(notBegun collection: CollectionConfiguration, direction: Direction, isDryRun: Bool) {
        self.init(collection: collection, direction: direction)
        self.isDryRun = isDryRun
        isNotBegun = true
    }

    /// Documents that a run as it is would move, none where it would refuse; nil unless this is of a dry run.
    public var wouldMove: Int? {
        guard isDryRun, let plan else { return nil }
        return plan.refusal == nil ? plan.wouldMove : 0
    }

    /// How it ended.
    public var status: RunStatus {
        if isNotBegun { return .notBegun }
        switch error {
        case .unsuitable, .refusedThroughout: return .partial
        case .some: return .failed
        case nil: break
        }
        if stoppedBy == .signal { return .interrupted }
        if counts.conflicts + counts.failed > 0 || problemCount > 0 { return .partial }
        return stoppedBy == nil ? .completed : .stopped
    }

    /// Why a run that had something to move rested until its time was over; nil for any other.
    ///
    /// It ended as it was to, and yet somebody has to know: with a member that is gone for good no night moves anything.
    public var restInVain: String? {
        guard status == .stopped, counts.decided == 0, (plan?.census.eligible ?? 0) > 0 else { return nil }
        let asked: Set<ThrottleReason> = [.pauseFile, .nice, .maximumRate]
        return throttles.all.first { !asked.contains($0.reason) }?.record.detail
    }

    /// Documents per second of the whole time.
    public var documentsPerSecond: Double {
        duration > .zero ? Double(counts.migrated) / duration.seconds : 0
    }

    /// Adds a batch.
    mutating func add(_ outcome: BatchOutcome) {
        counts += outcome.counts
        bytes += Int64(outcome.bytes)
        batches += outcome.batches
        oldest = [oldest, outcome.oldest].compactMap(\.self).min()
        newest = [newest, outcome.newest].compactMap(\.self).max()
        phases += outcome.phases
        quarantined += outcome.quarantined
        add(outcome.problems)
        error = error ?? outcome.failure
    }

    /// Puts what recovery came to before what the run itself did.
    mutating func put(_ recovery: Recovery) {
        recovered = recovery.documents
        quarantined = recovery.quarantined + quarantined
        if recovery.missing > 0 {
            warnings.append(
                "\(recovery.missing.grouped) copies that a dead run had on record were not in the archive any more"
            )
        }
        let others = problems
        problems = []
        add(recovery.problems)
        list(others)
    }

    /// Adds what settling the run's own seats came to.
    mutating func add(settling recovery: Recovery) {
        // A seat's are all that its mover has put there, also what was told when it did.
        let known = Set(quarantined)
        quarantined += recovery.quarantined.filter { !known.contains($0) }
        add(recovery.problems)
    }

    /// Says what is in quarantine: nobody would look for it there.
    mutating func nameQuarantined() {
        guard !quarantined.isEmpty else { return }
        let named = quarantined.prefix(Self.listedProblems).compactMap { ExtendedJSON.string(from: $0) }
        let count = quarantined.count
        let rest = count > named.count ? ", …" : ""
        warnings.append(
            "\(count.grouped) \(count == 1 ? "document is" : "documents are") in quarantine: hot does not have"
                + " \(count == 1 ? "it" : "them") any more, and the archived copies were taken back"
                + " (_id \(named.joined(separator: ", "))\(rest)); \(AdvisedCommand.line("quarantine list")) shows them"
        )
    }

    /// Adds problems, listing the first of all.
    mutating func add(_ more: [MoveProblem]) {
        problemCount += more.count
        list(more)
        plan?.options.problemLog?.write(more.map { ($0.id, $0.kind.rawValue, $0.reason) }, of: collection.name)
    }

    private mutating func list(_ more: [MoveProblem]) {
        problems += more.prefix(Self.listedProblems - problems.count)
    }

    /// Where all problems are, if not here only.
    public var problemsFile: String? { plan?.options.problemLog?.path }

    /// Says which numbers are upper bounds, and why: a cursor was lost, and not all that was left behind is remembered.
    mutating func sayCountsAreUpperBounds() {
        upperBounds = ["scanned", "changed", "vanished", "held", "conflicts", "failed", "problem_count"]
        warnings.append(
            "a cursor was lost when more than \(IDScanner.rememberedIDs.grouped) documents had been left behind: some of"
                + " them may be counted twice, so these numbers are upper bounds: \(upperBounds.joined(separator: ", "))"
        )
    }
}
