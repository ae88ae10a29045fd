extension CommandTable {
    /// The row of `stats`.
    static let stats = CommandSpec(
        name: .stats,
        summary: "Show what the tiers take, alerts, and past runs.",
        usage: ["[options]", "--history [--days N] [options]"],
        description: [
            """
            Shows what each collection and its archive take: documents, logical size, size on disk, indexes, and what is \
            free for new documents in their files. An alert is raised when the hot collections together are larger than \
            alert_threshold_gb of the configuration; it does not change the exit status.
            """,
            """
            A collection that cannot be measured, metrics that cannot be written and a mail that is not taken are \
            exit status 1; everything else is reported all the same.
            """,
        ],
        options: [
            collections("Report on"),
            OptionSpec(
                flag: "history",
                sets: \.history,
                in: .report,
                help: "Show past runs instead of storage, the newest first."
            ),
            OptionSpec(
                "days",
                .count(1...36_500, \.days),
                in: .report,
                help: "With --history only: show the runs of the last N days. The default is 30."
            ),
            OptionSpec(
                "prometheus",
                .text(.file, \.prometheusFile),
                in: .report,
                help: """
                    Write storage, backlog, last runs and alerts to FILE as metrics for node_exporter's textfile \
                    collector, whose files end in .prom. FILE is replaced in one step; - is stdout, in place of the \
                    report. Counting the backlog takes as long as a migration takes to begin.
                    """
            ),
            OptionSpec(
                flag: "notify",
                sets: \.notify,
                in: .report,
                help: """
                    Send a mail to notification_email of the configuration when an alert is new or over since the last \
                    time, by the system's sendmail or the program that $HOTCOLD_SENDMAIL names.
                    """
            ),
        ],
        examples: [
            CommandSpec.Example(line: "hotcold stats", explanation: "See where the bytes are."),
            CommandSpec.Example(
                line: "hotcold stats --history --days 7 --collection orders",
                explanation: "See what the runs of the last week did with the orders."
            ),
            CommandSpec.Example(
                line: "hotcold stats --notify --prometheus /var/lib/node_exporter/hotcold.prom",
                explanation: "An hourly job that feeds monitoring, and mails when the hot tier becomes too large."
            ),
        ],
        exitCodes: [
            .ok, .leftBehind, .usage, .unavailable, .bug, .outputLost, .refused, .configuration, .hungUp, .interrupted,
            .terminated,
        ]
    )
}
