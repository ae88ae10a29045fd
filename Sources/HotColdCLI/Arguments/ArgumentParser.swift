internal import HotColdCore

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

    /// How a failure is told.
    struct AnswerForm: Equatable {
        /// The command that failed; nil where none was recognised.
        var command: CommandName?
        /// Whether the answer has to be JSON.
        var isJSON: Bool
        /// How much is said on standard error.
        var verbosity: GlobalOptions.Verbosity
        /// The options that commands in its advice have to carry, in words of a shell.
        var carried: [String] = []
    }

    /// How to tell a failure of the arguments, also when they cannot be parsed.
    ///
    /// In JSON when `--json` occurs anywhere before `--`, even in the wrong form `--json=yes`.
    static func form(ofAnswerTo arguments: [String]) -> AnswerForm {
        var scanner = ArgumentScanner(arguments)
        scanner.scan()
        let values = scanner.values
        return AnswerForm(
            command: scanner.command?.name,
            isJSON: arguments.prefix { $0 != "--" }.contains { $0 == "--json" || $0.hasPrefix("--json=") },
            verbosity: values.verbosity,
            carried: carried(values)
        )
    }

    /// Where the configuration was, and what was said in its place; not a password.
    private static func carried(_ values: OptionValues) -> [String] {
        let file = values.configFile.map { [AdvisedCommand.option("config", $0)] } ?? []
        let uris = [("hot-uri", values.hotURI), ("cold-uri", values.coldURI)].compactMap { name, uri in
            uri.map { $0.contains("@") ? "--\(name) URI" : AdvisedCommand.option(name, $0) }
        }
        return file + uris
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
        case .diff: return .diff(try DiffOptions(values))
        case .quarantine: return .quarantine(try QuarantineOptions(values, operand: scanner.operand))
        case .adopt: return .adopt(try AdoptOptions(values))
        case .schedule: return .schedule(try ScheduleOptions(values, rest: scanner.rest))
        case .completions: return .completions(try CompletionsOptions(operand: scanner.operand))
        case .manual: return .manual
        case .help:
            guard let operand = scanner.operand else { return .help(topic: nil) }
            guard let topic = CommandName(rawValue: operand) else { throw Suggestion.unknownCommand(operand) }
            return .help(topic: topic)
        }
    }
}
