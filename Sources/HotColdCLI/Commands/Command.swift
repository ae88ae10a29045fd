/// A command that is ready to run: whatever can be found wrong with it without a server has been.
protocol Command: Sendable {
    /// Runs and answers with the exit code; prints results and errors on the way.
    ///
    /// - Throws: `Failure` for what ends the command without a result.
    func run(_ interrupt: Interrupt) async throws -> ExitCode
}
