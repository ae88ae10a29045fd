/// A command line that cannot be carried out as it was typed (exit 64).
///
/// ```swift
/// UsageError("unknown option --collecton for migrate", hint: "did you mean --collection?")
/// ```
struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in one sentence that names the argument; without a full stop and never with a secret in it.
    let message: String

    /// What to type instead, or where to read on.
    let hint: String?

    /// Describes a wrong command line.
    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// The message and the hint, as a log would show them.
    var description: String {
        hint.map { "\(message) (\($0))" } ?? message
    }
}
