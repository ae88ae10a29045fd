/// What the manual says that is not in the command table.
enum ManualProse {
    /// Something with a name, and what it is for.
    struct Entry {
        /// The name; several where they are alike.
        let names: String
        /// What it is for.
        let meaning: String
    }

    /// What hotcold does, one entry for each paragraph.
    static let description = [
        """
        hotcold moves MongoDB documents that have gone cold to an archive, and back. The policies in its configuration \
        say what is cold: by age, by last access, or both.
        """,
        """
        A document is copied, read back, compared byte for byte, and only then deleted where it was. A write by an \
        application to a document that is being moved is never lost: the document is then left where it is, or moved in \
        its new version. What was left behind is named in the report with its reason.
        """,
        """
        Results go to standard output, everything else to standard error. With --json standard output is exactly one \
        JSON document, also when the command fails.
        """,
    ]

    /// What the configuration looks like, one entry for each paragraph.
    static let configuration = [
        """
        The configuration is one JSON file. It names the two tiers (hot, cold: uri and database), defaults, and an entry \
        for each collection, with its policy and the fields that hold its dates. The whole file is checked before the \
        first connection; a key that is not known is an error.
        """,
        """
        A key on a collection wins over the environment, and that over the file's defaults. For connection strings and \
        databases the order is option, environment, file.
        """,
    ]

    /// The variables that are looked at.
    static let environment = [
        Entry(names: "HOTCOLD_CONFIG", meaning: "The configuration, when --config names none."),
        Entry(
            names: "HOT_MONGO_URI, COLD_MONGO_URI",
            meaning: "The connection strings of the tiers. A password is safer here than on the command line."
        ),
        Entry(names: "HOT_MONGO_DB, COLD_MONGO_DB", meaning: "The databases of the tiers."),
        Entry(
            names: "HOT_THRESHOLD_DAYS, COLD_THRESHOLD_DAYS, HOT_ACCESS_DAYS",
            meaning: """
                The thresholds of the policies, in whole days: hot_threshold_days, cold_threshold_days and \
                hot_access_days where a collection does not set them.
                """
        ),
        Entry(
            names: "MIGRATION_BATCH_SIZE, DELETE_AFTER_MIGRATION, VERIFY_MIGRATION",
            meaning: """
                In the same way batch_size, delete_after_migration and verify_migration; the last two are true, false, \
                1, 0, yes or no.
                """
        ),
        Entry(
            names: "MONITORING_ENABLED, ALERT_THRESHOLD_GB",
            meaning:
                "Whether the size of the hot tier raises an alert, and at how many GB (1024 MB of 1024 * 1024 bytes)."
        ),
        Entry(names: "NO_COLOR", meaning: "When set and not empty, no colours are used."),
        Entry(
            names: "XDG_CONFIG_HOME",
            meaning: "Where configurations of the user are; ~/.config when it is not set."
        ),
    ]

    /// The files that are looked for, in their order.
    static let files = [
        Entry(names: "./policies.json", meaning: "The configuration, when neither option nor variable names one."),
        Entry(names: "$XDG_CONFIG_HOME/hotcold/policies.json", meaning: "The next place where it is looked for."),
        Entry(names: "/etc/hotcold/policies.json", meaning: "The last one."),
        Entry(
            names: "hotcold.env",
            meaning: """
                Beside the configuration: connection strings of scheduled runs that the configuration does not have, in \
                lines such as HOT_MONGO_URI='mongodb://…'. Read by what hotcold schedule prints, and not by hotcold itself.
                """
        ),
    ]
}
