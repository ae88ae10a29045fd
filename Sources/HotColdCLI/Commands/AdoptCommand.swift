internal import HotColdCore

/// `hotcold adopt`: has the records of runs name the archive that the configuration names now.
struct AdoptCommand: Command {
    private let context: CommandContext
    private let options: AdoptOptions
    private let collection: CollectionConfiguration

    /// - Throws: `Failure` for a collection that is not configured.
    init(_ options: AdoptOptions, in context: CommandContext) throws {
        self.context = context
        self.options = options
        collection = try context.configuration.collection(named: options.collection)
    }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let tiers = try await context.connect()
        var report = await ArchiveAdopter(tiers: tiers, configuration: context.configuration).adopt(
            collection,
            from: options.former,
            isDryRun: options.dryRun,
            isConfirmed: options.isConfirmed,
            stop: interrupt.stop
        )
        let adviser = PrivilegeAdviser(tiers: tiers, configuration: context.configuration)
        report.error = await adviser.explained(report.error, on: collection, doing: .reading)
        let code = interrupt.exitCode(over: report.error.map { ExitCode($0) } ?? .ok)
        if context.global.json {
            let document = document(report, code, at: tiers.clock)
            context.console.output(verbatim: document.json() + "\n", isRecord: !options.dryRun)
        } else if report.error == nil {
            context.console.output(AdoptionText(report, style: context.style).text, isRecord: !options.dryRun)
        }
        context.complain([(collection.name, report.error)])
        return code
    }

    private func document(_ report: AdoptionReport, _ code: ExitCode, at clock: ServerClock) -> StructuredValue {
        [
            "schema_version": 1, "command": "adopt", "dry_run": .bool(options.dryRun),
            "status": .string(code.status().rawValue), "exit_code": .int(Int64(code.rawValue)),
            "started_at": .date(milliseconds: clock.start), "finished_at": .date(milliseconds: clock.now),
            "collections": .array([report.structured { ExitCode($0).rawValue }]),
        ]
    }
}
