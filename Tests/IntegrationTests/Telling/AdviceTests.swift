import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Commands that hotcold prints are typed as they are, in the state that prints them.
///
/// With a configuration elsewhere, and a collection whose name a shell would read.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct AdviceTests {
    private static let name = "it's; a $(test)"
    private static let collections =
        #""\#(name)": {"policy": "time_based", "date_field": "d", "hot_collection": "items", "cold_collection": "items_archive"}"#

    /// Gives a test hotcold in a folder without a configuration, which is named.
    private static func using(
        _ body: (_ fixture: MoveFixture, _ run: ([String]) async throws -> ProgramResult) async throws -> Void
    ) async throws {
        try await MoveFixture.using(collections: collections) { fixture in
            let elsewhere = fixture.directory.appending(path: "else where")
            try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
            let configuration = fixture.directory.appending(path: "a policy.json")
            try FileManager.default.moveItem(at: fixture.directory.appending(path: "policies.json"), to: configuration)
            try await body(fixture) { arguments in
                let path = HotcoldProcess.binary.path
                return try await runProgram(path, arguments + ["--config", configuration.path], in: elsewhere)
            }
        }
    }

    /// The commands in a text, each of which stands at the end of a line.
    private static func commands(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            line.range(of: "hotcold [a-z]+ --", options: .regularExpression).map { String(line[$0.lowerBound...]) }
        }
    }

    private static func type(
        _ command: String,
        id: String = "",
        _ fixture: MoveFixture
    ) async throws -> ProgramResult {
        let line = command.replacing("--id ID", with: "--id \(id)")
        let program = "'\(HotcoldProcess.binary.path)'"
        return try await runProgram(
            "/bin/bash",
            ["-c", line.replacing(/^hotcold/, with: program)],
            in: fixture.directory.appending(path: "else where")
        )
    }

    @Test func `of check, for the first dry run`() async throws {
        try await Self.using { fixture, run in
            try await fixture.insert(3)
            let check = try await run(["check"])
            let command = try #require(Self.commands(in: check.standardOutput).first, "\(check)")
            let dryRun = try await Self.type(command, fixture)
            #expect(dryRun.exitCode == 0 && dryRun.standardOutput.contains("3 documents would move"), "\(dryRun)")
        }
    }

    /// Between two identical documents, and two different ones.
    @Test func `of verify, for documents in both tiers`() async throws {
        try await Self.using { fixture, run in
            let documents = try await fixture.insert(4)
            _ = try await run(["migrate", "--all"])
            // By a run on record, by nobody, and other ones.
            try await fixture.hot.insert(documents[..<1] + documents[2...].map(MoveFixture.changed), into: "items")
            let extra = MoveFixture.document(77)
            try await fixture.hot.insert([extra], into: "items")
            try await fixture.cold.insert([extra], into: "items_archive")

            let verify = try await run(["verify"])
            #expect(verify.exitCode == 1)
            let printed = Self.commands(in: verify.standardOutput)
            let fix = try #require(printed.first { $0.contains("--fix") }, "\(verify)")
            let keep = try #require(printed.first { $0.contains("keep-target") }, "\(verify)")
            let replace = try #require(printed.first { $0.contains("--on-conflict replace") }, "\(verify)")
            #expect(try await Self.type(keep, id: "2", fixture).exitCode == 0)
            #expect(try await Self.type(replace, id: "3", fixture).exitCode == 0)
            let fixed = try await Self.type(fix, fixture)
            // What nobody moved is left, with two commands more.
            #expect(fixed.exitCode == 1, "\(fixed)")
            let restore = try #require(
                Self.commands(in: fixed.standardOutput).first { $0.contains("restore") },
                "\(fixed)"
            )
            #expect(try await Self.type(restore, id: "77", fixture).exitCode == 0)
            let after = try await run(["verify"])
            #expect(after.exitCode == 0, "\(after)")
            try await fixture.expect(hot: [MoveFixture.changed(documents[2]), documents[3], extra])
        }
    }

    @Test func `of migrate, where it asks`() async throws {
        try await Self.using { fixture, run in
            let early = MoveFixture.document(1, at: 1_000)
            try await fixture.hot.insert([early], into: "items")
            let asked = try await run(["migrate", "--all"])
            #expect(asked.exitCode == 1)
            let confirm = try #require(
                asked.standardError.range(of: "--confirm .*", options: .regularExpression),
                "\(asked)"
            )
            let option = asked.standardError[confirm].split(separator: "\n")[0]
            let command = "hotcold migrate --all \(option) --config '\(fixture.directory.path)/a policy.json'"
            #expect(try await Self.type(command, fixture).exitCode == 0)
            try await fixture.expect(hot: [], cold: [early])
        }
    }
}
