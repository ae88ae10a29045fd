import HotColdCore

/// The options that `migrate` and `restore` share, because the same engine does the work.
extension CommandTable {
    /// The row of `--limit`; what counts as moved depends on the direction.
    static func limit(help: String) -> OptionSpec {
        OptionSpec("limit", .count(1...Int.max, \.limit), in: .selection, help: help)
    }

    /// The row of `--dry-run`; what it reports depends on the direction.
    static func dryRun(help: String) -> OptionSpec {
        OptionSpec(flag: "dry-run", short: "n", sets: \.dryRun, in: .preview, help: help)
    }

    /// The row of `--confirm`; what may be unusual depends on the direction.
    static func confirm(help: String) -> OptionSpec {
        OptionSpec("confirm", .texts(.collection, \.confirmed), in: .treatment, help: help)
    }

    /// The rows for what happens to the documents, and for the pace.
    static func engineOptions(of direction: Direction) -> [OptionSpec] {
        treatmentOptions(of: direction) + paceOptions + courtesyOptions + [problems]
    }

    /// The row of `--problems`.
    static let problems = OptionSpec(
        "problems",
        .text(.file, \.problemsFile),
        in: .report,
        help: """
            Write every document that is left behind to this file as it is found, with its reason: a JSON object a \
            line. Reports list the first 20. What the file held before is replaced.
            """
    )

    private static func treatmentOptions(of direction: Direction) -> [OptionSpec] {
        [
            OptionSpec(
                flag: "no-verify",
                sets: \.noVerify,
                in: .treatment,
                help: "Do not read the copies back to compare them before the originals are deleted."
            ),
            OptionSpec(
                "on-conflict",
                .conflictPolicy(\.conflictPolicy),
                in: .treatment,
                help: conflictHelp(direction)
            ),
            OptionSpec(flag: "allow-ttl", sets: \.allowTTL, in: .treatment, help: ttlHelp(direction)),
            OptionSpec(
                flag: "allow-nondurable",
                sets: \.allowNondurable,
                in: .treatment,
                help: """
                    Go on although a server may lose what it has acknowledged when it is killed: it has no journal, or \
                    its replica set has writeConcernMajorityJournalDefault: false. Documents may be lost.
                    """
            ),
        ]
    }

    private static func conflictHelp(_ direction: Direction) -> String {
        let (target, source, tier) =
            switch direction {
            case .migrate: ("archived", "hot", "archive")
            case .restore: ("hot", "archived", "hot collection")
            }
        return """
            What to do when the \(tier) already holds a different document with the same _id: skip leaves both where \
            they are and reports them (exit status 1), replace overwrites the \(target) one, keep-target keeps it and \
            deletes the \(source) one. The default is skip.
            """
    }

    private static func ttlHelp(_ direction: Direction) -> String {
        switch direction {
        case .migrate:
            """
            Migrate although a TTL index on the hot collection deletes documents before the policy moves them, or one \
            on the archive would delete them there.
            """
        case .restore:
            "Restore although a TTL index on the hot collection may delete the documents again."
        }
    }

    private static let paceOptions: [OptionSpec] = [
        OptionSpec(
            "batch-size",
            .count(1...100_000, \.batchSize),
            in: .pace,
            help: "Move at most N documents in a batch, 1 to 100000. The default is batch_size of the configuration."
        ),
        OptionSpec(
            "workers",
            .count(1...64, \.workers),
            in: .pace,
            help: """
                Move N batches at the same time, 1 to 64. By default 3, and up to 8 where the way to the servers \
                is long; fewer while other clients want a busy server.
                """
        ),
        OptionSpec(
            "max-rate",
            .count(1...Int.max, \.maxRate, metavar: "DOCS_PER_S"),
            in: .pace,
            help: "Move at most this many documents a second."
        ),
        OptionSpec(
            "max-duration",
            .duration(atLeast: .seconds(1), \.maxDuration),
            in: .pace,
            help: """
                Start no more batches after this time, such as 90m or 1h30m. A run that ends so is a success \
                (exit status 0).
                """
        ),
        OptionSpec(
            "retry-for",
            .duration(atLeast: .zero, \.retryFor),
            in: .pace,
            help: """
                When a server is away, try again for this long before giving up (exit status 69). The default is 2m; \
                0s does not try again.
                """
        ),
    ]

    private static let courtesyOptions: [OptionSpec] = [
        OptionSpec(
            "max-lag",
            .duration(atLeast: .zero, \.maxLag),
            in: .courtesy,
            help: """
                Pause while a member of a replica set is further behind than this, and slow down from half of it on. \
                The default is max_lag_seconds of the configuration, else 10s; 0s does not look.
                """
        ),
        OptionSpec(
            "nice",
            .count(0...10, \.nice),
            in: .courtesy,
            help: """
                Leave the servers to others, from 0, as fast as they bear, to 10: one batch at a time, unless \
                --workers says otherwise, and a rest of nine times as long after it. The default is nice of the \
                configuration, else 0.
                """
        ),
        OptionSpec(
            "window",
            .window(\.window),
            in: .courtesy,
            help: """
                Work only at this time of the day, such as 22:00-05:00, by the clock of this machine: do nothing \
                outside of it, and start no more batches at its end. Either is a success (exit status 0).
                """
        ),
        OptionSpec(
            "time-zone",
            .text(.zone, \.timeZone),
            in: .courtesy,
            help: "The zone of --window, such as Europe/Berlin or UTC. The default is that of this machine."
        ),
        OptionSpec(
            "pause-file",
            .text(.file, \.pauseFile),
            in: .courtesy,
            help: "Pause as long as there is a file of this name."
        ),
        OptionSpec(
            "max-pause",
            .duration(atLeast: .zero, \.maxPause),
            in: .courtesy,
            help: """
                Give up when a pause has lasted for this long, whatever it is for (exit status 75). The default is \
                max_pause_hours of the configuration, else 4h; 0s never does.
                """
        ),
    ]
}
