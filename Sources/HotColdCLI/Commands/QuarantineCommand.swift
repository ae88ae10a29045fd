internal import HotColdCore

/// `hotcold quarantine`: lists what is in quarantine, puts it back, or discards it.
struct QuarantineCommand: Command {
    private let context: CommandContext
    private let options: QuarantineOptions
    private let collections: [CollectionConfiguration]

    /// - Throws: `Failure` for a collection that is not configured.
    init(_ options: QuarantineOptions, in context: CommandContext) throws {
        self.context = context
        self.options = options
        collections = try context.collections(named: options.collections)
    }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let tiers = try await context.connect()
        let keeper = QuarantineKeeper(tiers: tiers, configuration: context.configuration)
        let adviser = PrivilegeAdviser(tiers: tiers, configuration: context.configuration)
        let selection = QuarantineSelection(ids: options.ids?.map { RequestedID($0) }, run: options.run)
        var reports: [QuarantineReport] = []
        for collection in collections where interrupt.stop.reason != .signal {
            var report = await keeper.carryOut(
                options.act,
                on: selection,
                of: collection,
                isDryRun: options.dryRun,
                stop: interrupt.stop
            )
            report.error = await adviser.explained(report.error, on: collection, doing: .reading)
            reports.append(report)
        }
        let code = interrupt.exitCode(over: .worst(reports.map { ExitCode($0) }))
        let isOfSome = options.ids != nil || options.run != nil
        let isRecord = options.act != .list && !options.dryRun
        if context.global.json {
            let document = document(reports, code, at: tiers.clock)
            context.console.output(verbatim: document.json() + "\n", isRecord: isRecord)
        } else {
            let text = QuarantineText(reports, isOfSome: isOfSome, style: context.style).text
            context.console.output(text, isRecord: isRecord)
        }
        context.complain(reports.map { ($0.collection.name, $0.error) })
        return code
    }

    private func document(_ reports: [QuarantineReport], _ code: ExitCode, at clock: ServerClock) -> StructuredValue {
        [
            "schema_version": 1, "command": "quarantine", "action": .string(options.act.rawValue),
            "dry_run": .bool(options.dryRun), "status": .string(code.status().rawValue),
            "exit_code": .int(Int64(code.rawValue)), "started_at": .date(milliseconds: clock.start),
            "finished_at": .date(milliseconds: clock.now),
            "collections": .array(reports.map { $0.structured { ExitCode($0).rawValue } }),
        ]
    }
}

extension ExitCode {
    fileprivate init(_ report: QuarantineReport) {
        self = report.error.map { ExitCode($0) } ?? (report.problems.isEmpty ? .ok : .leftBehind)
    }
}
