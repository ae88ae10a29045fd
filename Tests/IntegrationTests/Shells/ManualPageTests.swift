import Foundation
import TestSupport
import Testing

@testable import HotColdCLI

@Suite("The manual page", .timeLimit(.minutes(30)))
struct ManualPageTests {
    /// Writes the page that hotcold prints, and runs a program on it.
    private func run(_ program: String, _ arguments: [String]) async throws -> ProgramResult {
        let directory = FileManager.default.temporaryDirectory.appending(path: TestServer.uniqueName("manual"))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // Nothing of the test hangs on it.
        let printed = try await HotcoldProcess.run(["manual"], in: directory)
        #expect(printed.exitCode == 0 && printed.standardError.isEmpty, "\(printed)")
        try Data(printed.standardOutput.utf8).write(to: directory.appending(path: "hotcold.1"))
        let path = try #require(ShellBench.path(of: program))
        return try await runProgram(path, arguments + ["hotcold.1"], in: directory)
    }

    @Test("has nothing that mandoc warns of", .enabled(if: ShellBench.path(of: "mandoc") != nil))
    func mandoc() async throws {
        let result = try await run("mandoc", ["-T", "lint", "-W", "warning"])
        #expect(result.exitCode == 0 && result.standardOutput.isEmpty, "\(result)")
    }

    @Test("has nothing that groff warns of", .enabled(if: ShellBench.path(of: "groff") != nil))
    func groff() async throws {
        let result = try await run("groff", ["-man", "-ww", "-K", "utf8", "-T", "utf8", "-z"])
        #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
    }

    @Test("says on the screen what the table says", .enabled(if: ShellBench.path(of: "mandoc") != nil))
    func rendering() async throws {
        let page = try await run("mandoc", ["-T", "utf8", "-O", "width=1000"]).standardOutput
        // Bold and italic are a character, a backspace, and a character.
        let text = page.replacing(/.\u{8}/, with: "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for command in CommandTable.commands {
            for paragraph in command.description + command.usageLines { #expect(text.contains(paragraph)) }
            for option in command.options + CommandTable.globalOptions {
                #expect(text.contains("\(option.label) \(option.help)"), "\(option.name)")
            }
            for example in command.examples {
                let line = example.line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(text.contains("\(example.explanation) \(line)"))
            }
        }
        for code in ExitCode.allCases { #expect(text.contains(code.meaning.dropFirst())) }
    }
}
