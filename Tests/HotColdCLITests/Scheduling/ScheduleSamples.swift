@testable import HotColdCLI

extension ScheduledRun {
    /// A run as most are.
    static let usual = ScheduledRun(
        executable: "/usr/local/bin/hotcold",
        configuration: "/etc/hotcold/policies.json",
        time: StartTime(hour: 1, minute: 0)
    )

    /// A run with all that can be said of one, and paths that mean something to cron, `sh` and systemd.
    static let hostile = ScheduledRun(
        executable: #"/opt/100% "my" $HOME/it's žluť/hotcold"#,
        configuration: #"/srv/a b/50%s\%d \\ $(id) `id` 'x' [*].json"#,
        time: StartTime(hour: 23, minute: 5),
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
