/// The part of an environment that decides what a migration does.
///
/// A scheduled run has another environment than whoever printed the schedule: what it would lack is written into the
/// schedule, or has to be supplied. One that lacked `DELETE_AFTER_MIGRATION=false` would delete.
struct ScheduledEnvironment: Equatable, Sendable {
    /// Variables with their values, in the order of the names here.
    var settings: [Setting] = []

    /// The names of variables with connection strings, which may hold passwords.
    var secrets: [String] = []

    /// A variable and its value.
    struct Setting: Equatable, Sendable {
        /// The name, which needs no quotes anywhere.
        let name: String
        /// The value, which may need them.
        let value: String
    }

    private static let settingNames = [
        "HOT_MONGO_DB", "COLD_MONGO_DB", "HOT_THRESHOLD_DAYS", "COLD_THRESHOLD_DAYS", "HOT_ACCESS_DAYS",
        "MIGRATION_BATCH_SIZE", "DELETE_AFTER_MIGRATION", "VERIFY_MIGRATION",
    ]
}

extension ScheduledEnvironment {
    /// Takes what matters from the environment, and from options that win over it.
    init(_ environment: [String: String], _ options: GlobalOptions) {
        settings = Self.settingNames.compactMap { name in environment[name].map { Setting(name: name, value: $0) } }
        let strings = [("HOT_MONGO_URI", options.hotURI), ("COLD_MONGO_URI", options.coldURI)]
        secrets = strings.filter { $1 != nil || environment[$0] != nil }.map(\.0)
    }
}
