import HotColdCore

extension CommandTable {
    /// The row of `quarantine`.
    static let quarantine = CommandSpec(
        name: .quarantine,
        summary: "Decide about documents that may be nowhere else.",
        usage: [
            "list [--collection NAME]... [--id ID]... [--run ID]",
            "return|discard (--id ID)... [options]", "return|discard (--run ID | --all) [options]",
        ],
        description: [
            """
            A copy that a run could not finish is taken back out of the archive. Where hot does not have its document any \
            more, nobody can tell whether the application deleted it or somebody made room of what the archive had: it \
            goes to quarantine, as bytes, in the state database of the archive's cluster. Nothing reads it there, and \
            nothing removes it.
            """,
            """
            list shows what is there, with --id also the documents. return puts documents back into the archive where \
            neither tier has their _id; discard deletes them for good. Both take the leases as a migration does, and a \
            document that has to stay is named with its reason (exit status 1).
            """,
        ],
        operand: CommandSpec.Operand(metavar: "ACTION", choices: QuarantineKeeper.Act.allCases.map(\.rawValue)),
        options: [
            collections("Look at"),
            OptionSpec(
                "id",
                .texts(.id, \.ids),
                in: .selection,
                help: "Only the document with this _id. May be repeated."
            ),
            OptionSpec("run", .text(.id, \.run), in: .selection, help: "Only documents that this run had in hand."),
            OptionSpec(flag: "all", sets: \.all, in: .selection, help: "All documents of the collections."),
            dryRun(
                help: "Write nothing, anywhere. Report what would be put back or discarded, what would not and why."
            ),
        ],
        examples: [
            CommandSpec.Example(
                line: "hotcold quarantine list",
                explanation: "See what is in quarantine, of all collections."
            ),
            CommandSpec.Example(
                line: "hotcold quarantine return --collection users --all --dry-run",
                explanation: "See which documents could go back to the archive of users."
            ),
            CommandSpec.Example(
                line: "hotcold quarantine discard --collection users --id 42",
                explanation: "Delete one document for good."
            ),
        ],
        exitCodes: [
            .ok, .leftBehind, .usage, .unavailable, .bug, .outputLost, .busy, .refused, .configuration, .interrupted,
            .terminated,
        ]
    )
}
