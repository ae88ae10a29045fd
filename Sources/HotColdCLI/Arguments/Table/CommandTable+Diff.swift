extension CommandTable {
    /// The row of `diff`.
    static let diff = CommandSpec(
        name: .diff,
        summary: "Show how the two versions of a document differ.",
        usage: ["--collection NAME (--id ID)... [options]"],
        description: [
            """
            Reads a document from hot and from the archive and shows each field that differs, with both values: what to \
            look at before one of two different documents, as verify and the runs report them, is given up. Fields of \
            embedded documents and elements of arrays are compared one by one; 1 and 1.0 differ, and so does another order \
            of the same fields. Writes nothing.
            """,
            """
            The exit status is 0 where both have the same bytes or only one has the document, and 1 where they differ or \
            neither has it.
            """,
        ],
        options: [
            OptionSpec(
                "collection",
                .text(.collection, \.collection),
                in: .selection,
                help: "The collection, by its key in the configuration."
            ),
            OptionSpec(
                "id",
                .texts(.id, \.ids),
                in: .selection,
                help: "The document's _id: a text, or a value in Extended JSON. May be repeated."
            ),
        ],
        examples: [
            CommandSpec.Example(
                line: "hotcold diff --collection users --id user123",
                explanation: "See what has changed in one of two versions of a user."
            ),
            CommandSpec.Example(
                line: "hotcold diff --collection orders --id 42 --json",
                explanation: "Have the differences with the types of the values, for another program."
            ),
        ],
        exitCodes: [
            .ok, .leftBehind, .usage, .unavailable, .bug, .outputLost, .refused, .configuration, .hungUp, .interrupted,
            .terminated,
        ]
    )
}
