import Foundation
import TestSupport

/// Runs any program to its end, for what hotcold needs around it: a shell, a terminal, a server.
func runProgram(_ path: String, _ arguments: [String], in directory: URL) async throws -> ProgramResult {
    let files = ["stdout", "stderr"].map { directory.appending(path: TestServer.uniqueName($0)) }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    var environment = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "HOTCOLD_CONFIG"] { environment[name] = nil }
    process.environment = environment.merging(["TERM": "xterm"]) { _, given in given }
    // Not `waitUntilExit`, which would keep a thread from the other tests.
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        process.terminationHandler = { _ in continuation.resume() }
        do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return ProgramResult(exitCode: process.terminationStatus, standardOutput: texts[0], standardError: texts[1])
}

/// Copies hotcold to a place of a test's own.
///
/// By another process: a file that this one writes is open in every program that a test starts meanwhile, and can't be run.
func copyHotcold(to file: URL) async throws {
    let directory = file.deletingLastPathComponent()
    let result = try await runProgram("/bin/cp", ["-L", HotcoldProcess.binary.path, file.path], in: directory)
    guard result.exitCode == 0 else { throw CocoaError(.fileWriteUnknown, userInfo: ["result": result]) }
}

/// How a program ended, and what it wrote.
struct ProgramResult {
    let exitCode: Int32
    let standardOutput: String
    let standardError: String
}
