public import Foundation
import ThreadSafety

/// The `hotcold` program, run as an operator runs it.
///
/// ```swift
/// let result = try await HotcoldProcess.run(["migrate", "--all", "--json"], in: directory)
/// #expect(result.exitCode == 0, "\(result)")
/// ```
/// It sees the tests' environment without hotcold's own variables, plus what the test gives.
public final class HotcoldProcess: Sendable {
    /// What the program wrote so far, or in all after `wait()`.
    public let standardOutput = ProcessOutput()
    /// The same of standard error.
    public let standardError = ProcessOutput()

    private let process: Process
    private let ending = Ending()

    /// Runs the program to its end.
    public static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String? = nil,
        in directory: URL = FileManager.default.temporaryDirectory
    ) async throws -> ProcessResult {
        try await start(arguments, environment: environment, input: input, in: directory).wait()
    }

    /// Starts the program, to be watched and signalled; without `input`, its standard input is empty.
    public static func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String? = nil,
        in directory: URL = FileManager.default.temporaryDirectory
    ) throws -> HotcoldProcess {
        try HotcoldProcess(arguments, environment, input, directory)
    }

    private init(_ arguments: [String], _ environment: [String: String], _ input: String?, _ directory: URL) throws {
        process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments
        process.environment = Self.cleanEnvironment.merging(environment) { _, given in given }
        process.currentDirectoryURL = directory
        let output = Pipe()
        let error = Pipe()
        let stdin = input.map { _ in Pipe() }
        process.standardOutput = output
        process.standardError = error
        process.standardInput = stdin ?? FileHandle.nullDevice
        process.terminationHandler = { [ending] process in
            let signal = process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil
            ending.set(signal.map { (128 + $0, $0) } ?? (process.terminationStatus, nil))
        }
        try withAllSignals { try process.run() }
        standardOutput.collect(from: output.fileHandleForReading)
        standardError.collect(from: error.fileHandleForReading)
        if let stdin, let input {
            Thread.detachNewThread {
                // A program that doesn't read its input is free to end: then the write fails.
                try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try? stdin.fileHandleForWriting.close()
            }
        }
    }

    /// A test that fails, and waits no more, must not leave the program running.
    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Its process id.
    public var processID: Int32 { process.processIdentifier }

    /// Whether the program under test can stop itself at a step of the protocol: debug builds can.
    public static let hasHaltingPoints: Bool = {
        guard let bytes = try? Data(contentsOf: binary, options: .alwaysMapped) else { return false }
        return bytes.range(of: Data("HOTCOLD_HALT_AT".utf8)) != nil
    }()

    /// Whether the program is built with the thread sanitizer, as `scripts/test --sanitize thread` does.
    public static var hasThreadSanitizer: Bool { TestServer.value(of: "TSAN_OPTIONS") != nil }

    /// The environment for a program whose wall clock is wrong, by `Tests/WrongClock`; nil where that is not built.
    ///
    /// Nil under the thread sanitizer, too: it waits for conditions past the library, by the right clock.
    public static func environment(clockWrongBy seconds: Int) -> [String: String]? {
        hasThreadSanitizer ? nil : preloading("WrongClock", ["WRONG_CLOCK_SECONDS": "\(seconds)"])
    }

    /// The environment for a program of another boot of the same machine, by `Tests/OtherBoot`; nil where that is not
    /// built.
    public static func environment(boot: String) -> [String: String]? {
        preloading("OtherBoot", ["OTHER_BOOT_ID": boot])
    }

    private static func preloading(_ library: String, _ settings: [String: String]) -> [String: String]? {
        let file = binary.deletingLastPathComponent().appendingPathComponent("lib\(library).so").path
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        return settings.merging(["LD_PRELOAD": file]) { $1 }
    }

    /// Whether it has not ended; it may be stopped.
    public var isRunning: Bool {
        switch state {
        case nil, "Z", "X": false
        default: true
        }
    }

    /// Waits until it has stopped itself; false when it ended without.
    public func hasHalted() async throws -> Bool {
        while state != "T" {
            guard isRunning else { return false }
            try await Task.sleep(for: .milliseconds(2))
        }
        return true
    }

    /// How many threads it has; 0 when it is gone.
    public var threadCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID)/task").count) ?? 0
    }

    /// The letter of its state, from proc(5); nil when it is gone.
    private var state: Character? {
        let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)  // Gone when it has ended.
        // The name before it is in parentheses and can have any letters.
        return text?.split(separator: ")").last?.first { $0 != " " }
    }

    /// Sends it a signal, such as `SIGTERM`.
    public func send(signal: Int32) { kill(process.processIdentifier, signal) }

    /// Lets it go on from where it has stopped, and stops it again at a moment that nobody knows, some microseconds later.
    ///
    /// Without a suspension in between: tasks that keep all threads busy can't let the moment pass.
    public func goOn(forMicroseconds time: UInt32) {
        send(signal: SIGCONT)
        usleep(time)
        send(signal: SIGSTOP)
    }

    /// Waits for its end.
    @discardableResult
    public func wait() async -> ProcessResult {
        let (exitCode, signal) = await ending.value()
        return ProcessResult(
            exitCode: exitCode,
            signal: signal,
            standardOutput: await standardOutput.whole(),
            standardError: await standardError.whole()
        )
    }

    /// The program under test: `HOTCOLD_TEST_BINARY`, else `hotcold` beside the test bundle.
    public static var binary: URL {
        if let path = TestServer.value(of: "HOTCOLD_TEST_BINARY") { return URL(fileURLWithPath: path) }
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("hotcold")
    }

    /// The tests' environment without what configures hotcold.
    private static var cleanEnvironment: [String: String] {
        let own = ["MIGRATION_BATCH_SIZE", "DELETE_AFTER_MIGRATION", "VERIFY_MIGRATION", "MONITORING_ENABLED"]
        let prefixes = ["HOTCOLD_", "HOT_", "COLD_", "ALERT_THRESHOLD_", "XDG_CONFIG_HOME", "NO_COLOR"] + own
        return ProcessInfo.processInfo.environment.filter { name, _ in !prefixes.contains(where: name.hasPrefix) }
    }
}

/// How a program ended.
public struct ProcessResult: Sendable, CustomStringConvertible {
    /// Its exit status; 128 and the signal's number when a signal ended it, as shells say.
    public let exitCode: Int32
    /// The signal that ended it.
    public let signal: Int32?
    /// Everything it wrote to standard output.
    public let standardOutput: String
    /// Everything it wrote to standard error.
    public let standardError: String

    /// All of it, for a failed expectation's comment.
    public var description: String {
        "exit code \(exitCode)\n--- stdout\n\(standardOutput)\n--- stderr\n\(standardError)"
    }
}

/// Runs a body with no signal blocked.
///
/// A program inherits the signal mask of the thread that starts it, and the threads of Swift's tasks block most.
func withAllSignals<Success>(_ body: () throws -> Success) rethrows -> Success {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try body()
}

/// The end of a process, awaited by any number of tasks.
private final class Ending: Sendable {
    typealias Value = (exitCode: Int32, signal: Int32?)
    private struct State {
        var value: Value?
        var waiting: [CheckedContinuation<Value, Never>] = []
    }

    private let state = Locked(State())

    func set(_ value: Value) {
        let waiting = state.withLock { state in
            state.value = value
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state in
                if state.value == nil { state.waiting.append(continuation) }
                return state.value
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}
