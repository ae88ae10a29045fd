internal import Mongo

/// Carries out a plan: takes the leases, moves batch by batch, keeps the history.
///
/// ```swift
/// let session = try await MoveSession(configuration: configuration)
/// let plan = try await session.planner.migration(of: collection, options: MoveOptions(), detailed: false)
/// let report = await session.migrator.run(plan, stop: StopRequest()) { progress in … }
/// ```
/// `restore` is the same with the tiers exchanged: the plan says which way.
public struct Migrator: Sendable {
    private let tiers: Tiers
    private let state: StateStore
    private let run: String
    private let watch: LoadWatch
    private let pauses = PauseBoard()

    /// Creates a migrator for a run.
    public init(tiers: Tiers, configuration: Configuration, run: String) {
        self.tiers = tiers
        self.run = run
        watch = LoadWatch(tiers)
        state = StateStore(configuration)
    }

    /// How long batches in flight have after the end of a run's time, before a command to a server that does not carry
    /// it out is given up.
    private static let grace = Duration.seconds(60)

    /// Carries out a plan and reports.
    ///
    /// Errors are in the report, so that nothing that was done goes unreported.
    ///
    /// Waits for the batches in flight when a stop is requested; a server that is away is waited for as long as the
    /// plan's options say. A minute after the options' deadline the pools of both tiers are hurried, for good.
    public func run(
        _ plan: MigrationPlan,
        stop: StopRequest,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async -> CollectionReport {
        if let refusal = plan.refusal { return CollectionReport(plan, endedBy: refusal) }
        let part = stop.part()
        // Wherever the run is by then: it may wait for a server.
        let timer = plan.options.deadline.map { deadline in
            Task {
                try await Task.sleep(until: deadline.instant, clock: .continuous)
                part.request(deadline.reason)
                try await Task.sleep(for: Self.grace)
                tiers.hurry()
            }
        }
        defer { timer?.cancel() }
        do {
            return try await execute(plan, stop: part, progress: progress)
        } catch {
            return CollectionReport(plan, endedBy: error)
        }
    }

    private func execute(
        _ plan: MigrationPlan,
        stop: StopRequest,
        progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> CollectionReport {
        let patience = plan.options.retryFor
        try await retrying(for: patience, stop: stop) { try await prepareState() }
        let range = MoverCount.range(of: plan, over: RoundTrips(tiers).take().longest)
        let crew = try await retrying(for: patience, stop: stop) { try await assembleCrew(plan, of: range.upperBound) }
        let leases = LeaseKeeper(
            locks: state.locks,
            seats: state.seats,
            hot: LeaseKeeper.Place(
                namespace: plan.collection.hot,
                uuid: plan.uuids.hot,
                connection: try tiers.hot.makeConnection(),
                sessions: crew.sessions.hot
            ),
            cold: LeaseKeeper.Place(
                namespace: plan.collection.cold,
                uuid: plan.uuids.cold,
                connection: try tiers.cold.makeConnection(),
                sessions: crew.sessions.cold
            ),
            run: run,
            patience: patience,
            pauses: pauses
        )
        let history = RunHistory(store: state, run: run)
        return try await leases.holding(stop: stop) { leases in
            ProtocolStep.leased.reached()
            EngineLog.tell("\(plan.collection.name): has both leases, of epoch \(leases.epoch)")
            let recovered = RecoveryLog()
            let identities: TierIdentities
            do {
                identities = try await retrying(for: patience, stop: stop) { try await identify(plan) }
                try await recover(plan, identities, crew, leases, into: recovered, stop: stop)
                ProtocolStep.recovered.reached()
                try await retrying(for: patience, stop: stop) {
                    try await history.begin(
                        plan,
                        identities,
                        under: leases.hot,
                        coldCluster: try await coldCluster(plan),
                        coldDocuments: try await tiers.cold.main.withClient { client in
                            try ArchiveMemory.count(of: plan.collection.cold, with: client)
                        },
                        with: tiers.hot.main
                    )
                }
            } catch {
                var report = CollectionReport(plan, endedBy: await explained(MigrationError(error), leases))
                report.put(recovered.total)
                report.nameQuarantined()
                return report
            }
            let found = recovered.total.documents.grouped
            EngineLog.tell("\(plan.collection.name): settled what dead runs had left, \(found) documents")
            var report = await move(plan, identities, crew, leases, by: range, stop: stop, progress: progress)
            if let error = report.error { report.error = await explained(error, leases) }
            report.put(recovered.total)
            report.warnings += leases.warnings
            report.add(plan.missingProblems)
            await leave(crew, plan, identities, leases, &report, stop: stop)
            report.nameQuarantined()
            ProtocolStep.left.reached()
            do {
                let final = report
                try await retrying(for: patience, stop: stop) { try await history.end(final, with: tiers.hot.main) }
            } catch {
                report.warnings.append("the end of the run could not be written to the history: \(error)")
            }
            return report
        }
    }

    /// What an error comes from: the run has been taken over from, or somebody has dropped or restored its records.
    ///
    /// Movers meet that as all kinds of errors, and mostly before the heartbeat does.
    private func explained(_ error: MigrationError, _ leases: LeaseKeeper.Leases) async -> MigrationError {
        switch error {
        case .leaseLost, .seatLost, .outcomeUnknown, .bug: break
        case .unavailable(let error) where error.kind == .server: break
        default: return error
        }
        for (lease, pool) in [(leases.hot, tiers.hot), (leases.cold, tiers.cold)] {
            // A server that is away has its say in the error.
            if let loss = try? await pool.main.withClient({ try lease.loss(with: $0) }) { return loss }
        }
        guard case .seatLost(let seat) = error else { return error }
        return .stateLost("the record \(seat) in \(state.seats) is gone", of: state.database)
    }

    private func prepareState() async throws {
        let state = state
        try await tiers.hot.main.withClient { try state.prepare(with: $0) }
        guard !tiers.areOne else { return }
        try await tiers.cold.main.withClient { try state.prepareCold(with: $0) }
    }

    private func assembleCrew(_ plan: MigrationPlan, of count: Int) async throws -> any Crew {
        let register = register(plan)
        switch tiers.topology {
        case .oneCluster: return try await OneClusterCrew(tiers, count: count, register: register, run: run)
        case .twoClusters: return try await TwoClusterCrew(tiers, count: count, register: register, run: run)
        case .standalone: return try await GuardedCrew(tiers, count: count, register: register, run: run)
        }
    }

    private func coldCluster(_ plan: MigrationPlan) async throws -> BSONValue {
        let (register, now) = (register(plan), plan.clock.now)
        return try await tiers.cold.main.withClient { try register.identity(of: $0, at: now) }
    }

    private func register(_ plan: MigrationPlan) -> SeatRegister {
        SeatRegister(store: state, patience: plan.options.retryFor)
    }

    /// What the names of the collections mean, under the leases.
    ///
    /// - Throws: `MigrationError.unsuitable` where that is not what the plan was made for.
    private func identify(_ plan: MigrationPlan) async throws -> TierIdentities {
        func identity(_ namespace: Namespace, _ planned: BSONValue?, _ pool: ConnectionPool) async throws
            -> CollectionIdentity
        {
            let found = try await pool.main.withClient { try CollectionIdentity.read(namespace, with: $0) }
            // A target that the plan did not find may have been made since. Of a source it knows nothing then: neither how
            // much is cold, nor whether that is unusual, nor what stands against moving it.
            guard planned != found.uuid, planned != nil || namespace == plan.source else { return found }
            throw MigrationError.replaced("\(namespace) is another collection than when the run was planned")
        }
        let identities = TierIdentities(
            hot: try await identity(plan.collection.hot, plan.uuids.hot, tiers.hot),
            cold: try await identity(plan.collection.cold, plan.uuids.cold, tiers.cold)
        )
        let planned = plan.direction == .migrate ? plan.uuids.cold : plan.uuids.hot
        if planned == nil, identities.target(plan.direction).uuid != nil { try await checkTarget(of: plan) }
        return identities
    }

    /// Judges a target that somebody has made since the plan, as a plan does.
    ///
    /// - Throws: what the plan would have been refused with.
    private func checkTarget(of plan: MigrationPlan) async throws {
        let checks = SafetyChecks(
            source: nil,
            target: try await CollectionFacts.read(plan.destination, in: tiers.target(plan.direction)),
            sharesDeployment: tiers.areOne,
            hasTransactions: plan.topology != .standalone,
            direction: plan.direction,
            policy: plan.collection.policy,
            allowsTTL: plan.options.allowsTTL
        )
        if let refusal = checks.refusals.first { throw refusal }
    }

    /// Settles what dead runs left half-way.
    private func recover(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ crew: any Crew,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog,
        stop: StopRequest
    ) async throws {
        let pair = try ConnectionPair(tiers.hot, tiers.cold)
        let (register, clock) = (register(plan), plan.clock)
        try await retrying(for: plan.options.retryFor, stop: stop) {
            try await pair.withClients {
                try register.settleNotes(leases, identities, clock: clock, into: log, with: $0)
            }
        }
        try await retrying(for: plan.options.retryFor, stop: stop) {
            try await crew.recover(plan, identities, leases, into: log)
        }
    }

    /// Moves under the leases.
    ///
    /// Errors are in the report, which the history gets in any case.
    private func move(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ crew: any Crew,
        _ leases: LeaseKeeper.Leases,
        by range: ClosedRange<Int>,
        stop: StopRequest,
        progress: @escaping @Sendable (Progress) -> Void
    ) async -> CollectionReport {
        do {
            let patience = plan.options.retryFor
            let context = try await retrying(for: patience, stop: stop) {
                try await prepare(plan, identities, stop: stop)
            }
            let movers = try await retrying(for: patience, stop: stop) { try await crew.takeSeats(context, leases) }
            try await watch.begin(for: plan)
            defer { watch.end() }
            let teller = Task { await tellOfPauses(plan) }
            defer { teller.cancel() }
            let scan = try tiers.source(plan.direction).makeConnection()
            let scanner = IDScanner(
                plan: plan,
                source: context.source,
                comment: context.comment,
                connection: scan,
                stop: stop
            )
            var window = MoveWindow(
                context: context,
                movers: movers,
                range: range,
                roundTrips: RoundTrips(tiers),
                throttle: Throttle(plan.options.throttle) { [watch] in watch.strains },
                scanner: scanner,
                progress: progress
            )
            var report = await window.run()
            try await check(context, &report)
            await Remainder(plan: plan, holds: context.holds, tiers: tiers).settle(&report)
            report.warnings += watch.warnings
            return report
        } catch {
            return CollectionReport(plan, endedBy: error)
        }
    }

    /// Looks at the end whether the run has worked on the collections that it was planned for.
    private func check(_ context: MoveContext, _ report: inout CollectionReport) async throws {
        guard report.error == nil else { return }
        do {
            let patience = context.plan.options.retryFor
            try await context.identities.check(in: tiers, retryingFor: patience, stop: context.stop)
        } catch {
            if !context.stop.excusesFailures { report.error = MigrationError(error) }
        }
    }

    /// Keeps in the history what the run pauses for, until cancelled.
    private func tellOfPauses(_ plan: MigrationPlan) async {
        let history = RunHistory(store: state, run: run)
        var told: PauseBoard.Entry?
        while true {
            do { try await Task.sleep(for: Lease.heartbeat) } catch { return }  // Cancelled: the run has ended.
            let pause = pauses.entry
            guard pause != told else { continue }
            // What could not be written is written the next time.
            if (try? await history.pause(pause, in: plan, with: tiers.hot.main)) != nil { told = pause }
        }
    }

    /// Leaves nothing half-way, unless another run has taken over and sees to it.
    private func leave(
        _ crew: any Crew,
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        _ report: inout CollectionReport,
        stop: StopRequest
    ) async {
        switch report.error {
        case .leaseLost, .seatLost: return
        default: break
        }
        let log = RecoveryLog()
        defer { report.add(settling: log.total) }
        do {
            try await retrying(for: plan.options.retryFor, stop: stop) {
                try await crew.leave(plan, identities, leases, into: log)
            }
        } catch {
            report.warnings.append("documents may be left half-way in both tiers; the next run settles them: \(error)")
            // An operator who wants it to end now is not told that something has failed.
            if stop.reason != .signal { report.error = report.error ?? MigrationError(error) }
        }
    }

    /// What the movers need to know, asked under the lease: from here on only this run can change it.
    private func prepare(
        _ plan: MigrationPlan,
        _ found: TierIdentities,
        stop: StopRequest
    ) async throws -> MoveContext {
        if case .create(let options) = plan.target {
            try await tiers.target(plan.direction).main.withClient { client in
                try client.create(plan.destination, options: options)
            }
        }
        let identities = try await identified(plan, found)
        if case .create = plan.target {
            try await RunHistory(store: state, run: run).note(identities, in: plan, with: tiers.hot.main)
        }
        let holds = Holds(
            collection: state.holds,
            namespace: plan.collection.hot,
            uuid: identities.hot.uuid
        )
        let journal = Journal(
            collection: state.batches,
            run: run,
            direction: plan.direction,
            identities: identities,
            isCopyOnly: !plan.deletesSource,
            coldCluster: try await coldCluster(plan)
        )
        let run = run
        let hasTransactions = plan.topology != .standalone
        return try await tiers.hot.main.withClient { client in
            MoveContext(
                plan: plan,
                identities: identities,
                run: run,
                journal: journal,
                holds: holds,
                hasHolds: try holds.isAny(with: client),
                hasCopies: try journal.hasCopies(with: client),
                targetHasNone: Presumption(isUpheld: hasTransactions && !plan.options.onlyDuplicates),
                stop: stop,
                pauses: pauses
            )
        }
    }
}

extension Migrator {
    /// The collections, with the target that was made since.
    private func identified(_ plan: MigrationPlan, _ found: TierIdentities) async throws -> TierIdentities {
        guard found.target(plan.direction).uuid == nil else { return found }
        let target = try await tiers.target(plan.direction).main.withClient { client in
            try CollectionIdentity.read(plan.destination, with: client)
        }
        return plan.direction == .migrate
            ? TierIdentities(hot: found.hot, cold: target) : TierIdentities(hot: target, cold: found.cold)
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
