internal import Glibc
internal import ThreadSafety

/// Where output goes: results to standard output, everything else to standard error.
///
/// Writes whole texts with `write(2)`: nothing is buffered that a signal could lose, and lines of two threads don't
/// mix. A reader that went away (`| head`) is no error worth telling: nobody is left to read it. Any other loss is kept
/// for the end of the process, which is then no success.
public final class Console: Sendable {
    /// Whether standard output is a terminal that understands escape sequences.
    let outputIsTerminal: Bool
    /// Whether standard error is one.
    let errorIsTerminal: Bool
    /// The width of the terminal on standard error, or 80.
    let width: Int
    /// The width of the terminal on standard output; nil where it is none.
    let outputWidth: Int?

    private let state = Locked(State())

    private struct State {
        /// Why a result was lost.
        var loss: OutputLoss?
        /// Whether a line is on the terminal that gives way to all other output.
        var hasLine = false
    }

    /// Why a result did not reach standard output.
    struct OutputLoss: Sendable {
        fileprivate let code: Int32

        /// What the system says of it.
        var reason: String { unsafe String(cString: strerror(code)) }
    }

    /// Opens the standard descriptors that the process was started without (`>&-`), in the wrong direction.
    ///
    /// Without it the next file or connection would become one of them, and be written to. Reading and writing still fail.
    static func openClosedDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest one that is free: this one.
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// The process's own standard output and error.
    public init() {
        // One that is dumb knows no escape sequences (terminfo): it gets what a file gets.
        let isDumb = unsafe getenv("TERM").map { unsafe String(cString: $0) } == "dumb"
        outputIsTerminal = isatty(STDOUT_FILENO) == 1 && !isDumb
        errorIsTerminal = isatty(STDERR_FILENO) == 1 && !isDumb
        width = Self.width(of: STDERR_FILENO) ?? 80
        outputWidth = outputIsTerminal ? Self.width(of: STDOUT_FILENO) : nil
    }

    private static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Why a result was lost; nil where all were written, or their reader went away.
    var outputLoss: OutputLoss? { state.withLock { $0.loss?.code == EPIPE ? nil : $0.loss } }

    /// What the process ends with: a lost result is no success, and hides no other end.
    func exitCode(over code: ExitCode) -> ExitCode { code == .ok && outputLoss != nil ? .outputLost : code }

    /// Writes a result for people; a terminal gets its lines folded to its width.
    ///
    /// - Parameter isRecord: whether it tells of changes, which have to be told: on standard error, where standard output
    ///   can't be written.
    func output(_ text: String, isRecord: Bool = false) {
        let folded = outputWidth.map { text.folded(at: $0) } ?? text
        output(verbatim: Self.rendered(folded), isRecord: isRecord)
    }

    /// Writes a result for programs: JSON, a script, a file.
    ///
    /// - Parameter isRecord: as for a result for people.
    func output(verbatim text: String, isRecord: Bool = false) {
        state.withLock { state in
            clearLine(&state)
            if state.loss == nil { state.loss = write(text, to: STDOUT_FILENO) }
            if isRecord, state.loss != nil { _ = write(text, to: STDERR_FILENO) }
        }
    }

    /// Writes what is not a result.
    func error(_ text: String) {
        state.withLock { state in
            clearLine(&state)
            let folded = errorIsTerminal ? text.folded(at: width) : text
            _ = write(Self.rendered(folded), to: STDERR_FILENO)
        }
    }

    /// Writes a text in the place of the terminal's current line, until something else is written.
    func errorLine(_ text: String) {
        state.withLock { state in
            state.hasLine = true
            // Return, the text, and "erase to the end of the line" (ECMA-48).
            _ = write("\r\(Self.rendered(text))\u{1B}[K", to: STDERR_FILENO)
        }
    }

    private func clearLine(_ state: inout State) {
        guard state.hasLine else { return }
        state.hasLine = false
        _ = write("\r\u{1B}[K", to: STDERR_FILENO)
    }

    /// A text for people, its emphasis in escape sequences, and whatever else could steer a terminal escaped: the one place
    /// that sees to it.
    static func rendered(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == UInt8(ascii: "\n") }
        guard !isPlain else { return text }
        return text.unicodeScalars.reduce(into: "") { rendered, scalar in
            switch (scalar, scalar.properties.generalCategory) {
            case ("\n", _), ("\t", _): rendered.unicodeScalars.append(scalar)
            case (_, .control), (_, .format), (_, .lineSeparator), (_, .paragraphSeparator):
                rendered += String(scalar).harmless
            default:
                if let mark = TextStyle.Mark(rawValue: scalar) {
                    rendered += "\u{1B}[\(mark.code)m"
                } else {
                    rendered.unicodeScalars.append(scalar)
                }
            }
        }
    }

    /// Under the lock.
    private func write(_ text: String, to descriptor: Int32) -> OutputLoss? {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            // The buffer lives for the call.
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                bytes = bytes.dropFirst(count)
                continue
            }
            switch errorNumber() {
            case EINTR: continue
            case EAGAIN:  // Another process has made the pipe or terminal non-blocking.
                var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&writable, 1, -1)
            case let code: return OutputLoss(code: code)
            }
        }
        return nil
    }
}
