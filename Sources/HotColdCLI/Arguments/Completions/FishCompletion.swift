/// The completions for fish: a `complete` for each command, option and argument, with the condition that it can be typed.
enum FishCompletion {
    /// The whole script.
    static var script: String {
        #"""
        # Completion of hotcold for fish 3 or later, made by `hotcold completions fish`.

        # The options that take a value.
        set -g __hotcold_valued \#(valuedOptions.joined(separator: " "))

        \#(conditions)
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

    private static let conditions = #"""
        # The words before the cursor that are neither options nor values: the command and its argument.
        function __hotcold_plain_words
            set -l words (commandline -opc)
            set -e words[1]
            set -l is_value no
            for word in $words
                if test $is_value = yes
                    set is_value no
                else if contains -- $word $__hotcold_valued
                    set is_value yes
                else if not string match -q -- '-?*' $word
                    printf '%s\n' $word
                end
            end
        end

        # Whether there are $argv[1] of them.
        function __hotcold_operands
            test (count (__hotcold_plain_words)) -eq $argv[1]
        end

        # Whether the command is $argv[1].
        function __hotcold_command
            set -l words (__hotcold_plain_words)
            test "$words[1]" = $argv[1]
        end

        # Whether the option, with its long name and its letter, if it has one, was not given.
        # One whose value is being typed does not count.
        function __hotcold_lacks
            set -l words (commandline -opc)
            set -e words[1]
            if contains -- "$words[-1]" $__hotcold_valued
                set -e words[-1]
            end
            for word in $words
                if test "$word" = $argv[1]; or string match -q -- "$argv[1]=*" $word
                    return 1
                else if set -q argv[2]; and string match -qr -- "^-[a-zA-Z]*"(string sub -s 2 -- $argv[2]) $word
                    return 1
                end
            end
        end

        # The names of the collections in the configuration, which may be named on the line.
        function __hotcold_collections
            set -l words (commandline -opc)
            set -l config
            for index in (seq 2 (count $words))
                if test $words[$index] = --config; and test $index -lt (count $words)
                    set config --config=$words[(math $index + 1)]
                else if string match -q -- '--config=*' $words[$index]
                    set config $words[$index]
                end
            end
            set config (string replace -- '--config=~/' "--config=$HOME/" $config)
            set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
            type -q $program; or return
            printf '%s\tcollection\n' ($program completions collections $config 2>/dev/null)
        end

        # Some words, without the description that fish would else give them: that of the option.
        function __hotcold_words
            printf '%s\t\n' $argv
        end

        """#
}
