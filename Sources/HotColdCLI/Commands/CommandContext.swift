internal import HotColdCore

/// What every command that works with a configuration has at hand.
struct CommandContext: Sendable {
    /// The command's name in reports.
    let name: CommandName
    let global: GlobalOptions
    let configuration: Configuration
    let console: Console
    /// The line on standard error that tells how far the command is.
    let progress: ProgressLine
    /// The process's environment, for programs that are started.
    let environment: [String: String]

    /// How results are emphasised on standard output.
    var style: TextStyle {
        TextStyle(
            isColorful: global.color == .always || global.color == .auto && console.outputIsTerminal,
            width: console.outputWidth
        )
    }

    /// Whether nothing but failures is wanted, of which nobody may see the report.
    var isQuiet: Bool { global.verbosity == .quiet }

    /// The entries of these names, in this order; all entries, enabled or not, where none is named.
    ///
    /// - Throws: `Failure` for a name that is not configured.
    func collections(named names: [String]) throws -> [CollectionConfiguration] {
        names.isEmpty ? configuration.collections : try names.map { try configuration.collection(named: $0) }
    }

    /// Connects to the deployments of both tiers.
    ///
    /// - Throws: `Failure`.
    func connect(for work: Tiers.Work = .questions) async throws -> Tiers {
        do { return try await Tiers.connect(configuration, for: work) } catch { throw Failure(MigrationError(error)) }
    }

    /// Says on standard error what ended the work on collections, with their names where there are several.
    ///
    /// With `--json` it is in the document, too; a person at a terminal, and cron's mail, want it here.
    func complain(_ outcomes: [(collection: String, failure: Failure?)]) {
        for (collection, failure) in outcomes {
            guard let failure else { continue }
            let place = outcomes.count > 1 ? "\(collection.harmless): " : ""
            say(Failure(failure.code, place + failure.message, hint: failure.hint))
        }
    }

    /// The same of errors.
    func complain(_ outcomes: [(collection: String, error: MigrationError?)]) {
        complain(outcomes.map { ($0.collection, $0.error.map { Failure($0) }) })
    }

    /// Says what is wrong on standard error, as long as it is wanted there.
    func say(_ failure: Failure) { console.error(failure.text(global.verbosity)) }

    /// Tells the program of an event, if the configuration names one, and says on standard error where that fails.
    func tell(
        of event: RunEvent,
        report: String,
        variables: [String: String?] = [:],
        stop: StopRequest = StopRequest()
    ) async {
        var own = [
            "HOTCOLD_EVENT": event.rawValue, "HOTCOLD_COMMAND": name.rawValue, "HOTCOLD_VERSION": Version.current,
        ]
        own["HOTCOLD_CONFIG"] = configuration.file
        own.merge(variables.compactMapValues(\.self)) { _, given in given }
        let failure = await configuration.hooks.tell(
            of: event,
            report: report,
            variables: own,
            environment: environment,
            stop: stop
        )
        if let failure { say(Failure(.leftBehind, failure)) }
    }

    /// Runs a body that changes nothing, so that a signal may end the process there and then.
    ///
    /// The server sees the connection end and stops what it was asked for.
    func reading<Success>(_ interrupt: Interrupt, _ body: () async throws -> Success) async rethrows -> Success {
        interrupt.endProcess { code in
            let failure = Failure(code, "stopped by a signal, without a result")
            if global.json { console.output(verbatim: failure.json(command: name.rawValue)) }
            say(failure)
        }
        defer { interrupt.letFinish() }
        return try await body()
    }
}
