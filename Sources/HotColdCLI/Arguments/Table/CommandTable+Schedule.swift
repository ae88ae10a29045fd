extension CommandTable {
    /// The row of `schedule`.
    static let schedule = CommandSpec(
        name: .schedule,
        summary: "Print what has cron or systemd migrate every night.",
        usage: ["--cron [options]", "--systemd [--output DIR] [options]"],
        description: [
            """
            Prints a line for a crontab, or a service and a timer for systemd, that run hotcold migrate --all with this \
            executable and the configuration in use, once a day. It checks the configuration, connects to nothing and \
            installs nothing.
            """,
            """
            A run says nothing on stderr while all is well, and what is wrong in one line for each collection: cron sends \
            that by mail, systemd keeps it in the journal, with the report. Other options of migrate, such as \
            --max-duration, can be written behind --all.
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
        options: [
            OptionSpec(flag: "cron", sets: \.cron, in: .scheduling, help: "Print a crontab for Debian's cron."),
            OptionSpec(
                flag: "systemd",
                sets: \.systemd,
                in: .scheduling,
                help: "Print hotcold-migrate.service and hotcold-migrate.timer, each below its path."
            ),
            OptionSpec(
                "at",
                .startTime(\.startTime),
                in: .scheduling,
                help: "Run at this time of day, by the machine's time zone. The default is 01:00."
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
                    "With --systemd only: write the two files into DIR, such as /etc/systemd/system, and print their paths."
            ),
        ],
        examples: [
            CommandSpec.Example(
                line: "hotcold schedule --cron --at 02:30",
                explanation: "Print a line to paste into crontab -e."
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
