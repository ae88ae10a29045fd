extension CommandTable {
    /// The row of `manual`.
    static let manual = CommandSpec(
        name: .manual,
        summary: "Print the manual page.",
        usage: [],
        description: [
            "Prints the page hotcold(1) in the form that man reads: all commands, options, variables and exit codes."
        ],
        examples: [
            CommandSpec.Example(line: "hotcold manual | man -l -", explanation: "Read the manual."),
            CommandSpec.Example(
                line: "hotcold manual >/usr/local/share/man/man1/hotcold.1",
                explanation: "Put the manual where man finds it."
            ),
        ],
        exitCodes: [.ok, .usage, .outputLost]
    )
}
