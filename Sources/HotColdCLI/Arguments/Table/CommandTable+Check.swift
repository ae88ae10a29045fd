extension CommandTable {
    /// The row of `check`.
    static let check = CommandSpec(
        name: .check,
        summary: "Find what would make a migration fail or surprise.",
        usage: ["[(--collection NAME)...] [options]"],
        description: [
            """
            Looks at both servers and at every collection of the configuration, enabled or not, and says what would make \
            a migration fail, be refused or surprise, what that means, and what to do about it. It moves nothing and \
            writes nothing, anywhere.
            """,
            """
            An error is what migrate would refuse or fail with: then the exit code is 1. Warnings and notices alone \
            leave it 0. What the user of the connection string may not look at is named, and the rest is checked.
            """,
        ],
        options: [
            collections("Check")
        ],
        examples: [
            CommandSpec.Example(
                line: "hotcold check",
                explanation: "See whether everything is ready before the first migration."
            ),
            CommandSpec.Example(
                line: "hotcold check --collection logs --json",
                explanation: "Let a script see what is wrong with one collection."
            ),
        ],
        exitCodes: [
            .ok, .leftBehind, .usage, .unavailable, .bug, .outputLost, .refused, .configuration, .hungUp, .interrupted,
            .terminated,
        ]
    )
}
