/// What `hotcold schedule` is asked to print.
struct ScheduleOptions: Equatable, Sendable {
    /// What is to start the runs.
    var scheduler: Scheduler

    /// When, every day.
    var time = StartTime(hour: 1, minute: 0)

    /// The user that the runs are to have; nil for the owner of the crontab, and for one that systemd makes up.
    var user: String?

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
    /// - Throws: `UsageError` when something is missing or does not go together.
    init(_ values: OptionValues) throws(UsageError) {
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
    }

    /// Whether crontabs and units take it for the name of a user: anything else would be taken for something else.
    private static func isUserName(_ text: String) -> Bool {
        guard let first = text.first, text.utf8.count <= 32 else { return false }
        return (first.isASCII && first.isLetter || first == "_")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    }
}
