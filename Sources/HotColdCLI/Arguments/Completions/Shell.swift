/// The shells that hotcold can teach its command lines; the raw value is what is typed.
enum Shell: String, CaseIterable, Sendable {
    /// Bash, 4 or later.
    case bash

    /// The Z shell.
    case zsh

    /// The friendly interactive shell, 3 or later.
    case fish

    /// Their names in a sentence.
    static let list = "bash, zsh or fish"

    /// The script that makes the shell complete hotcold's command lines, made from the command table.
    var completionScript: String {
        switch self {
        case .bash: BashCompletion.script
        case .zsh: ZshCompletion.script
        case .fish: FishCompletion.script
        }
    }
}
