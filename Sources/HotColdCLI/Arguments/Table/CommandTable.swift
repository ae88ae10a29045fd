/// The one table of what can be typed: parsing, help, completions and the manual are made from it.
///
/// A new command is a case of `CommandName`, a row here, typed options, and a case of `Invocation`; the compiler names
/// the places that are missing.
enum CommandTable {
    /// All commands, in the order of help.
    static let commands: [CommandSpec] = CommandName.allCases.map(command)

    /// The row of a command.
    static func command(_ name: CommandName) -> CommandSpec {
        switch name {
        case .migrate: migrate
        case .restore: restore
        case .analyze: analyze
        case .stats: stats
        case .check: check
        case .verify: verify
        case .diff: diff
        case .quarantine: quarantine
        case .adopt: adopt
        case .schedule: schedule
        case .completions: completions
        case .manual: manual
        case .help: help
        }
    }

    /// The row of `--collection` of a command that takes all collections where none is named.
    ///
    /// - Parameter verb: what the command does with a collection, as the beginning of a sentence.
    static func collections(_ verb: String) -> OptionSpec {
        OptionSpec(
            "collection",
            .texts(.collection, \.collections),
            in: .selection,
            help: """
                \(verb) this collection, named by its key in the configuration. May be repeated. Without it all are taken, \
                enabled or not.
                """
        )
    }

    /// The options that every command takes, before the command or after it.
    static let globalOptions: [OptionSpec] = [
        OptionSpec(
            "config",
            .text(.file, \.configFile),
            in: .global,
            help: """
                Read the policies from FILE. Without it the first of these is taken: $HOTCOLD_CONFIG, \
                ./policies.json, $XDG_CONFIG_HOME/hotcold/policies.json, /etc/hotcold/policies.json.
                """
        ),
        OptionSpec(
            "hot-uri",
            .text(.uri, \.hotURI),
            in: .global,
            help: """
                Connect here for the hot tier. A password on the command line can be seen in the list of processes; \
                the environment variable HOT_MONGO_URI and the configuration do not have this problem.
                """
        ),
        OptionSpec(
            "cold-uri",
            .text(.uri, \.coldURI),
            in: .global,
            help: "Connect here for the archive. The environment variable is COLD_MONGO_URI."
        ),
        OptionSpec(
            flag: "json",
            sets: \.json,
            in: .global,
            help: "Print the result, or the error, as one JSON document on stdout."
        ),
        OptionSpec(
            flag: "quiet",
            short: "q",
            sets: \.quiet,
            in: .global,
            help: "Show no progress, and each failure in one line."
        ),
        OptionSpec(
            flag: "verbose",
            short: "v",
            sets: \.verbose,
            in: .global,
            help: "Say on stderr what is being done."
        ),
        OptionSpec(
            "color",
            .color(\.color),
            in: .global,
            help: """
                Use colours always or never. With auto, as without the option, on a terminal, unless the environment \
                variable NO_COLOR is set or TERM is dumb.
                """
        ),
        OptionSpec(flag: "no-color", sets: \.noColor, in: .global, help: "The same as --color never."),
        OptionSpec(
            flag: "help",
            short: "h",
            sets: \.help,
            in: .global,
            help: "Show help, for the command if one is given."
        ),
        OptionSpec(
            flag: "version",
            short: "V",
            sets: \.version,
            in: .global,
            help: "Show the version; with --json also what hotcold was built with."
        ),
    ]

    /// The row of `help`.
    private static let help = CommandSpec(
        name: .help,
        summary: "Explain a command.",
        usage: ["[COMMAND]"],
        description: ["Shows what a command does, its options and examples. Without COMMAND it lists the commands."],
        operand: CommandSpec.Operand(metavar: "COMMAND", choices: CommandName.allCases.map(\.rawValue)),
        examples: [
            CommandSpec.Example(
                line: "hotcold help migrate",
                explanation: "Show how documents are moved to the archive."
            )
        ],
        exitCodes: [.ok, .usage, .outputLost]
    )
}
