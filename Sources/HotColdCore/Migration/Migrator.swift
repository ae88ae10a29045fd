public import Mongo

/// Carries out a plan: takes the leases, moves batch by batch, keeps the history.
///
/// ```swift
/// let migrator = Migrator(pool: pool, configuration: configuration, run: RunID.make(at: clock.now))
/// let report = await migrator.run(plan, stop: StopRequest()) { progress in … }
/// ```
/// `restore` is the same with the tiers exchanged: the plan says which way.
public struct Migrator: Sendable {
    private let pool: ConnectionPool
    private let state: StateStore
    private let run: String

    /// Creates a migrator for a run.
    public init(pool: ConnectionPool, configuration: Configuration, run: String) {
        self.pool = pool
        self.run = run
        state = StateStore(database: configuration.stateDatabase, journalDays: configuration.journalDays)
    }

    /// Carries out a plan and reports.
    ///
    /// Errors are in the report, so that nothing that was done goes unreported.
    ///
    /// Waits for the batches in flight when a stop is requested; a server that is away is waited for as long as the
    /// plan's options say.
    public func run(
        _ plan: MigrationPlan,
        stop: StopRequest,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async -> CollectionReport {
        var report = CollectionReport(collection: plan.collection, direction: plan.direction, plan: plan)
        if let refusal = plan.refusals.first {
            report.error = refusal
            return report
        }
        do {
            return try await execute(plan, stop: stop.part(), progress: progress)
        } catch {
            report.error = MigrationError(error)
            return report
        }
    }

    private func execute(
        _ plan: MigrationPlan,
        stop: StopRequest,
        progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> CollectionReport {
        let (state, patience) = (state, plan.options.retryFor)
        try await retrying(for: patience, stop: stop) { try await pool.main.withClient { try state.prepare(with: $0) } }
        let scan = try pool.makeConnection()
        let movers = try (0..<plan.options.workers).map { _ in try pool.makeConnection() }
        var sessions: [BSONDocument] = []
        for mover in movers { sessions.append(try await mover.sessionID()) }
        let leases = LeaseKeeper(
            locks: state.locks,
            namespaces: [plan.collection.hot, plan.collection.cold],
            run: run,
            sessions: sessions,
            connection: try pool.makeConnection(),
            patience: patience
        )
        let history = RunHistory(store: state, run: run)
        return try await leases.holding(stop: stop) {
            try await retrying(for: patience, stop: stop) { try await history.begin(plan, with: pool.main) }
            var report = await move(plan, movers: movers, scan: scan, stop: stop, progress: progress)
            report.add(plan.missingProblems)
            do {
                let final = report
                try await retrying(for: patience, stop: stop) { try await history.end(final, with: pool.main) }
            } catch {
                report.warnings.append("the end of the run could not be written to the history: \(error)")
            }
            return report
        }
    }

    /// Moves under the leases.
    ///
    /// Errors are in the report, which the history gets in any case.
    private func move(
        _ plan: MigrationPlan,
        movers: [Connection],
        scan: Connection,
        stop: StopRequest,
        progress: @escaping @Sendable (Progress) -> Void
    ) async -> CollectionReport {
        do {
            let context = try await retrying(for: plan.options.retryFor, stop: stop) {
                try await prepare(plan, stop: stop)
            }
            let scanner = IDScanner(plan: plan, comment: context.comment, connection: scan, stop: stop)
            var window = MoveWindow(context: context, movers: movers, scanner: scanner, progress: progress)
            return await window.run()
        } catch {
            var report = CollectionReport(collection: plan.collection, direction: plan.direction, plan: plan)
            report.error = MigrationError(error)
            return report
        }
    }

    /// What the movers need to know, asked under the lease: from here on only this run can change it.
    private func prepare(_ plan: MigrationPlan, stop: StopRequest) async throws -> MoveContext {
        let holds = Holds(collection: state.holds, namespace: plan.collection.hot)
        let journal = Journal(
            collection: state.batches,
            run: run,
            direction: plan.direction,
            source: plan.source,
            target: plan.destination,
            isCopyOnly: !plan.deletesSource
        )
        let run = run
        return try await pool.main.withClient { client in
            if case .create(let options) = plan.target {
                try client.create(plan.destination, options: options)
            }
            return MoveContext(
                plan: plan,
                run: run,
                journal: journal,
                holds: holds,
                hasHolds: try holds.isAny(at: plan.clock.now, with: client),
                hasCopies: try journal.hasCopies(with: client),
                stop: stop
            )
        }
    }
}

extension Client {
    /// Creates a collection with options; one that is there already stays as it is.
    fileprivate borrowing func create(_ namespace: Namespace, options: BSONDocument) throws {
        var command: BSONDocument = ["create": .string(namespace.collection)]
        for option in try options.elements() { command = command.appending(option.name, option.value) }
        do {
            try write(command, on: namespace.database)
        } catch let error as MongoError where error.code == MongoError.Code.namespaceExists {}
    }
}
