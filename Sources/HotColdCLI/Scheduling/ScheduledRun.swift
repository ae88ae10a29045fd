/// The runs that a schedule starts: everything that cron's and systemd's texts are made of.
struct ScheduledRun: Equatable, Sendable {
    /// The absolute path of hotcold.
    var executable: String

    /// The absolute path of the configuration.
    var configuration: String

    /// What is run when; at least one job.
    var jobs: [ScheduledJob]

    /// The user that they have; nil where the scheduler decides.
    var user: String?

    /// What of the environment decides what they do.
    var environment = ScheduledEnvironment()

    /// The file that holds the variables which are not to be printed, beside the configuration.
    var secretsFile: String {
        let slash = configuration.utf8.lastIndex(of: UInt8(ascii: "/")) ?? configuration.startIndex
        return configuration[...slash] + "hotcold.env"
    }
}
