/// A crontab that starts runs.
struct CrontabText {
    private let run: ScheduledRun

    /// The crontab of a run whose paths were checked.
    init(_ run: ScheduledRun) { self.run = run }

    /// Comments and a line for each job, ending with a newline, without which cron does not take a line.
    var text: String {
        var lines = ["# hotcold is silent while all is well; what cron mails is wrong."]
        if !run.environment.secrets.isEmpty {
            lines.append(
                "# \(run.secretsFile) (mode 0600) holds \(run.environment.secrets.joined(separator: " and "))."
            )
        }
        return (lines + run.jobs.flatMap { ["# \($0.howOften): \($0.title).", line(of: $0)] }).joined(separator: "\n")
            + "\n"
    }

    /// The line of a job without its end.
    func line(of job: ScheduledJob) -> String {
        [job.cronFields, run.user, command(of: job)].compactMap(\.self).joined(separator: " ")
    }

    /// A job's command for `/bin/sh`, as cron hands it over.
    func command(of job: ScheduledJob) -> String {
        let arguments = [run.executable] + job.arguments + ["--config", run.configuration]
        let settings = run.environment.settings.map { "\($0.name)=\($0.value.cronQuoted)" }
        // The report is in the history; what is left is for the mail.
        let call = (settings + arguments.map(\.cronQuoted) + [">/dev/null"]).joined(separator: " ")
        return run.environment.secrets.isEmpty ? call : "set -a; . \(run.secretsFile.cronQuoted); \(call)"
    }
}
