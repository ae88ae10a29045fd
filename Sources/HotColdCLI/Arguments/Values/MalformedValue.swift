/// The complaint about a value, without the name of the option or the key it was given for.
///
/// Whoever knows the name puts it in front: `--limit` and "takes a whole number of at least 1, not -5" make a message.
struct MalformedValue: Error, Equatable {
    /// What is expected and what was found: a phrase that begins with "takes".
    let complaint: String

    /// What was probably meant.
    let hint: String?

    /// Describes a value by what was expected of it.
    ///
    /// - Parameters:
    ///   - expectation: What the option takes, for instance "a whole number of at least 1".
    ///   - text: The value as it was given.
    ///   - hint: What was probably meant.
    init(takes expectation: String, not text: String, hint: String? = nil) {
        complaint = "takes \(expectation), not \(text.shown)"
        self.hint = hint
    }
}
