import HotColdCore

/// The usage errors about names, with the hint that says what was probably meant.
enum Suggestion {
    /// A first argument that is no command.
    static func unknownCommand(_ word: String) -> UsageError {
        let typed = word.withPlainDashes
        if typed != word, typed.hasPrefix("-") { return pastedDash(word, meant: typed) }
        let nearest = nearest(to: word, among: CommandName.allCases.map(\.rawValue))
        return UsageError("unknown command \(word.shown)", hint: nearest.map(didYouMean) ?? "see: hotcold help")
    }

    /// A shell that hotcold has no completions for.
    static func unknownShell(_ word: String) -> UsageError {
        let shells = Shell.allCases.map(\.rawValue)
        let hint = nearest(to: word, among: shells).map(didYouMean) ?? "there are completions for \(Shell.list)"
        return UsageError("unknown shell \(word.shown)", hint: hint)
    }

    /// Something that can't be done with what is in quarantine.
    static func unknownAct(_ word: String, among acts: [String]) -> UsageError {
        let hint = nearest(to: word, among: acts).map(didYouMean) ?? "it takes \(acts.joined(separator: ", "))"
        return UsageError("unknown action \(word.shown) for quarantine", hint: hint)
    }

    /// A long option that does not exist at this place.
    static func unknownOption(_ name: String, of command: CommandSpec?) -> UsageError {
        let message = "unknown option \("--\(name)".shown)" + (command.map { " for \($0.name.rawValue)" } ?? "")
        return UsageError(message, hint: hint(forOption: name, of: command))
    }

    /// A letter in a bundle of short flags that is no flag.
    static func unknownFlag(_ letter: Character, in argument: String, of command: CommandSpec?) -> UsageError {
        let place = argument.dropFirst().count > 1 ? " in \(argument.shown)" : ""
        let message = "unknown flag \("-\(letter)".shown)\(place)" + (command.map { " for \($0.name.rawValue)" } ?? "")
        let name = argument.dropFirst().prefix { $0 != "=" }
        let options = CommandTable.globalOptions + (command?.options ?? [])
        if let long = options.first(where: { $0.name == name }) {
            return UsageError(message, hint: didYouMean(long.typedName))
        }
        let otherCase = letter.isUppercase ? letter.lowercased() : letter.uppercased()
        let other = options.compactMap(\.short).first { String($0) == otherCase }
        return UsageError(message, hint: other.map { didYouMean("-\($0)") } ?? seeHelp(command))
    }

    /// An argument that is neither an option nor a value.
    static func unexpectedOperand(_ word: String, of command: CommandSpec) -> UsageError {
        let typed = word.withPlainDashes
        if typed != word, typed.hasPrefix("-") { return pastedDash(word, meant: typed) }
        let message = "unexpected argument \(word.shown) for \(command.name.rawValue)"
        if command.options.contains(where: { $0.name == word }) {
            return UsageError(message, hint: didYouMean("--\(word)"))
        }
        let looksLikeName = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
        guard looksLikeName, !word.hasPrefix("-"), command.options.contains(where: { $0.name == "collection" }) else {
            return UsageError(message, hint: seeHelp(command))
        }
        return UsageError(message, hint: didYouMean("--collection \(word.shown)"))
    }

    /// An option that has no value, because the arguments end or go on with another option.
    static func missingValue(
        of option: OptionSpec,
        before next: String?,
        in command: CommandSpec?,
        known: [OptionSpec]
    ) -> UsageError {
        let message = "\(option.typedName) needs a value: \(option.label)"
        guard let next, next != "--", !known.contains(where: { next.isOption($0) }) else {
            return UsageError(message, hint: seeHelp(command))
        }
        return UsageError(message, hint: "a value that begins with - is written \("\(option.typedName)=\(next)".shown)")
    }

    private static func hint(forOption name: String, of command: CommandSpec?) -> String {
        let options = CommandTable.globalOptions + (command?.options ?? [])
        let owners = CommandTable.commands.filter { $0.options.contains { $0.name == name } }.map(\.name.rawValue)
        if let owner = owners.first {
            return command == nil
                ? "it belongs after the command: hotcold \(owner) --\(name)"
                : "it is an option of \(owners.joined(separator: " and "))"
        }
        return nearest(to: name, among: options.map(\.name)).map { didYouMean("--\($0)") } ?? seeHelp(command)
    }

    /// The nearest word, else the only one that goes on where the typed one ends: there are no abbreviations.
    private static func nearest(to word: String, among candidates: [String]) -> String? {
        if let match = nearestMatch(to: word, among: candidates) { return match }
        let completions = candidates.filter { word.count > 1 && $0.hasPrefix(word) }
        return completions.count == 1 ? completions.first : nil
    }

    private static func pastedDash(_ word: String, meant: String) -> UsageError {
        UsageError("\(word.shown) begins with a typographic dash", hint: "type plain ones: \(meant.shown)")
    }

    private static func didYouMean(_ text: String) -> String { "did you mean \(text)?" }

    private static func seeHelp(_ command: CommandSpec?) -> String {
        command.map { "see: hotcold help \($0.name.rawValue)" } ?? "see: hotcold help"
    }
}

extension String {
    /// The text with the dashes that word processors make of `-` and `--` at its beginning turned back.
    fileprivate var withPlainDashes: String {
        let name = drop { "-–—−‐".contains($0) }
        let dashes = prefix(count - name.count)
        return dashes.allSatisfy { $0 == "-" } ? self : (name.count == 1 ? "-" : "--") + name
    }

    /// Whether the argument is the option, in any form.
    fileprivate func isOption(_ option: OptionSpec) -> Bool {
        self == option.typedName || hasPrefix("\(option.typedName)=")
            || option.short.map { hasPrefix("-\($0)") } ?? false
    }
}
