extension CommandTable {
    /// The row of `verify`.
    static let verify = CommandSpec(
        name: .verify,
        summary: "Prove that each document is where it should be.",
        usage: [
            "[--collection NAME]... [--fix]", "--run ID [--collection NAME]...",
            "--journal [--days N] [--collection NAME]...",
        ],
        description: [
            """
            Compares the two tiers of each collection and reports the documents that are in both: identical or \
            different ones, copies that --no-delete or --keep-cold made, and what a run left half-way when it was \
            killed. A run that is at work meanwhile is no problem: what it has in hand is counted and not reported.
            """,
            """
            With --run it proves that the documents a run moved are still where it moved them, byte for byte, and \
            names those that were changed, deleted or moved back since. What applications have changed or deleted in \
            the hot collection since a restore is reported and no fault. The journal remembers the documents for \
            journal_days of the configuration. --journal proves that of all runs which it remembers, for a weekly job.
            """,
            "The exit status is 1 when something is found that should not be. Without --fix nothing is written.",
        ],
        options: [
            collections("Verify"),
            OptionSpec(
                "run",
                .text(.id, \.run),
                in: .selection,
                help: "Verify what this run moved, named as in its report (run_id)."
            ),
            OptionSpec(
                flag: "journal",
                sets: \.journal,
                in: .selection,
                help:
                    "Verify what all runs moved, as far back as the journal reaches. A run that is at work is left out."
            ),
            OptionSpec(
                "days",
                .count(1...36_500, \.days),
                in: .selection,
                help: "Only runs that began in the last N days."
            ),
            OptionSpec(
                flag: "fix",
                sets: \.fix,
                in: .treatment,
                help: """
                    Settle what can be settled without a loss: what a killed run left half-way, and identical \
                    documents that a run has moved, as the journal says; they stay in the archive where the policy \
                    calls them cold and in the hot collection otherwise. What no run has moved may be there on purpose \
                    and is left, and different documents are never touched. It takes the leases as a migration does, \
                    and every document that it removes is in the run history.
                    """
            ),
            problems,
        ],
        examples: [
            CommandSpec.Example(
                line: "hotcold verify",
                explanation: "See whether any document is in both tiers."
            ),
            CommandSpec.Example(
                line: "hotcold verify --collection users --fix",
                explanation: "Settle what a killed run has left."
            ),
            CommandSpec.Example(
                line: "hotcold verify --run 20261122T160000Z-9f3a01c7",
                explanation: "Prove that the archive still has what that run moved."
            ),
            CommandSpec.Example(
                line: "hotcold verify --journal --days 8 -q",
                explanation: "Have a weekly job prove what the runs of the week moved, and hear only of what is wrong."
            ),
        ],
        exitCodes: [
            .ok, .leftBehind, .usage, .unavailable, .bug, .outputLost, .busy, .refused, .configuration, .hungUp,
            .interrupted,
            .terminated,
        ]
    )
}
