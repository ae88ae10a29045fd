/// What a command tells the programs of `on_event` about.
public enum RunEvent: String, CaseIterable, Sendable {
    /// A run that moves documents begins.
    case start
    /// It ended, and did all it was to do, or stopped where it was to.
    case success
    /// It ended otherwise.
    case failure
    /// It has paused for a while, and nobody may know: after ten minutes, or half of `--max-pause` where that is less.
    case pause
    /// `stats --notify` found an alert that is new, or one that is over.
    case alert
}

/// The programs that are told of events, from the configuration.
public struct EventHooks: Equatable, Sendable {
    /// The arguments of each event's program, the first its path.
    public var commands: [RunEvent: [String]]
    /// How long each may take; one that hangs must not keep a nightly job for ever.
    public var timeLimit: Duration

    /// Creates hooks.
    public init(commands: [RunEvent: [String]] = [:], timeLimit: Duration = .seconds(30)) {
        self.commands = commands
        self.timeLimit = timeLimit
    }

    /// Runs the program of an event, if there is one, and waits for its end.
    ///
    /// It is no part of the run: whatever becomes of it is for the operator to read, and changes nothing.
    ///
    /// - Parameters:
    ///   - report: what it gets on its standard input.
    ///   - variables: what it gets beside the environment; the connection strings, which may hold passwords, it does not.
    ///   - stop: a request to wait no longer.
    /// - Returns: Why it did not end well; nil where it did, or where there is none.
    public func tell(
        of event: RunEvent,
        report: String,
        variables: [String: String],
        environment: [String: String],
        stop: StopRequest = StopRequest()
    ) async -> String? {
        guard let command = commands[event] else { return nil }
        let failure = await ChildProcess.failure(
            of: command,
            input: report,
            environment: environment.withoutConnectionStrings.merging(variables) { _, own in own },
            timeLimit: timeLimit,
            stop: stop
        )
        return failure.map { "on_event.\(event.rawValue): \(command[0].inOneLine) \($0)" }
    }
}

extension [String: String] {
    /// The environment of a program that is not to know passwords.
    var withoutConnectionStrings: [String: String] {
        filter { !["HOT_MONGO_URI", "COLD_MONGO_URI"].contains($0.key) }
    }
}
