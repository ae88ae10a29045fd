/// The completions for bash: tables made from the command table, and one function that goes through the line.
///
/// The script needs neither the package bash-completion nor more than bash 4, and holds where `set -u` is in force.
/// Names from the configuration are only ever compared and quoted: `compgen -W` would expand the `$(…)` in one.
enum BashCompletion {
    /// The whole script.
    static var script: String {
        """
        # Completion of hotcold for bash 4 or later, made by `hotcold completions bash`.
        # shellcheck shell=bash

        # Sets choices to the words that can stand where the command $1 (none: '') takes an argument.
        _hotcold_operands() {
            case $1 in
        \(operandCases)
                *) choices=() ;;
            esac
        }

        # Sets options to what can be given with the command $1.
        _hotcold_options() {
            options=(\(words(CommandTable.globalOptions.map(\.typedName))))
            case $1 in
        \(optionCases)
            esac
        }

        # Sets what is known of the option $2 of the command $1: its long name, what its value is, and whether it repeats.
        _hotcold_option() {
            name=$2 value='' choices=() repeats=''
            case "$1 $2" in
        \(detailCases)
            esac
        }

        \(walk)
        """
    }

    private static var operandCases: String {
        let commands = CommandTable.commands
        let rows =
            [("''", commands.map(\.name.rawValue))]
            + commands.compactMap { command in command.operand.map { (command.name.rawValue, $0.choices) } }
        return lines(rows.map { "        \($0)) choices=(\(words($1))) ;;" })
    }

    private static var optionCases: String {
        lines(
            CommandTable.commands.filter { !$0.options.isEmpty }.map { command in
                "        \(command.name.rawValue)) options+=(\(words(command.options.map(\.typedName)))) ;;"
            }
        )
    }

    /// A row for each option that is more than a flag.
    private static var detailCases: String {
        let global = CommandTable.globalOptions.flatMap { details($0, of: nil) }
        let own = CommandTable.commands.flatMap { command in
            command.options.flatMap { details($0, of: command.name) }
        }
        return lines(global + own)
    }

    private static func details(_ option: OptionSpec, of command: CommandName?) -> [String] {
        func row(_ typed: String, _ assignments: String) -> String {
            let pattern = command.map { "'\($0.rawValue) \(typed)'" } ?? "*' \(typed)'"
            return "        \(pattern)) \(assignments) ;;"
        }
        let short = option.short.map { row("-\($0)", "name=\(option.typedName)") }
        let long = option.value.completion.map { completion in
            row(option.typedName, assignment(completion) + (option.value.isRepeatable ? " repeats=yes" : ""))
        }
        return [short, long].compactMap(\.self)
    }

    private static func assignment(_ completion: ValueCompletion) -> String {
        switch completion {
        case .words(let choices): "value=words choices=(\(words(choices)))"
        case .files: "value=files"
        case .collections: "value=collections"
        case .nothing: "value=text"
        }
    }

    private static func words(_ words: [String]) -> String { words.map(\.posixQuoted).joined(separator: " ") }

    private static func lines(_ lines: [String]) -> String { lines.joined(separator: "\n") }
}
