/// The run that a schedule starts every day: everything that cron's and systemd's texts are made of.
struct ScheduledRun: Equatable, Sendable {
    /// The absolute path of hotcold.
    var executable: String

    /// The absolute path of the configuration.
    var configuration: String

    /// When it starts.
    var time: StartTime

    /// The user that it has; nil where the scheduler decides.
    var user: String?

    /// What of the environment decides what it does.
    var environment = ScheduledEnvironment()

    /// The file that holds the variables which are not to be printed, beside the configuration.
    var secretsFile: String {
        let slash = configuration.utf8.lastIndex(of: UInt8(ascii: "/")) ?? configuration.startIndex
        return configuration[...slash] + "hotcold.env"
    }
}
