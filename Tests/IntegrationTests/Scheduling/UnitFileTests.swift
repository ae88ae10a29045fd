import Foundation
import TestSupport
import Testing

@Suite(
    "The units that schedule wrote",
    .enabled(if: ShellBench.path(of: "systemd-analyze") != nil, "needs systemd-analyze"),
    .timeLimit(.minutes(30))
)
struct UnitFileTests {
    /// Writes units with a program of this name, in a folder that is taken away.
    private func withUnits(
        of program: String = "hotcold",
        _ arguments: [String] = [],
        _ body: (URL) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: TestServer.uniqueName("units"))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // Nothing of the test hangs on it.
        let file = directory.appending(path: program)
        try await copyHotcold(to: file)
        try Data(ScheduleTests.configuration.utf8).write(to: directory.appending(path: "policies.json"))
        let command = ["schedule", "--systemd", "--output", ".", "--config", "policies.json"]
        let result = try await runProgram(file.path, command + arguments, in: directory)
        #expect(result.exitCode == 0, "\(result)")
        try await body(directory)
    }

    private func analyze(_ arguments: String..., in directory: URL) async throws -> ProgramResult {
        let path = try #require(ShellBench.path(of: "systemd-analyze"))
        return try await runProgram(path, arguments, in: directory)
    }

    @Test("have nothing that systemd warns of", arguments: [[], ["--user", "daemon"]])
    func warnings(arguments: [String]) async throws {
        try await withUnits(arguments) { directory in
            for unit in ["hotcold-migrate.service", "hotcold-migrate.timer"] {
                let result = try await analyze("verify", "./" + unit, in: directory)
                #expect(result.exitCode == 0 && !"\(result)".contains("hotcold"), "\(result)")
            }
        }
    }

    @Test(
        "name the program, whatever it is called",
        arguments: ["a b", "%n 100%", "$HOME", "${x}", "a;b", ";", "žluť"]
    )
    func program(name: String) async throws {
        try await withUnits(of: name) { directory in
            let result = try await analyze("verify", "./hotcold-migrate.service", in: directory)
            #expect(result.exitCode == 0 && !"\(result)".contains("hotcold"), "\(result)")
            // And it is looked for.
            try FileManager.default.removeItem(at: directory.appending(path: name))
            let missing = try await analyze("verify", "./hotcold-migrate.service", in: directory)
            #expect(missing.exitCode != 0 && missing.standardError.contains(name), "\(missing)")
        }
    }

    @Test("leave the service little that it could do")
    func security() async throws {
        try await withUnits { directory in
            let arguments = ["security", "--offline=yes", "--threshold=20", "--no-pager", "./hotcold-migrate.service"]
            let path = try #require(ShellBench.path(of: "systemd-analyze"))
            let result = try await runProgram(path, arguments, in: directory)
            #expect(result.exitCode == 0, "\(result)")
        }
    }
}
