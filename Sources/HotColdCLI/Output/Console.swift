internal import Glibc
internal import Synchronization

/// Where output goes: results to standard output, everything else to standard error.
///
/// Writes whole texts with `write(2)`: nothing is buffered that a signal could lose, and lines of two threads don't
/// mix. A reader that went away (`| head`) is no error worth telling: nobody is left to read it.
public final class Console: Sendable {
    /// Whether standard output is a terminal.
    let outputIsTerminal: Bool
    /// Whether standard error is a terminal.
    let errorIsTerminal: Bool
    /// The width of the terminal on standard error, or 80.
    let width: Int

    private let lock = Mutex(())

    /// The process's own standard output and error.
    public init() {
        outputIsTerminal = isatty(STDOUT_FILENO) == 1
        errorIsTerminal = isatty(STDERR_FILENO) == 1
        var size = winsize()
        let known = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = known ? Int(size.ws_col) : 80
    }

    /// Writes a result.
    func output(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes what is not a result.
    func error(_ text: String) { write(text, to: STDERR_FILENO) }

    private func write(_ text: String, to descriptor: Int32) {
        lock.withLock { _ in
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                // The buffer lives for the call.
                let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else { return }
                bytes = bytes.dropFirst(count)
            }
        }
    }
}
