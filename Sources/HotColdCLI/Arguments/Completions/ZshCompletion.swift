/// The completions for zsh: the command table as entries of `_arguments`.
///
/// The script can be a file `_hotcold` of `fpath`, whose first lines then make it the function itself, or be run by
/// `eval`.
enum ZshCompletion {
    /// The whole script.
    static var script: String {
        #"""
        #compdef hotcold
        # Completion of hotcold for zsh, made by `hotcold completions zsh`.

        # The commands with what they do.
        _hotcold_commands() {
            local -a names=(
        \#(lines(CommandTable.commands.map { entry($0.name.rawValue, $0.summary.gist) }))
            )
            _describe -t commands command names
        }

        # The collections of the configuration, which may be named on the line.
        _hotcold_collections() {
            local config expl
            local -a names
            # As it was typed, and with backslashes of _arguments' own.
            config=${(Q)${(Q)opt_args[--config]}}
            config=${config/#\~\//$HOME/}
            names=(${(f)"$(_call_program collections $words[1] completions collections \
                ${config:+--config=${(q)config}} 2>/dev/null)"})
            _wanted collections expl collection compadd -a names
        }

        # What can be typed depends on the command, if there is one before the cursor.
        _hotcold() {
            local command
            local -i index
            local -a entries
            typeset -A opt_args
            for ((index = 2; index < CURRENT; index++)); do
                case $words[index] in
                    (\#(globalOptionsWithValues)) ((index++)) ;;
                    (-*) ;;
                    (*) command=$words[index]; break ;;
                esac
            done
            entries=(
                '1:command:_hotcold_commands'
        \#(lines(CommandTable.globalOptions.map(entry)))
            )
            case $command in
        \#(CommandTable.commands.compactMap(commandCase).joined(separator: "\n"))
            esac
            _arguments -s -S : $entries
        }

        # The file of an autoloaded function is run as the function, the first time.
        if [[ $funcstack[1] == _hotcold ]]; then
            _hotcold "$@"
        else
            compdef _hotcold hotcold
        fi

        """#
    }

    private static var globalOptionsWithValues: String {
        CommandTable.globalOptions.filter { $0.value.completion != nil }.map(\.typedName).joined(separator: "|")
    }

    /// What is added to the entries where a command is on the line; nil for one that takes nothing.
    private static func commandCase(_ command: CommandSpec) -> String? {
        let operand = command.operand.map { operand in
            "2:\(operand.metavar.zshEscaped):\(action(.words(operand.choices)))".posixQuoted
        }
        let entries = (operand.map { [$0] } ?? []) + command.options.map(entry)
        return entries.isEmpty
            ? nil
            : """
                    (\(command.name.rawValue))
                        entries+=(
                            \(entries.joined(separator: "\n                "))
                        )
                        ;;
            """
    }

    /// A word and what it stands for, as `_describe` takes them.
    private static func entry(_ word: String, _ text: String) -> String {
        "\(word.zshEscaped):\(text.zshEscaped)".posixQuoted
    }

    /// An option as `_arguments` takes it: the forms that exclude each other or `*`, the forms, help, value.
    static func entry(_ option: OptionSpec) -> String {
        let help = "[\(option.help.gist.zshEscaped)]"
        guard let completion = option.value.completion, let metavar = option.value.metavar else {
            guard let short = option.short else { return "\(option.typedName)\(help)".posixQuoted }
            let forms = "-\(short) \(option.typedName)"
            return "'(\(forms))'{\(forms.replacing(" ", with: ","))}\(help.posixQuoted)"
        }
        let repeats = option.value.isRepeatable ? "*" : ""
        return "\(repeats)\(option.typedName)=\(help):\(metavar.zshEscaped):\(action(completion))".posixQuoted
    }

    private static func action(_ completion: ValueCompletion) -> String {
        switch completion {
        case .words(let words): "(\(words.map(\.posixQuoted.zshEscaped).joined(separator: " ")))"
        case .files: "_files"
        case .collections: "_hotcold_collections"
        case .nothing: " "  // Shows what is wanted, and offers nothing.
        }
    }

    private static func lines(_ entries: [String]) -> String {
        entries.map { "        \($0)" }.joined(separator: "\n")
    }
}
