extension CommandTable {
    /// The row of `schedule`.
    static let schedule = CommandSpec(
        name: .schedule,
        summary: "Print what has cron or systemd migrate every night.",
        usage: [
            "--cron [options] [-- OPTION...]", "--systemd [--output DIR] [options] [-- OPTION...]",
        ],
        description: [
            """
            Prints a line for a crontab, or a service and a timer for systemd, that run hotcold migrate --all with this \
            executable and the configuration in use, once a day. It checks the configuration, connects to nothing and \
            installs nothing.
            """,
            """
            A run says nothing on stderr while all is well, and what is wrong in one line for each collection: cron sends \
            that by mail, systemd keeps it in the journal, with the report. Options of migrate, such as --max-duration 4h, \
            stand behind --.
            """,
            """
            The service runs as a user of its own that may do little, gets the configuration as a credential, and is \
            started again only where a server is away (69) or another run holds a collection (75).
            """,
            """
            Connection strings are never printed. Where they come from options or the environment, the schedule reads them \
            from the file hotcold.env beside the configuration, and a notice says what belongs there. Other variables \
            that change what is migrated are written into the schedule.
            """,
        ],
        handsOn: .migrate,
        options: [
            OptionSpec(flag: "cron", sets: \.cron, in: .scheduling, help: "Print a crontab for Debian's cron."),
            OptionSpec(
                flag: "systemd",
                sets: \.systemd,
                in: .scheduling,
                help:
                    "Print hotcold-migrate.service and hotcold-migrate.timer, and those of other jobs, below their paths."
            ),
            OptionSpec(
                "at",
                .startTime(\.startTime),
                in: .scheduling,
                help: "Run at this time of day, by the machine's time zone. The default is 01:00."
            ),
            OptionSpec(
                "verify",
                .frequency(\.verification),
                in: .scheduling,
                help: """
                    Also prove what runs have moved (hotcold verify --journal), six hours after --at; weekly is on \
                    Sundays, monthly on the first.
                    """
            ),
            OptionSpec(
                "stats",
                .frequency(\.alerts),
                in: .scheduling,
                help: """
                    Also mail when an alert is new or over (hotcold stats --notify), half an hour after --at; hourly at \
                    that minute.
                    """
            ),
            OptionSpec(
                "user",
                .text(.user, \.user),
                in: .scheduling,
                help: """
                    Run as this user. With --cron the line is then one for /etc/cron.d, where it names its user; with \
                    --systemd it takes the place of a user that systemd makes up.
                    """
            ),
            OptionSpec(
                "output",
                .text(.directory, \.outputDirectory),
                in: .scheduling,
                help:
                    "With --systemd only: write the files into DIR, such as /etc/systemd/system, and print their paths."
            ),
        ],
        examples: [
            CommandSpec.Example(
                line: "hotcold schedule --cron --at 02:30",
                explanation: "Print a line to paste into crontab -e."
            ),
            CommandSpec.Example(
                line: """
                    hotcold schedule --cron --verify weekly --stats hourly \\
                        -- --max-duration 4h
                    """,
                explanation: "Have runs end after four hours, and what they moved proven every week."
            ),
            CommandSpec.Example(
                line: "hotcold schedule --cron --user hotcold >/etc/cron.d/hotcold",
                explanation: "Have cron migrate every night, as the user hotcold."
            ),
            CommandSpec.Example(
                line: "hotcold schedule --systemd --output /etc/systemd/system",
                explanation: "Install a timer; systemctl enable --now hotcold-migrate.timer starts it."
            ),
        ],
        exitCodes: [.ok, .leftBehind, .usage, .bug, .outputLost, .configuration]
    )
}
