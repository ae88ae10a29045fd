internal import HotColdCore
internal import ThreadSafety

/// `migrate` and `restore`: plan collection by collection, carry the plans out, report.
///
/// The two differ in what is planned; everything from the connection to the exit code is here.
struct MoveCommand: Command {
    let context: CommandContext
    let direction: Direction
    let engine: EngineOptions
    let collections: [CollectionConfiguration]
    /// Whether all were asked for, so that none has a claim to be the first.
    var areAll = false
    /// Makes the plan of one collection.
    ///
    /// `detailed` for a dry run.
    let plan:
        @Sendable (MigrationPlanner, CollectionConfiguration, MoveOptions, StopRequest) async throws -> MigrationPlan

    private var global: GlobalOptions { context.global }
    private var configuration: Configuration { context.configuration }
    private var console: Console { context.console }
    private var events: RunEvents { RunEvents(context: context, isDryRun: engine.dryRun) }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        var options = MoveOptions(engine, configuration.throttle)
        // A dry run moves nothing, at any time of the day.
        do {
            if let hours = engine.hours, !engine.dryRun {
                switch try hours.read() {
                case .closed(let time): return leave(hours, at: time)
                case .open(let end): options.end(by: Deadline(end, .window))
                }
            }
            // What an earlier run has written there stays where nothing is done.
            options.problemLog = try ProblemLog.open(engine.problemsFile)
            return try await run(options, interrupt)
        } catch {
            await events.tellOf(error)
            throw error
        }
    }

    private func run(_ given: MoveOptions, _ interrupt: Interrupt) async throws(Failure) -> ExitCode {
        let stop = interrupt.stop
        let session: MoveSession
        do {
            session = try await MoveSession(
                configuration: configuration,
                allowsNondurable: engine.allowNondurable
            )
        } catch {
            throw Failure(MigrationError(error))
        }
        session.tiers.hurry(at: stop)
        if session.tiers.areOne { try configuration.checkNamespacesOfOneCluster() }
        if collections.isEmpty { context.say(Self.nothingEnabled) }
        if !engine.dryRun { given.problemLog?.begin(session.run) }
        await events.tellOfStart(session.run, of: collections, stop: stop)
        let progress = context.progress
        var options = given
        var reports: [CollectionReport] = []
        for collection in try await inTurn(session, given) {
            options.limit = engine.limit.map { $0 - reports.reduce(0) { $0 + $1.usedOfLimit } }
            guard stop.reason != .signal, options.limit != 0, options.hasTimeLeft else {
                reports.append(CollectionReport(notBegun: collection, direction: direction, isDryRun: engine.dryRun))
                continue
            }
            var report = await move(collection, options, session, stop: stop, progress: progress)
            let adviser = PrivilegeAdviser(tiers: session.tiers, configuration: configuration)
            report.error = await adviser.explained(report.error, on: collection, doing: work)
            reports.append(report)
            if !global.json { print(ReportText(report, style: context.style).text) }
        }
        return await finish(reports, given.problemLog, session, interrupt)
    }

    /// The collections in the order in which they are moved.
    private func inTurn(
        _ session: MoveSession,
        _ options: MoveOptions
    ) async throws(Failure) -> [CollectionConfiguration] {
        guard areAll, options.deadline != nil || options.limit != nil else { return collections }
        do { return try await session.inTurn(collections, of: configuration) } catch {
            throw Failure(MigrationError(error))
        }
    }

    private var work: PrivilegeAdviser.Work {
        switch direction {
        case _ where engine.dryRun: .reading
        case .migrate: .migrate
        case .restore: .restore
        }
    }

    private func move(
        _ collection: CollectionConfiguration,
        _ options: MoveOptions,
        _ session: MoveSession,
        stop: StopRequest,
        progress: ProgressLine
    ) async -> CollectionReport {
        do {
            let plan = try await plan(session.planner, collection, options, stop)
            guard !engine.dryRun else { return CollectionReport(dryRunOf: plan) }
            let pause = Locked(LongPause(longest: options.throttle.pauseWorthTelling))
            return await session.migrator.run(plan, stop: stop) { [events] state in
                progress.show(state)
                guard pause.withLock({ $0.hasBecomeLong(state.rest, at: .now) }), let strain = state.rest else {
                    return
                }
                // Beside the run, which is not to wait for it.
                Task { await events.tellOfPause(session.run, of: collection.name, for: strain, stop: stop) }
            }
        } catch {
            var report = CollectionReport(collection: collection, direction: direction)
            report.isDryRun = engine.dryRun
            report.error = MigrationError(error)
            return report
        }
    }

    private func finish(
        _ reports: [CollectionReport],
        _ problemLog: ProblemLog?,
        _ session: MoveSession,
        _ interrupt: Interrupt
    ) async -> ExitCode {
        let loss = problemLog?.close().map { Failure($0) }
        var reports = reports
        if let loss, let last = reports.indices.last { reports[last].warnings.append(loss.message) }
        let code = interrupt.exitCode(over: .worst(reports.map { ExitCode($0) } + [loss?.code].compactMap(\.self)))
        let clock = session.planner.serverClock
        let report = RunReport(
            direction: direction,
            run: engine.dryRun ? nil : session.run,
            isDryRun: engine.dryRun,
            startedAt: clock.start,
            finishedAt: clock.now,
            asOf: reports.compactMap(\.plan?.asOf).first ?? clock.start,
            collections: reports
        )
        let status = code.status(stopped: reports.contains { [.stopped, .notBegun].contains($0.status) })
        let document = report.structured(status: status) { ExitCode($0).rawValue }.json() + "\n"
        if global.json {
            console.output(verbatim: document, isRecord: !engine.dryRun)
        } else {
            print(ReportText.summary(of: report, style: context.style))
        }
        context.complain(reports.map { ($0.collection.name, complaint(about: $0)) })
        if let loss { context.say(loss) }
        if context.isQuiet, code == interrupt.exitCode {
            context.say(Failure(code, "stopped by a signal before the end; the next run goes on from there"))
        }
        let end = console.exitCode(over: code)
        await events.tellOfEnd(end, end == code ? status : end.status(), report: document, run: session.run)
        return code
    }

    private func print(_ report: String) { console.output(report, isRecord: !engine.dryRun) }

    /// What standard error says of a collection.
    ///
    /// The report says what was left behind. Where nothing but failures is wanted, nobody may be reading it: a nightly job
    /// must not exit 1 and keep the reason to itself.
    private func complaint(about report: CollectionReport) -> Failure? {
        if let error = report.error { return Failure(error) }
        if let rest = report.restInVain {
            return Failure(.ok, "nothing was moved, since it rested: \(rest)", hint: "see throttled_by in the report")
        }
        return context.isQuiet && report.status == .partial ? Failure(leftBehindBy: report) : nil
    }

    /// Says that it is not the time to work.
    private func leave(_ hours: WorkingHours, at time: String) -> ExitCode {
        let reason = "it is \(time), outside of --window \(hours): nothing was done"
        if global.json {
            let now = MachineClock.now  // No server was asked for its own.
            let report = RunReport(
                direction: direction,
                run: nil,
                isDryRun: false,
                startedAt: now,
                finishedAt: now,
                asOf: now,
                collections: collections.map {
                    CollectionReport(notBegun: $0, direction: direction, isDryRun: false)
                }
            )
            guard case .object(var members) = report.structured(status: .stopped, code: { ExitCode($0).rawValue })
            else {
                return .bug
            }
            members.append(.init("stopped_by", .string(StopReason.window.name)))
            members.append(.init("message", .string(reason)))
            console.output(verbatim: StructuredValue.object(members).json() + "\n")
        } else {
            console.output("hotcold: \(reason)\n")
        }
        return .ok
    }

    /// Not an error: an operator may have disabled them all for now.
    static let nothingEnabled = Failure(
        .ok,
        "no collection is enabled, so --all has nothing to do",
        hint: #"set "enabled": true where it should, or name collections with --collection"#
    )
}

