import HotColdCore

extension CommandTable {
    /// The row of `migrate`.
    static let migrate = CommandSpec(
        name: .migrate,
        summary: "Move cold documents to the archive.",
        usage: ["(--collection NAME)... [options]", "--all [options]"],
        description: [
            """
            Moves the documents that a collection's policy calls cold from the hot collection to its archive. Every \
            copy is read back and compared byte for byte, and only then is the original deleted.
            """,
            """
            Documents are moved in batches, the oldest first where an index gives that order; in the order of _id where \
            most of the collection moves and no option limits the run. Ctrl-C finishes the batches in flight and still \
            prints the report; a later run carries on where this one ended.
            """,
        ],
        options: [
            OptionSpec(
                "collection",
                .texts(.collection, \.collections),
                in: .selection,
                help: "Migrate this collection, named by its key in the configuration. May be repeated."
            ),
            OptionSpec(
                flag: "all",
                sets: \.all,
                in: .selection,
                help: """
                    Migrate every collection that is enabled in the configuration. Under --limit, --max-duration or \
                    --window those come first whose last migration is longest ago.
                    """
            ),
            limit(
                help: """
                    Stop when N documents have been moved. Those that are held, that changed meanwhile, or that are in \
                    conflict do not count.
                    """
            ),
            dryRun(
                help: """
                    Write nothing, anywhere. Report what would move, what would not and why, and which index would \
                    serve the search.
                    """
            ),
            OptionSpec(
                "as-of",
                .date(\.asOfMilliseconds),
                in: .preview,
                help: """
                    With --dry-run only: apply the policies as of this time, YYYY-MM-DD (00:00 UTC) or RFC 3339 \
                    such as 2026-11-22T16:00:00Z, instead of now.
                    """
            ),
            confirm(
                help: """
                    Move of this collection even when far more has become cold since the last run than usual, as after a \
                    change of its thresholds, when the first run would move nearly all of it, when dates lie before 1980, \
                    when the server's count of it is wrong, or when its hot collection or its archive is another than to \
                    the runs before. Without it such a run moves nothing (exit status 1). May \
                    be repeated.
                    """
            ),
            OptionSpec(
                flag: "no-delete",
                sets: \.noDelete,
                in: .treatment,
                help: "Copy only: leave the documents in the hot collection, too."
            ),
        ] + engineOptions(of: .migrate),
        examples: [
            CommandSpec.Example(
                line: "hotcold migrate --all --dry-run",
                explanation: "See what would move, without writing anything."
            ),
            CommandSpec.Example(
                line: "hotcold migrate --collection orders --limit 1000",
                explanation: "Begin carefully: move a thousand orders."
            ),
            CommandSpec.Example(
                line: "hotcold migrate --all --max-duration 90m --max-rate 5000 --json",
                explanation: "A nightly job that keeps to its hours and spares the server."
            ),
        ]
    )
}
