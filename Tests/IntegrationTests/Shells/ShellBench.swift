import Foundation
import TestSupport

@testable import HotColdCLI

/// A folder with configurations, the program on the path, and a shell that knows its completions.
struct ShellBench {
    let shell: Shell
    let directory: URL

    /// Where a shell is; nil where it is not installed.
    static func path(of shell: String) -> String? {
        ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + shell }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The shells that are installed here.
    static let installed = Shell.allCases.filter { path(of: $0.rawValue) != nil }

    /// Gives a test its own, and takes it away also when the test fails.
    static func with(_ shell: Shell, _ body: (ShellBench) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: TestServer.uniqueName("shells"))
        let programs = directory.appending(path: "programs")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // Nothing of the test hangs on it.
        let program = programs.appending(path: "hotcold")
        try FileManager.default.createSymbolicLink(at: program, withDestinationURL: HotcoldProcess.binary)
        let bench = ShellBench(shell: shell, directory: directory)
        try bench.write(#"{"collections": {"users": {}, "orders": {}, "logs": {}}}"#, to: "policies.json")
        try bench.write(#"{"collections": {"papers": {}, "people": {}}}"#, to: "others.json")
        try await body(bench)
    }

    /// Writes a file of the folder, which is where the shell runs.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appending(path: name))
    }

    /// Runs a script of the shell to its end, without the configuration of whoever runs the tests.
    func run(_ script: String) async throws -> ProgramResult {
        try write(script, to: "script")
        let variables = [
            "PATH=\(directory.path)/programs:/usr/bin:/bin", "HOME=\(directory.path)", "ZDOTDIR=\(directory.path)",
        ]
        let options =
            switch shell {
            case .bash: ["--noprofile", "--norc"]
            case .zsh: ["-f"]
            case .fish: ["--no-config"]
            }
        // A shell that waits for its terminal must not outlive the test.
        let command = ["timeout", "50", shell.rawValue] + options + ["script"]
        return try await runProgram("/usr/bin/env", variables + command, in: directory)
    }

    /// What the shell offers where each of the lines ends: the words that could stand instead of the last one.
    ///
    /// - Parameter script: the completions, instead of those that hotcold prints.
    func offers(on lines: [String], script: String? = nil) async throws -> [String: [String]] {
        try write(script ?? shell.completionScript, to: "completions")
        try write(lines.map { $0 + "\n" }.joined(), to: "lines")
        let result = try await run(asking)
        guard result.exitCode == 0, result.standardError.isEmpty else { throw Failed(result: result) }
        let output = try String(contentsOf: directory.appending(path: "offers"), encoding: .utf8)
        let answers = output.split(separator: "\n? ", omittingEmptySubsequences: false).map {
            $0.split(separator: "\n")
        }
        return Dictionary(
            zip(lines, answers.dropFirst().map { $0.map(String.init).sorted() }),
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What a shell wrote that should have ended well and in silence.
    struct Failed: Error, CustomStringConvertible {
        let result: ProgramResult
        var description: String { "\(result)" }
    }

    private var asking: String {
        switch shell {
        case .bash: Self.askingBash
        case .zsh: Self.askingZsh
        case .fish: Self.askingFish
        }
    }
}
