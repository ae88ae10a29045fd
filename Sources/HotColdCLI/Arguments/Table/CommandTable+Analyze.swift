extension CommandTable {
    /// The row of `analyze`.
    static let analyze = CommandSpec(
        name: .analyze,
        summary: "Show what is hot and cold, and what would move.",
        usage: ["[--collection NAME]... [options]", "[--collection NAME]... --explain ID"],
        description: [
            """
            For each collection: how many documents and bytes are hot, warm, cold and unclassified by its policy, how old \
            they are and how long idle, what would move and what that would give back, what the archive holds, which \
            indexes are missing, and dates of types that the policy does not expect. Writes nothing.
            """,
            """
            Each collection is read once as a whole, by its server. For those that are too large for that there is \
            --sample.
            """,
        ],
        options: [
            collections("Analyze"),
            OptionSpec(
                "explain",
                .text(.id, \.explain),
                in: .inquiry,
                help: """
                    Explain the document with this _id: where it is, what each clause of its policy says about it, when it \
                    will move, and which runs have moved it.
                    """
            ),
            OptionSpec(
                "what-if",
                .days(\.whatIfDays),
                in: .inquiry,
                help: """
                    Also say what would move with these thresholds, such as 30,60,180 days: of hot_access_days in an \
                    access_based policy, else of cold_threshold_days.
                    """
            ),
            OptionSpec(
                "as-of",
                .date(\.asOfMilliseconds),
                in: .inquiry,
                help: """
                    Apply the policies as of this time, YYYY-MM-DD (00:00 UTC) or RFC 3339 such as 2026-11-22T16:00:00Z, \
                    instead of now.
                    """
            ),
            OptionSpec(
                "sample",
                .count(1...Int.max, \.sample),
                in: .inquiry,
                help: """
                    Estimate the numbers of the hot collection from N documents taken at random. A collection with fewer \
                    documents is counted.
                    """
            ),
        ],
        examples: [
            CommandSpec.Example(line: "hotcold analyze", explanation: "Look at every collection of the configuration."),
            CommandSpec.Example(
                line: "hotcold analyze --collection logs --what-if 30,60,180",
                explanation: "See what other thresholds would move."
            ),
            CommandSpec.Example(
                line: "hotcold analyze --collection users --explain user123",
                explanation: "Find out why a document is where it is."
            ),
            CommandSpec.Example(
                line: "hotcold analyze --json | jq '.collections[].eligible'",
                explanation: "Give the numbers to another program."
            ),
        ],
        exitCodes: [
            .ok, .leftBehind, .usage, .unavailable, .bug, .outputLost, .refused, .configuration, .hungUp, .interrupted,
            .terminated,
        ]
    )
}
