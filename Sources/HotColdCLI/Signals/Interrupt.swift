internal import Glibc
internal import HotColdCore
internal import ThreadSafety

/// The operator's signal, as a stop request for the engine and an exit code for the shell.
final class Interrupt: Sendable {
    /// What the engine looks at.
    let stop = StopRequest()
    private struct State {
        var received: Int32?
        /// What to say before the process ends, while nothing is there that must be finished.
        var lastWords: (@Sendable (ExitCode) -> Void)?
    }

    private let state = Locked(State())

    /// Takes note of a signal by its number, or ends the process where nothing has to be finished.
    func signal(_ number: Int32) {
        let lastWords = state.withLock { state in
            state.received = state.received ?? number
            return state.lastWords
        }
        stop.request(.signal)
        guard let lastWords, let code = exitCode else { return }
        lastWords(code)
        SignalWatch.end(code.rawValue)
    }

    /// 128 and the signal's number, as shells count; nil while there was none.
    var exitCode: ExitCode? { state.withLock(\.received).flatMap { ExitCode(rawValue: 128 + $0) } }

    /// The code of a command that ended with this one, and may have been stopped.
    ///
    /// A signal is what the caller waits for; but what went wrong before it is not to be hidden by it.
    func exitCode(over code: ExitCode) -> ExitCode {
        code == .ok || code == .leftBehind ? exitCode ?? code : code
    }

    /// From now on a signal ends the process at once, after these words: nothing is lost by it.
    func endProcess(after lastWords: @escaping @Sendable (ExitCode) -> Void) {
        state.withLock { $0.lastWords = lastWords }
    }

    /// From now on a signal is a request again.
    func letFinish() { state.withLock { $0.lastWords = nil } }
}
