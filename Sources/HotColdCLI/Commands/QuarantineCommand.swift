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
        tiers.hurry(at: interrupt.stop)
        let keeper = QuarantineKeeper(tiers: tiers, configuration: context.configuration)
        let adviser = PrivilegeAdviser(tiers: tiers, configuration: context.configuration)
        let selection = QuarantineSelection(ids: options.ids?.map { RequestedID($0) }, run: options.run)
        var reports: [QuarantineReport] = []
        var notBegun: [String] = []
        for collection in collections {
            guard interrupt.stop.reason != .signal else {
                notBegun.append(collection.name)
                continue
            }
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
        let isWhole = reports.count == collections.count && reports.allSatisfy { $0.error == nil }
        let missing = isWhole ? selection.missing(among: reports.flatMap(\.entries)) : []
        let codes = reports.map { ExitCode($0) } + (missing.isEmpty ? [] : [.leftBehind])
        let code = interrupt.exitCode(over: .worst(codes))
        let isRecord = options.act != .list && !options.dryRun
        if context.global.json {
            let document = document(reports, missing, notBegun, code, at: tiers.clock)
            context.console.output(verbatim: document.json() + "\n", isRecord: isRecord)
        } else {
            let text = QuarantineText(reports, missing: missing, isWhole: isWhole, style: context.style).text
            context.console.output(text + NotBegunText(notBegun, style: context.style).text, isRecord: isRecord)
        }
        if context.isQuiet, !missing.isEmpty {
            let names = missing.map(\.shown).joined(separator: ", ")
            context.say(Failure(.leftBehind, "not in quarantine: \(names)"))
        }
        context.complain(reports.map { ($0.collection.name, $0.error) })
        return code
    }

    private func document(
        _ reports: [QuarantineReport],
        _ missing: [String],
        _ notBegun: [String],
        _ code: ExitCode,
        at clock: ServerClock
    ) -> StructuredValue {
        [
            "schema_version": 1, "command": "quarantine", "action": .string(options.act.rawValue),
            "dry_run": .bool(options.dryRun), "status": .string(code.status().rawValue),
            "exit_code": .int(Int64(code.rawValue)), "started_at": .date(milliseconds: clock.start),
            "finished_at": .date(milliseconds: clock.now),
            "not_found": .array(missing.map(StructuredValue.string)),
            "not_begun": .array(notBegun.map(StructuredValue.string)),
            "collections": .array(reports.map { $0.structured { ExitCode($0).rawValue } }),
        ]
    }
}

extension ExitCode {
    fileprivate init(_ report: QuarantineReport) {
        self = report.error.map { ExitCode($0) } ?? (report.problems.isEmpty ? .ok : .leftBehind)
    }
}
