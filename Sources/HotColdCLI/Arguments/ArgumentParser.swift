/// Turns the arguments of the process into what they ask for.
///
/// ```swift
/// let line = try ArgumentParser.parse(["migrate", "--all", "-n"])
/// // line.invocation is .migrate with selection .all and engine.dryRun
/// ```
enum ArgumentParser {
    /// Parses the arguments, without the name of the program.
    ///
    /// Once the command is known, `--help` wins over anything that is wrong with the rest.
    ///
    /// - Throws: `UsageError` for the first thing that is wrong.
    static func parse(_ arguments: [String]) throws(UsageError) -> ParsedArguments {
        var scanner = ArgumentScanner(arguments)
        scanner.scan()
        if scanner.values.help, scanner.command != nil || scanner.error == nil {
            // Whoever asks for help gets it, even when the global options contradict each other.
            let global = (try? GlobalOptions(scanner.values)) ?? GlobalOptions()
            let topic = scanner.operand.flatMap(CommandName.init) ?? scanner.command?.name
            return ParsedArguments(global: global, invocation: .help(topic: topic))
        }
        if let error = scanner.error { throw error }
        return ParsedArguments(global: try GlobalOptions(scanner.values), invocation: try invocation(of: scanner))
    }

    /// Whether the answer has to be JSON, also when the arguments cannot be parsed.
    ///
    /// That is so when `--json` occurs anywhere before `--`, even in the wrong form `--json=yes`.
    static func wantsJSON(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains { $0 == "--json" || $0.hasPrefix("--json=") }
    }

    private static func invocation(of scanner: ArgumentScanner) throws(UsageError) -> Invocation {
        let values = scanner.values
        if values.version { return .version }
        guard let command = scanner.command else {
            throw UsageError("no command given", hint: "see: hotcold help")
        }
        switch command.name {
        case .migrate: return .migrate(try MigrateOptions(values))
        case .restore: return .restore(try RestoreOptions(values))
        case .analyze: return .analyze(try AnalyzeOptions(values))
        case .stats: return .stats(try StatsOptions(values))
        case .check: return .check(CheckOptions(values))
        case .verify: return .verify(try VerifyOptions(values))
        case .quarantine: return .quarantine(try QuarantineOptions(values, operand: scanner.operand))
        case .schedule: return .schedule(try ScheduleOptions(values))
        case .completions: return .completions(try CompletionsOptions(operand: scanner.operand))
        case .manual: return .manual
        case .help:
            guard let operand = scanner.operand else { return .help(topic: nil) }
            guard let topic = CommandName(rawValue: operand) else { throw Suggestion.unknownCommand(operand) }
            return .help(topic: topic)
        }
    }
}
