import HotColdCore

extension CommandTable {
    /// The row of `restore`.
    static let restore = CommandSpec(
        name: .restore,
        summary: "Bring archived documents back.",
        usage: ["--collection NAME --query JSON [options]", "--collection NAME (--id ID)... [options]"],
        description: [
            """
            Moves documents from the archive back to the hot collection. Every copy is read back and compared byte for \
            byte, and only then is the archived document deleted.
            """,
            "Restored documents are held: migrate leaves them in the hot collection until the hold ends.",
        ],
        options: [
            OptionSpec(
                "collection",
                .text(.collection, \.collection),
                in: .selection,
                help: "Restore documents of this collection, named by its key in the configuration."
            ),
            OptionSpec(
                "query",
                .text(.json, \.query),
                in: .selection,
                help: """
                    Restore the archived documents that match this filter, in Extended JSON v2. A plain ISO 8601 text \
                    compared with the date or access field of the collection is read as a date.
                    """
            ),
            OptionSpec(
                "id",
                .texts(.id, \.ids),
                in: .selection,
                help: """
                    Restore the archived document with this _id. May be repeated. An id that matches nothing is named \
                    in the report.
                    """
            ),
            limit(help: "Stop when N documents have been restored."),
            dryRun(help: "Write nothing, anywhere. Report what would be restored, what would not and why."),
            confirm(
                help: """
                    Restore documents of this collection even when its hot collection or its archive is another than to \
                    the runs before. Without it such a run moves nothing (exit status 1).
                    """
            ),
            OptionSpec(
                flag: "keep-cold",
                sets: \.keepCold,
                in: .treatment,
                help: "Copy only: leave the documents in the archive, too."
            ),
            OptionSpec(
                "hold-days",
                .count(0...1_000_000, \.holdDays),
                in: .treatment,
                help: """
                    Keep migrate from moving the restored documents for N days; 0 is no hold. The default is \
                    hot_access_days of the configuration.
                    """
            ),
        ] + engineOptions(of: .restore),
        examples: [
            CommandSpec.Example(
                line: "hotcold restore --collection users --id 65f1a2b3c4d5e6f708192a3b",
                explanation: "Bring one user back."
            ),
            CommandSpec.Example(
                line: "hotcold restore --collection orders --query '{\"status\": \"refunded\"}' -n",
                explanation: "See which archived orders a query would bring back."
            ),
            CommandSpec.Example(
                line: """
                    hotcold restore --collection users --hold-days 30 \\
                        --query '{"last_accessed": {"$gte": "2024-11-01"}}'
                    """,
                explanation: "Bring back all users seen since November 2024, and keep them hot for 30 days."
            ),
        ]
    )
}
