/// A crontab that starts a run every day.
struct CrontabText {
    private let run: ScheduledRun

    /// The crontab of a run whose paths were checked.
    init(_ run: ScheduledRun) { self.run = run }

    /// Comments and one line, ending with a newline, without which cron does not take a line.
    var text: String {
        var lines = [
            "# hotcold: move cold documents to the archive. Silent while all is well; what cron mails is wrong."
        ]
        if !run.environment.secrets.isEmpty {
            lines.append(
                "# \(run.secretsFile) (mode 0600) holds \(run.environment.secrets.joined(separator: " and "))."
            )
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }

    /// The line without its end.
    var line: String {
        ["\(run.time.minute) \(run.time.hour) * * *", run.user, command].compactMap(\.self).joined(separator: " ")
    }

    /// The command for `/bin/sh`, as cron hands it over.
    var command: String {
        let arguments = [run.executable, "migrate", "--all", "--quiet", "--config", run.configuration]
        let settings = run.environment.settings.map { "\($0.name)=\($0.value.cronQuoted)" }
        // The report is in the history; what is left is for the mail.
        let call = (settings + arguments.map(\.cronQuoted) + [">/dev/null"]).joined(separator: " ")
        return run.environment.secrets.isEmpty ? call : "set -a; . \(run.secretsFile.cronQuoted); \(call)"
    }
}