extension Configuration {
    /// Refuses namespaces that meet, once it is known that both connection strings lead to one deployment.
    ///
    /// - Throws: `Failure`.
    func checkNamespacesOfOneCluster() throws(Failure) {
        guard let finding = namespacesThatMeet().first else { return }
        let place = finding.collection.map { "collections.\($0.harmless): " } ?? ""
        throw Failure(.configuration, "\(place)\(finding.message): \(finding.meaning)", hint: finding.remedy)
    }
}

extension ProblemLog {
    /// Opens the file of `--problems`, if one is given.
    ///
    /// - Throws: `Failure`: nothing is done where not all can be told that was asked for.
    static func open(_ path: String?) throws(Failure) -> ProblemLog? {
        guard let path else { return nil }
        do { return try ProblemLog(path: path) } catch {
            throw Failure(.usage, "--problems: \(error.message)", hint: error.hint)
        }
    }
}

extension ThrottleSettings {
    /// After how long a pause is to be told of.
    fileprivate var pauseWorthTelling: Duration {
        maximumPause > .zero ? min(.seconds(600), maximumPause / 2) : .seconds(600)
    }
}

extension CollectionReport {
    /// What the collection takes of a `--limit` for all.
    fileprivate var usedOfLimit: Int { wouldMove ?? counts.migrated }
}

extension MoveOptions {
    fileprivate init(_ engine: EngineOptions, _ throttle: ThrottleSettings) {
        self.init()
        self.throttle = throttle
        self.throttle.maximumLag = engine.maxLag ?? throttle.maximumLag
        self.throttle.nice = engine.nice ?? throttle.nice
        self.throttle.pauseFile = engine.pauseFile
        self.throttle.maximumPause = engine.maxPause ?? throttle.maximumPause
        limit = engine.limit
        workers = engine.workers
        onConflict = engine.onConflict
        deadline = engine.maxDuration.map { Deadline(.now + $0, .duration) }
        maximumRate = engine.maxRate
        retryFor = engine.retryFor
        allowsTTL = engine.allowTTL
        allowsNondurable = engine.allowNondurable
    }

    /// Whether its time is not over.
    fileprivate var hasTimeLeft: Bool { deadline.map { ContinuousClock.now < $0.instant } ?? true }

    /// Ends with the earlier of two deadlines.
    fileprivate mutating func end(by other: Deadline) {
        if let deadline, deadline.instant <= other.instant { return }
        deadline = other
    }
}
