internal import HotColdCore
internal import Synchronization

/// The operator's signal, as a stop request for the engine and an exit code for the shell.
final class Interrupt: Sendable {
    /// What the engine looks at.
    let stop = StopRequest()
    private let received = Mutex<Int32?>(nil)

    /// Takes note of a signal by its number.
    func signal(_ number: Int32) {
        received.withLock { $0 = $0 ?? number }
        stop.request(.signal)
    }

    /// 128 and the signal's number, as shells count; nil while there was none.
    var exitCode: ExitCode? { received.withLock { $0 }.flatMap { ExitCode(rawValue: 128 + $0) } }
}
