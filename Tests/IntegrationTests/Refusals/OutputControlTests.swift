import Foundation
import Mongo
import TestSupport
import Testing

@Suite("Names with control characters", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct OutputControlTests {
    /// What colours a terminal, returns to the start of its line, and begins a line of its own.
    private static let name = "a\u{1B}[31mred\rX\nb: 9 documents moved"

    private static let commands = [
        "check", "analyze", "stats", "migrate --all --dry-run", "migrate --all", "migrate --all --verbose", "verify",
        "stats --history", "quarantine list", "analyze --explain 1",
    ]

    @Test("steer no terminal and make no lines of their own, in any command's text")
    func everywhere() async throws {
        try await Bench.with { bench in
            try await bench.fill(Self.name)
            let key = String(decoding: try JSONEncoder().encode(Self.name), as: UTF8.self)
            try bench.configure("\(key): {\(Bench.policy)}")
            for command in Self.commands {
                let result = try await bench.run(command.split(separator: " ").map(String.init))
                let text = result.standardOutput + result.standardError
                #expect(result.exitCode <= 1 && !text.isEmpty, "\(command): \(result)")
                #expect(!text.contains("\u{1B}") && !text.contains("\r"), "\(command): \(text.debugDescription)")
                #expect(!text.contains("\nb: 9 documents moved"), "\(command): \(text)")
            }
            let back = ["restore", "--collection", Self.name, "--query", "{}"]
            let restored = try await bench.run(back)
            #expect(restored.exitCode == 0 && !restored.standardOutput.contains("\u{1B}"), "\(restored)")
            let answer = try Answer(try await bench.run(["migrate", "--all", "--dry-run", "--json"]))
            #expect(answer.collections.first?["collection"] as? String == Self.name, "a script gets the name as it is")
        }
    }
}
