internal import HotColdCore

/// `hotcold check`: everything that would make a migration fail or surprise; reads only.
struct CheckCommand: Command {
    private let context: CommandContext
    private let collections: [CollectionConfiguration]

    /// Prepares the command.
    ///
    /// - Throws: `Failure` for a collection that is not configured.
    init(_ options: CheckOptions, in context: CommandContext) throws {
        self.context = context
        collections = try context.collections(named: options.collections)
    }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let report: CheckReport
        do {
            report = try await context.reading(interrupt) {
                try await Checker(context.configuration).check(collections)
            }
        } catch {
            throw Failure(MigrationError(error))
        }
        let code: ExitCode = report.findings.count(.error) > 0 ? .leftBehind : .ok
        if context.global.json {
            context.console.output(verbatim: report.structured(status: code.status()).json() + "\n")
        } else {
            context.console.output(CheckText(report, style: context.style).text)
        }
        if context.isQuiet, code != .ok { context.say(Failure(code, CheckText(report).errors)) }
        return code
    }
}
