internal import Glibc
internal import ThreadSafety

/// Another program, with a text on its standard input; what it writes is kept in memory.
///
/// Input and output are files in memory and no pipes, so that neither side ever waits for the other.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Status: Equatable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        /// Reads what `waitpid` gives; the macros of `<sys/wait.h>` do the same.
        init(_ raw: Int32) { self = raw & 0x7F == 0 ? .exited(raw >> 8 & 0xFF) : .signalled(raw & 0x7F) }

        package var description: String {
            switch self {
            case .exited(let code): "exit status \(code)"
            case .signalled(let number): "signal \(number)"
            }
        }
    }

    /// What came of waiting for a program.
    package enum Outcome: Equatable {
        case ended(Status)
        case tooSlow
        case stopped
    }

    private let pid: pid_t
    private let written: Int32

    /// Starts a program in a process group of its own, with no signal blocked.
    ///
    /// It inherits no file.
    ///
    /// - Parameter arguments: the program's path, then its arguments.
    package init(_ arguments: [String], input: String, environment: [String: String]) throws(SystemError) {
        let given = try Self.memoryFile()
        defer { close(given) }
        try writeAll(input, to: given)
        lseek(given, 0, SEEK_SET)
        let written = try Self.memoryFile()
        do throws(SystemError) {
            pid = try Self.spawn(arguments, environment, input: given, output: written)
            self.written = written
        } catch {
            close(written)
            throw error
        }
    }

    deinit { close(written) }

    /// The program's process id.
    package var processID: Int32 { pid }

    /// Runs a program to its end.
    ///
    /// - Returns: Why it did not end well, to follow its name in a sentence; nil where it did.
    static func failure(
        of arguments: [String],
        input: String,
        environment: [String: String],
        timeLimit: Duration,
        stop: StopRequest
    ) async -> String? {
        let child: ChildProcess
        do throws(SystemError) {
            child = try ChildProcess(arguments, input: input, environment: environment)
        } catch {
            return "could not be started: \(error.reason)"
        }
        switch await child.wait(atMost: timeLimit, stop: stop) {
        case .ended(.exited(0)): return nil
        case .ended(let status):
            let output = child.output().inOneLine
            return "ended with \(status)" + (output.isEmpty ? "" : ": \(output)")
        case .tooSlow: return "took longer than \(timeLimit.components.seconds) s and was ended"
        case .stopped: return "was ended, since a signal ended the wait"
        }
    }

    /// Waits for the program's end without blocking a thread; ends it and all that it started when it takes too long, or
    /// when a stop is requested.
    package func wait(atMost limit: Duration, stop: StopRequest) async -> Outcome {
        let deadline = ContinuousClock.now + limit
        while true {
            if let status = reap() { return .ended(status) }
            let isStopped = stop.reason != nil || Task.isCancelled
            if isStopped || ContinuousClock.now >= deadline {
                await end()
                return isStopped ? .stopped : .tooSlow
            }
            await stop.sleep(for: .milliseconds(20))
        }
    }

    /// The beginning of what the program has written.
    package func output() -> String {
        var buffer = [UInt8](repeating: 0, count: 500)
        // The buffer lives for the call, and its length goes with it.
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe pread(written, $0.baseAddress, $0.count, 0) }
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return String(text.reversed().drop(while: \.isWhitespace).reversed())
    }

    private func end() async {
        kill(-pid, SIGKILL)
        // A killed program is gone in a moment, unless it hangs in the kernel: then nobody can wait for it.
        for _ in 0..<100 {
            if reap() != nil { return }
            try? await Task.sleep(for: .milliseconds(20))  // Cancelled: asks again at once.
        }
    }

    private func reap() -> Status? {
        var status: Int32 = 0
        return unsafe waitpid(pid, &status, WNOHANG) == pid ? Status(status) : nil
    }

    private static func memoryFile() throws(SystemError) -> Int32 {
        let path = "/hotcold-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        // Not open after exec, says shm_open(3). The path is a NUL-terminated copy that lives for the call.
        let descriptor = unsafe shm_open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw SystemError(errorNumber()) }
        // Open, it is there without its name, and nobody else finds it.
        unsafe shm_unlink(path)
        return descriptor
    }

    private static func spawn(
        _ arguments: [String],
        _ environment: [String: String],
        input: Int32,
        output: Int32
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        // Not all of this process's files are closed by exec: Foundation's, for instance, in the tests.
        for descriptor in STDERR_FILENO + 1..<min(getdtablesize(), 4096) {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var (none, ignored) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigemptyset(&ignored)
        unsafe sigaddset(&ignored, SIGPIPE)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &ignored)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var pid: pid_t = 0
        let code = unsafe withCStrings(arguments) { argv in
            unsafe withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                unsafe posix_spawn(&pid, arguments[0], &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw SystemError(code) }
        return pid
    }

    /// Runs a body with an array of C strings that ends with NULL, as `execve` takes it.
    private static func withCStrings<Success>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Success
    ) -> Success {
        var pointers = unsafe texts.map { unsafe strdup($0) }
        defer { unsafe pointers.forEach { unsafe free($0) } }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("an array with a NULL has an address") }
            return unsafe body(base)
        }
    }
}
