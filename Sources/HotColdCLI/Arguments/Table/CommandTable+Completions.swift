extension CommandTable {
    /// The row of `completions`.
    static let completions = CommandSpec(
        name: .completions,
        summary: "Print what lets a shell complete hotcold's command lines.",
        usage: [Shell.allCases.map(\.rawValue).joined(separator: "|")],
        description: [
            """
            Prints a script for the shell, which completes commands, options and their values, and the names of the \
            collections in the configuration. It connects to nothing.
            """,
            """
            eval "$(hotcold completions bash)" in ~/.bashrc sets it up for one user; in ~/.zshrc it says zsh and goes \
            below compinit. The examples set it up for everybody.
            """,
        ],
        operand: CommandSpec.Operand(metavar: "SHELL", choices: Shell.allCases.map(\.rawValue)),
        examples: [
            CommandSpec.Example(
                line: "hotcold completions bash >/etc/bash_completion.d/hotcold",
                explanation: "Set up completion for bash, which needs its package bash-completion to look there."
            ),
            CommandSpec.Example(
                line: "hotcold completions zsh >/usr/local/share/zsh/site-functions/_hotcold",
                explanation: "Set up completion for zsh; any folder of fpath will do."
            ),
            CommandSpec.Example(
                line: "hotcold completions fish >/etc/fish/completions/hotcold.fish",
                explanation: "Set up completion for fish; for one user it goes to ~/.config/fish/completions."
            ),
        ],
        exitCodes: [.ok, .usage, .outputLost]
    )
}
