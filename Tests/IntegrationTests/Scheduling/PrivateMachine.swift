import Foundation
import TestSupport

/// Runs a program of the system as if the machine were its own: mounts, processes and names are, the network is not.
enum PrivateMachine {
    /// Whether scripts can be run here: it takes root, and a kernel that lets root do it.
    static let isPossible = allows("true")

    /// Whether a line of shell ends well there.
    static func allows(_ line: String) -> Bool {
        guard geteuid() == 0, let unshare = ShellBench.path(of: "unshare") else { return false }
        let process = Process()
        process.executableURL = URL(filePath: unshare)
        process.arguments = options + ["sh", "-c", line]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// All that a script starts ends with it, also when the test is stopped.
    private static let options = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "--ipc"]

    /// Runs a script as the first process of the machine.
    static func run(_ script: String, _ arguments: [String], in directory: URL) async throws -> ProgramResult {
        try Data(script.utf8).write(to: directory.appending(path: "script"))
        let command = ["timeout", "--kill-after=5", "100", "unshare"] + options + ["sh", "script"] + arguments
        return try await runProgram("/usr/bin/env", command, in: directory)
    }
}
