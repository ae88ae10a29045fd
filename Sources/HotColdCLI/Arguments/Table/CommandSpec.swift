/// A row of the command table: all that parsing, help, completions and the manual need to know about a command.
struct CommandSpec: Sendable {
    /// What is typed.
    let name: CommandName

    /// What the command does, in one short sentence.
    let summary: String

    /// What follows the command's name in the usage line, one entry for each way to call it; none when nothing does.
    let usage: [String]

    /// What the command does, at length, one entry for each paragraph.
    let description: [String]

    /// The one argument that is no option; nil when the command takes none.
    var operand: Operand?

    /// Whose options may stand behind `--`, which the command hands on to it.
    var handsOn: CommandName?

    /// The command's own options; the global ones are in `CommandTable.globalOptions`.
    var options: [OptionSpec] = []

    /// Command lines to learn from.
    let examples: [Example]

    /// The ways in which the command can end.
    var exitCodes: [ExitCode] = ExitCode.allCases

    /// The usage lines, with all that is typed.
    var usageLines: [String] {
        let command = "hotcold \(name.rawValue)"
        return usage.isEmpty ? [command] : usage.map { "\(command) \($0)" }
    }

    /// The one argument of a command that is no option.
    struct Operand: Sendable {
        /// What help calls it, such as `COMMAND`.
        let metavar: String

        /// The words that it can be.
        let choices: [String]
    }

    /// A command line to learn from.
    struct Example: Sendable {
        /// The line as a POSIX shell takes it; it may be continued over several lines with `\`.
        let line: String

        /// What the line does, in one sentence.
        let explanation: String
    }
}
