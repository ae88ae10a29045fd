extension CommandTable {
    /// The row of `adopt`.
    static let adopt = CommandSpec(
        name: .adopt,
        summary: "Say that an archive was renamed or moved on purpose.",
        usage: ["--collection NAME --from NAMESPACE [options]"],
        description: [
            """
            The history knows where each run has put documents, and migrate and restore refuse to work with another \
            archive than that of the runs before. Who renames an archive, or brings it to another database or cluster, \
            changes the configuration and then has the history and the journal name the new place. No document of hot or \
            archive is touched.
            """,
            """
            The collection that the configuration names as the archive has to be there. It is adopted at once when it is \
            the former archive itself, which its UUID tells; when it is a copy of it, by its number of documents, and \
            when the former archive is no longer there. Otherwise say --confirm.
            """,
        ],
        options: [
            OptionSpec(
                "collection",
                .text(.collection, \.collection),
                in: .selection,
                help: "The collection whose archive it is, by its key in the configuration."
            ),
            OptionSpec(
                "from",
                .text(.namespace, \.former),
                in: .selection,
                help: "What the archive was before, as DATABASE.COLLECTION."
            ),
            dryRun(help: "Write nothing, anywhere. Report what would be recorded, or why it would not."),
            confirm(help: "Adopt it although it can't be told for the former archive of this collection."),
        ],
        examples: [
            CommandSpec.Example(
                line: "hotcold adopt --collection users --from app.users_archive",
                explanation: "Go on with the archive of users under the name that cold_collection has now."
            )
        ],
        exitCodes: [
            .ok, .leftBehind, .usage, .unavailable, .bug, .outputLost, .busy, .refused, .configuration, .interrupted,
            .terminated,
        ]
    )
}
