/// The completions for fish: a `complete` for each command, option and argument, with the condition that it can be typed.
enum FishCompletion {
    /// The whole script.
    static var script: String {
        #"""
        # Completion of hotcold for fish 3 or later, made by `hotcold completions fish`.

        # The options that take a value.
        set -g __hotcold_valued \#(valuedOptions.joined(separator: " "))

        \#(functions)
        complete -c hotcold -f
        \#((commands + globalOptions + ownOptions).joined(separator: "\n"))

        """#
    }

    /// The options that take a value, of whatever command: an option takes one for all of its commands or for none.
    private static var valuedOptions: [String] {
        (CommandTable.globalOptions + CommandTable.commands.flatMap(\.options))
            .filter { $0.value.completion != nil }
            .map(\.typedName)
            .withoutRepetitions
    }

    private static var commands: [String] {
        CommandTable.commands.map { command in
            let description = command.summary.gist.fishQuoted
            return
                "complete -c hotcold -n '__hotcold_operands 0' -a \(words([command.name.rawValue])) -d \(description)"
        }
            + CommandTable.commands.compactMap { command in
                command.operand.map { operand in
                    let condition = "__hotcold_operands 1; and __hotcold_command \(command.name.rawValue)"
                    return "complete -c hotcold -n \(condition.fishQuoted) -a \(words(operand.choices))"
                }
            }
    }

    private static var globalOptions: [String] { CommandTable.globalOptions.map { line($0, when: []) } }

    private static var ownOptions: [String] {
        CommandTable.commands.flatMap { command in
            command.options.map { line($0, when: ["__hotcold_command \(command.name.rawValue)"]) }
        }
    }

    /// The command that makes fish know an option, where some conditions hold.
    static func line(_ option: OptionSpec, when command: [String]) -> String {
        let forms = [option.typedName] + (option.short.map { ["-\($0)"] } ?? [])
        let isNew = option.value.isRepeatable ? [] : ["__hotcold_lacks \(forms.joined(separator: " "))"]
        let conditions = (command + isNew).joined(separator: "; and ")
        let short = option.short.map { " -s \($0)" } ?? ""
        let value = option.value.completion.map(arguments) ?? ""
        return "complete -c hotcold" + (conditions.isEmpty ? "" : " -n \(conditions.fishQuoted)")
            + "\(short) -l \(option.name)\(value) -d \(option.help.gist.fishQuoted)"
    }

    private static func arguments(_ completion: ValueCompletion) -> String {
        switch completion {
        case .words(let choices):
            " -x -a \("(__hotcold_words \(choices.map(\.fishQuoted).joined(separator: " ")))".fishQuoted)"
        case .files: " -r -F"
        case .collections: " -x -a '(__hotcold_collections)'"
        case .nothing: " -x"
        }
    }

    /// The words as the one argument of `-a`, which fish takes apart as it would a line.
    private static func words(_ words: [String]) -> String {
        words.map(\.fishQuoted).joined(separator: " ").fishQuoted
    }
}
