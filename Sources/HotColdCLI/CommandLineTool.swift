internal import Glibc
internal import HotColdCore
internal import Logging

/// The command line: arguments in, exit code out.
public enum CommandLineTool {
    /// The whole life of the process: runs what its arguments ask for, and waits for signals meanwhile.
    ///
    /// Call it first thing, on the main thread.
    public static func main() -> Never {
        Console.openClosedDescriptors()
        DriverSetup.keepFreedMemory()
        SignalWatch.block()
        DriverSetup.leavePoolsOpen()
        let interrupt = Interrupt()
        Task {
            let code = await run(
                arguments: Array(CommandLine.arguments.dropFirst()),
                environment: processEnvironment,
                interrupt: interrupt
            )
            // Not exit(): Debian's libmongoc cleans up in a destructor, under threads that still use it.
            SignalWatch.end(code.rawValue)
        }
        SignalWatch.wait(telling: interrupt)
    }

    /// Runs what the arguments ask for.
    ///
    /// - Parameters:
    ///   - arguments: those of the process without its name.
    ///   - environment: the process's environment.
    ///   - console: where output goes.
    ///   - interrupt: the operator's wish to stop.
    static func run(
        arguments: [String],
        environment: [String: String],
        console: Console = Console(),
        interrupt: Interrupt = Interrupt()
    ) async -> ExitCode {
        var form = ArgumentParser.form(ofAnswerTo: arguments)
        // systemd's copy of the file is gone when the service has ended.
        if let credentials = environment["CREDENTIALS_DIRECTORY"], !credentials.isEmpty {
            form.carried.removeAll { $0.contains(credentials) }
        }
        return await AdvisedCommand.$carried.withValue(form.carried) {
            await run(arguments, form, environment: environment, console: console, interrupt: interrupt)
        }
    }

    private static func run(
        _ arguments: [String],
        _ form: ArgumentParser.AnswerForm,
        environment: [String: String],
        console: Console,
        interrupt: Interrupt
    ) async -> ExitCode {
        do {
            let line: ParsedArguments
            do { line = try ArgumentParser.parse(arguments) } catch { throw Failure(error) }
            let code = try await run(line, environment: environment, console: console, interrupt: interrupt)
            guard let loss = console.outputLoss.map({ Failure($0) }) else { return code }
            console.error(loss.text(form.verbosity))
            return console.exitCode(over: code)
        } catch {
            let failure = error as? Failure ?? Failure(.bug, "\(error)", hint: "please report this")
            if form.isJSON { console.output(verbatim: failure.json(command: form.command?.rawValue)) }
            console.error(failure.text(form.verbosity))
            return failure.code
        }
    }

    /// The environment of this process.
    private static var processEnvironment: [String: String] {
        var environment: [String: String] = [:]
        var entry = unsafe environ
        // `environ` is an array of C strings that ends with NULL; nothing changes it while the process starts.
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            if pair.count == 2 { environment[String(pair[0])] = String(pair[1]) }
            unsafe entry += 1
        }
        return environment
    }

    private static func run(
        _ line: ParsedArguments,
        environment: [String: String],
        console: Console,
        interrupt: Interrupt
    ) async throws -> ExitCode {
        var global = line.global
        // Set and not empty means no colour, unless the command line says otherwise: no-color.org.
        if environment["NO_COLOR"]?.isEmpty == false, global.color == .auto { global.color = .never }
        // Before the configuration: reading a connection string is enough for the driver to write something.
        startLogs(global.verbosity, console: console)
        let progress = ProgressLine(console: console, verbosity: global.verbosity)
        func context(_ name: CommandName) throws -> CommandContext {
            let configuration = try configuration(global, environment)
            let entries = Quantity.count(configuration.collections.count, "collection")
            let file = configuration.file ?? "no configuration file"
            EngineLog.tell("read \(file): \(entries), state in \(configuration.stateDatabase)")
            return CommandContext(
                name: name,
                global: global,
                configuration: configuration,
                console: console,
                progress: progress,
                environment: environment
            )
        }
        let command: any Command
        switch line.invocation {
        case .help(let topic):
            console.output(HelpText.render(topic: topic))
            return .ok
        case .version:
            console.output(verbatim: VersionText.render(json: global.json))
            return .ok
        case .completions(let options):
            console.output(verbatim: options.text(configurationFile: global.configFile, environment: environment))
            return .ok
        case .manual:
            console.output(verbatim: ManualText.render())
            return .ok
        case .migrate(let options): command = try MoveCommand.migrate(options, in: context(.migrate))
        case .restore(let options): command = try MoveCommand.restore(options, in: context(.restore))
        case .analyze(let options): command = try AnalyzeCommand(options, in: context(.analyze))
        case .stats(let options): command = try context(.stats).stats(options)
        case .check(let options): command = try CheckCommand(options, in: context(.check))
        case .verify(let options): command = try VerifyCommand(options, in: context(.verify))
        case .diff(let options): command = try DiffCommand(options, in: context(.diff))
        case .quarantine(let options): command = try QuarantineCommand(options, in: context(.quarantine))
        case .adopt(let options): command = try AdoptCommand(options, in: context(.adopt))
        case .schedule(let options):
            command = try ScheduleCommand(options, in: context(.schedule))
        }
        let teller = Task { await progress.tellOfWaits() }
        defer { teller.cancel() }
        return try await command.run(interrupt)
    }

    private static func configuration(
        _ global: GlobalOptions,
        _ environment: [String: String]
    ) throws -> Configuration {
        do {
            return try Configuration.load(
                file: global.configFile,
                environment: environment,
                overrides: ConfigurationOverrides(hotURI: global.hotURI, coldURI: global.coldURI)
            )
        } catch {
            throw Failure(error.concernsOptionsOnly ? .usage : .configuration, error.message, hint: error.hint)
        }
    }

    /// The engine's log and the driver's: on standard error, and only when asked for.
    private static func startLogs(_ verbosity: GlobalOptions.Verbosity, console: Console) {
        func logger(_ label: String) -> Logger {
            var logger = Logger(label: label) { _ in ConsoleLogHandler(console: console) }
            logger.logLevel = verbosity == .verbose ? .debug : .critical
            return logger
        }
        DriverSetup.startLog(logger("mongoc"))
        EngineLog.start(logger("hotcold"))
    }
}
