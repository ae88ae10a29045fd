internal import Mongo

/// Settles duplicates and what dead runs left, by runs of the engine: it never deletes anything itself.
///
/// Of an identical pair that a run has moved for good, as the journal says, the policy decides which one goes. What it
/// would move now is migrated: the engine finds the copy in the archive, compares, and deletes the document from hot. All
/// others are restored: the engine finds the document in hot, compares, and deletes the copy from the archive. Either way
/// the plan is limited to documents that the other side has with the same bytes in the very transaction, so that nothing
/// comes back that an application has deleted since, and nothing is touched that it has changed.
struct DuplicateSettlement: Sendable {
    /// How many ids a run is given, and how many bytes of them: they stand in each of its queries.
    private static let capacity = (ids: 10_000, bytes: 1 << 20)

    let tiers: Tiers
    let configuration: Configuration
    let collection: CollectionConfiguration
    let judge: OverlapJudge
    /// Where all problems are written; nil for nowhere.
    let problemLog: ProblemLog?
    let stop: StopRequest

    /// Ids of identical pairs that wait for a run.
    struct Queue: Sendable {
        fileprivate(set) var ids: [BSONValue] = []
        private var byteCount = 0

        /// Whether no more should be added before the next run.
        var isFull: Bool { ids.count >= capacity.ids || byteCount >= capacity.bytes }

        mutating func add(_ id: BSONValue) {
            ids.append(id.detached)
            byteCount += id.bytes.count + 8
        }
    }

    /// Takes the leases and settles what dead runs left half-way, as every run does before it moves anything.
    ///
    /// - Returns: the run's warnings and problems.
    /// - Throws: `MigrationError.busy` where a run is at work, and what else a run can end with.
    func recover(_ fix: inout VerificationFix) async throws -> [String] {
        var plan = try await restore([])
        plan.options.problemLog = problemLog
        let report = try await run(plan, &fix) { fix, report in
            fix.hasRecovered = true
            fix.recovered += report.recovered
            fix.problemCount += report.problemCount
        }
        let others = report.problemCount - report.problems.count
        return report.warnings
            + report.problems.map { "_id \(ExtendedJSON.string(from: $0.id) ?? "?"): \($0.reason)" }
            + (others > 0 ? ["and \(others.grouped) more such documents: --problems FILE names all"] : [])
    }

    /// Settles those of the queued pairs that a run has moved for good: what nobody moved may be there on purpose.
    ///
    /// - Returns: what is in both tiers still.
    /// - Throws: `MigrationError.busy` where a run is at work, and what else a run can end with.
    func settle(_ queue: Queue, _ fix: inout VerificationFix) async throws -> [Overlap] {
        let identities = TierIdentities(
            hot: try await tiers.hot.main.withClient { try CollectionIdentity.read(collection.hot, with: $0) },
            cold: try await tiers.cold.main.withClient { try CollectionIdentity.read(collection.cold, with: $0) }
        )
        let recorded = RecordedMoves(journal: StateStore(configuration).batches, identities: identities)
        let moved = try await tiers.hot.main.withClient { try recorded.moved(among: queue.ids, with: $0) }
        let ids = queue.ids.filter(moved.contains)
        if !ids.isEmpty { try await settle(ids, &fix) }
        return try await overlaps(queue.ids)
    }

    private func settle(_ ids: [BSONValue], _ fix: inout VerificationFix) async throws {
        var options = MoveOptions()
        options.onlyDuplicates = true
        options.throttle = .none
        let planner = MigrationPlanner(tiers: tiers, configuration: configuration)
        let migration = try await planner.migration(
            of: collection,
            among: ids,
            options: options,
            detailed: false,
            stop: stop
        )
        // Its checks are about both tiers: where they refuse a migration, deleting the other copy is not safer.
        if let refusal = migration.refusal { throw advised(refusal) }
        if migration.census.eligible > 0 {
            _ = try await run(migration, &fix) { $0.removedFromHot += $1.counts.deleted }
        }
        let left = try await identical(ids)
        if left.isEmpty { return }
        _ = try await run(restore(left), &fix) { $0.removedFromCold += $1.counts.deleted }
    }

    /// A refusal with advice that fits: what `migrate` may be told to accept, this may not.
    private func advised(_ refusal: MigrationError) -> MigrationError {
        guard case .unsuitable(let reason, let hint?) = refusal, hint.contains(" --") else { return refusal }
        let other = "verify --fix has no such option, \(AdvisedCommand.line("migrate", on: collection.name)) does"
        return .unsuitable(reason: reason, hint: "\(hint); \(other)")
    }

    private func overlaps(_ ids: [BSONValue]) async throws -> [Overlap] {
        try await judge.judge(ids.map { IDPair(hot: $0, cold: $0) }).overlaps
    }

    private func identical(_ ids: [BSONValue]) async throws -> [BSONValue] {
        try await overlaps(ids).filter { $0.kind == .identical }.map(\.pair.cold)
    }

    private func restore(_ ids: [BSONValue]) async throws -> MigrationPlan {
        var options = MoveOptions()
        options.onlyDuplicates = true
        options.throttle = .none
        // Nothing comes to hot by it, so an index that deletes there changes nothing.
        options.allowsTTL = true
        var collection = collection
        collection.deletesAfterMigration = true
        let planner = MigrationPlanner(tiers: tiers, configuration: configuration)
        return try await planner.restore(
            .query(.matching(ids: ids)),
            of: collection,
            options: options,
            detailed: false,
            stop: stop
        )
    }

    /// Carries a plan out and takes note of what it did, also where it ended with an error.
    private func run(
        _ plan: MigrationPlan,
        _ fix: inout VerificationFix,
        _ note: (inout VerificationFix, CollectionReport) -> Void
    ) async throws -> CollectionReport {
        if let refusal = plan.refusal { throw advised(refusal) }
        var plan = plan
        plan.target = .exists  // Nothing is copied, so nothing has to be made.
        let name = RunID.make(at: tiers.clock.now)
        let report = await Migrator(tiers: tiers, configuration: configuration, run: name).run(plan, stop: stop)
        if report.error == nil || report.counts.decided > 0 {
            fix.runs.append(name)
            note(&fix, report)
        }
        if let error = report.error { throw error }
        return report
    }
}
