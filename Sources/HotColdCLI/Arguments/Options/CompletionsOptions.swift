internal import HotColdCore

/// What `hotcold completions` is asked to print.
enum CompletionsOptions: Equatable, Sendable {
    /// The script that teaches a shell.
    case script(Shell)

    /// The names of the configured collections, one on a line: what the scripts ask while somebody types.
    ///
    /// No help mentions it.
    case collections
}

extension CompletionsOptions {
    /// Makes the options from the argument of the command.
    ///
    /// - Throws: `UsageError` when it names no shell.
    init(operand: String?) throws(UsageError) {
        guard let operand else {
            throw UsageError("completions needs a shell: \(Shell.list)", hint: "see: hotcold help completions")
        }
        if operand == "collections" {
            self = .collections
        } else if let shell = Shell(rawValue: operand) {
            self = .script(shell)
        } else {
            throw Suggestion.unknownShell(operand)
        }
    }

    /// What is printed: a script, or names.
    ///
    /// Blocks while it reads the configuration, for the names.
    func text(configurationFile: String?, environment: [String: String]) -> String {
        switch self {
        case .script(let shell): return shell.completionScript
        case .collections:
            // While a line is typed nobody wants to read what is wrong with the file: the command will say it.
            let names = try? Configuration.collectionNames(file: configurationFile, environment: environment)
            return (names ?? []).filter(\.isPlain).map { $0 + "\n" }.joined()
        }
    }
}
