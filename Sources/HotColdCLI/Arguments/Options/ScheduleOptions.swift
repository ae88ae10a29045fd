/// What `hotcold schedule` is asked to print.
struct ScheduleOptions: Equatable, Sendable {
    /// What is to start the runs.
    var scheduler: Scheduler

    /// When, every day.
    var time = StartTime(hour: 1, minute: 0)

    /// How often what runs have moved is proven; nil for never.
    var verification: ScheduledJob.Frequency?

    /// How often alerts are raised; nil for never.
    var alerts: ScheduledJob.Frequency?

    /// Options of `migrate` for the runs.
    var migrateOptions: [String] = []

    /// The user that the runs are to have; nil for the owner of the crontab, and for one that systemd makes up.
    var user: String?

    /// The jobs: a verification six hours after the migration of its day, the alerts at half past.
    var jobs: [ScheduledJob] {
        var jobs = [ScheduledJob(time: time, options: migrateOptions)]
        if let verification {
            jobs.append(ScheduledJob(purpose: .verify, frequency: verification, time: time.later(byMinutes: 360)))
        }
        if let alerts {
            jobs.append(ScheduledJob(purpose: .stats, frequency: alerts, time: time.later(byMinutes: 30)))
        }
        return jobs
    }

    /// What is to start the runs.
    enum Scheduler: Equatable, Sendable {
        /// Debian's cron.
        case cron

        /// systemd, by a service and a timer, which go to files in a directory where one is named.
        case systemd(directory: String?)
    }
}

extension ScheduleOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Parameter rest: what stands behind `--`.
    /// - Throws: `UsageError` when something is missing or does not go together, or when `migrate` would not take the rest.
    init(_ values: OptionValues, rest: [String] = []) throws(UsageError) {
        switch (values.cron, values.systemd) {
        case (true, false): scheduler = .cron
        case (false, true): scheduler = .systemd(directory: values.outputDirectory)
        case (true, true): throw UsageError("--cron and --systemd exclude each other", hint: "call schedule twice")
        case (false, false):
            throw UsageError("schedule needs --cron or --systemd", hint: "it prints, and installs nothing")
        }
        if scheduler == .cron, values.outputDirectory != nil {
            throw UsageError("--output needs --systemd", hint: "a crontab is one text: redirect standard output")
        }
        if let user = values.user, !Self.isUserName(user) {
            throw UsageError("--user takes the name of a user, not \(user.shown)")
        }
        time = values.startTime ?? time
        user = values.user
        verification = values.verification
        alerts = values.alerts
        migrateOptions = try Self.checked(rest)
    }

    /// Options of `migrate`, as a run that is started by itself can have them.
    private static func checked(_ options: [String]) throws(UsageError) -> [String] {
        guard !options.isEmpty else { return [] }
        let hint = "behind -- are options of migrate, for each run: hotcold help migrate"
        let line: ParsedArguments
        do { line = try ArgumentParser.parse(["migrate", "--all"] + options) } catch {
            throw UsageError("behind --: \(error.message)", hint: error.hint ?? hint)
        }
        guard case .migrate(let migration) = line.invocation, line.global == GlobalOptions() else {
            throw UsageError("behind --: only options of migrate itself", hint: "--config and the like stand before --")
        }
        if !migration.confirmed.isEmpty {
            throw UsageError("behind --: --confirm is said once, by somebody who has looked", hint: hint)
        }
        if migration.engine.dryRun { throw UsageError("behind --: --dry-run would move nothing", hint: hint) }
        let files = [migration.engine.pauseFile, migration.engine.problemsFile].compactMap(\.self)
        if let file = files.first(where: { !$0.hasPrefix("/") }) {
            throw UsageError("behind --: \(file.shown) is no absolute path", hint: "a run may start in any directory")
        }
        return options
    }

    /// Whether crontabs and units take it for the name of a user: anything else would be taken for something else.
    private static func isUserName(_ text: String) -> Bool {
        guard let first = text.first, text.utf8.count <= 32 else { return false }
        return (first.isASCII && first.isLetter || first == "_")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    }
}
