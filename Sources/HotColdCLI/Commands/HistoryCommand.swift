internal import HotColdCore

/// `hotcold stats --history`: what past runs did.
struct HistoryCommand: Command {
    let context: CommandContext
    /// The keys of collections in the configuration; nil for all that ever had a run.
    let collections: [String]?
    let days: Int

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let log: RunLog = try await context.reading(interrupt) {
            do { return try await RunLog.open(context.configuration) } catch { throw Failure(MigrationError(error)) }
        }
        return context.global.json ? try await stream(log, interrupt) : try await show(log, interrupt)
    }

    private func since(_ log: RunLog) -> Int64 { log.now - Int64(days) * 86_400_000 }

    /// Prints a table.
    private func show(_ log: RunLog, _ interrupt: Interrupt) async throws -> ExitCode {
        var text = HistoryText(days: days)
        try await context.reading(interrupt) {
            do {
                try await log.read(collections, since: since(log), .summary) { text.add($0) }
            } catch {
                throw Failure(MigrationError(error))
            }
        }
        context.console.output(text.text(style: context.style))
        return .ok
    }

    /// Prints the records as they arrive, in one document that is completed whatever happens.
    private func stream(_ log: RunLog, _ interrupt: Interrupt) async throws -> ExitCode {
        var document = StreamedDocument(
            [
                .init("schema_version", 1), .init("command", "stats"),
                .init("timestamp", .date(milliseconds: log.now)), .init("days", .int(days)),
                .init("since", .date(milliseconds: since(log))),
            ],
            list: "runs"
        )
        var statuses = HistorySummary()
        var failure: Failure?
        do {
            try await log.read(collections, since: since(log), .full) { records in
                if let code = interrupt.exitCode { throw Failure(code, "stopped by a signal before the end") }
                for record in records { statuses.add(record) }
                context.console.output(verbatim: document.text(adding: records.map(\.structured)))
            }
        } catch {
            let reason = error as? Failure ?? Failure(MigrationError(error))
            guard document.hasBegun else { throw reason }
            context.say(reason)
            failure = reason
        }
        let code = failure?.code ?? .ok
        let ending = document.text(endingWith: [
            .init("run_count", .int(statuses.count)), .init("runs_by_status", statuses.structured),
            .init("status", .string(code.status().rawValue)), .init("error", failure?.structured ?? .null),
        ])
        context.console.output(verbatim: ending)
        return code
    }
}
