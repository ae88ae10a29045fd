internal import HotColdCore

/// `hotcold schedule`: prints what has cron or systemd migrate every night, and look after what was moved; connects to
/// nothing.
struct ScheduleCommand: Command {
    private let context: CommandContext
    private let options: ScheduleOptions
    private let scheduled: ScheduledRun

    /// Prepares the command.
    ///
    /// - Throws: `Failure` for a run that can't be scheduled.
    init(_ options: ScheduleOptions, in context: CommandContext) throws {
        self.context = context
        self.options = options
        guard let file = context.configuration.file else {
            preconditionFailure("the configuration was read from a file")
        }
        scheduled = ScheduledRun(
            executable: try AbsolutePath.ofExecutable(),
            configuration: try AbsolutePath.ofFile(file),
            jobs: options.jobs,
            user: options.user,
            environment: ScheduledEnvironment(context.environment, context.global)
        )
        try scheduled.checkPaths(for: options.scheduler)
    }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let schedule: (text: String, structured: StructuredValue)
        switch options.scheduler {
        case .cron:
            let text = CrontabText(scheduled).text
            schedule = (text, ["cron": .string(text)])
        case .systemd(let directory):
            let units = SystemdUnits(scheduled, directory: directory)
            if directory != nil {
                for unit in units.all {
                    do { try AtomicFile.write(unit.text, to: unit.path) } catch { throw Failure(error) }
                }
            }
            schedule = (units.text, ["systemd": units.structured])
        }
        let notices = notices
        if context.global.json {
            print(schedule.structured, notices)
        } else {
            context.console.output(verbatim: schedule.text)
        }
        for notice in notices { context.say(notice) }
        return .ok
    }

    private func print(_ schedule: StructuredValue, _ notices: [Failure]) {
        guard case .object(let members) = schedule else { preconditionFailure("a schedule is an object") }
        let document: [StructuredValue.Member] =
            [
                .init("schema_version", 1), .init("command", .string(context.name.rawValue)),
                .init("status", .string(RunStatus.completed.rawValue)),
            ] + members + [.init("notices", .array(notices.map(\.structured)))]
        context.console.output(verbatim: StructuredValue.object(document).json() + "\n")
    }

    /// What has to be done besides installing the schedule.
    private var notices: [Failure] {
        var notices: [Failure] = []
        if !context.configuration.collections.contains(where: \.isEnabled) {
            notices.append(MoveCommand.nothingEnabled)
        }
        for name in scheduled.environment.secrets {
            notices.append(
                Failure(
                    .ok,
                    "\(name) is not printed; the schedule reads it from \(scheduled.secretsFile.shown)",
                    hint: "write \(name)='mongodb://…' there, and chmod 0600 it, owned by the user that reads it"
                )
            )
        }
        if options.scheduler != .cron, scheduled.isHiddenFromService {
            notices.append(
                Failure(
                    .ok,
                    "the service does not see \(scheduled.executable.shown): home and temporary directories are closed to it",
                    hint: "copy hotcold to /usr/local/bin, and call that"
                )
            )
        }
        if options.scheduler != .cron, options.migrateOptions.contains(where: { $0.hasPrefix("--problems") }) {
            notices.append(
                Failure(
                    .ok,
                    "the service may write to no file, and --problems needs one",
                    hint: "allow it in a drop-in, with ReadWritePaths= and the directory"
                )
            )
        }
        return notices
    }
}
