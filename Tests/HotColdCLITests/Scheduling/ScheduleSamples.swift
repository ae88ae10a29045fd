@testable import HotColdCLI

extension ScheduledRun {
    /// A run as most are.
    static let usual = ScheduledRun(
        executable: "/usr/local/bin/hotcold",
        configuration: "/etc/hotcold/policies.json",
        jobs: [ScheduledJob(time: StartTime(hour: 1, minute: 0))]
    )

    /// A run with all that can be said of one, and paths that mean something to cron, `sh` and systemd.
    static let hostile = ScheduledRun(
        executable: #"/opt/100% "my" $HOME/it's žluť/hotcold"#,
        configuration: #"/srv/a b/50%s\%d \\ $(id) `id` 'x' [*].json"#,
        jobs: [
            ScheduledJob(time: StartTime(hour: 23, minute: 5), options: ["--problems", "/var/a b/100% $x.jsonl"]),
            ScheduledJob(purpose: .verify, frequency: .weekly, time: StartTime(hour: 5, minute: 5)),
            ScheduledJob(purpose: .stats, frequency: .hourly, time: StartTime(hour: 23, minute: 35)),
        ],
        user: "ops",
        environment: ScheduledEnvironment(
            ["DELETE_AFTER_MIGRATION": "no", "HOT_MONGO_DB": "a%b $x", "HOT_MONGO_URI": "mongodb://u:s3cret@h/"],
            GlobalOptions(coldURI: "mongodb://u:s3cret@h/")
        )
    )

    /// The run with a change.
    func with(_ change: (inout ScheduledRun) -> Void) -> ScheduledRun {
        var run = self
        change(&run)
        return run
    }
}
