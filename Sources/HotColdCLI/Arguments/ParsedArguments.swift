/// The outcome of a command line that makes sense.
struct ParsedArguments: Equatable, Sendable {
    /// What every command takes.
    var global: GlobalOptions

    /// What is to be done.
    var invocation: Invocation
}
