import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// An archive that somebody has renamed or moved on purpose, and says so.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct AdoptTests {
    private static let renamed =
        #""items": {"policy": "time_based", "date_field": "d", "cold_collection": "old items"}"#

    /// Gives a test an archive of 50 documents of a run, moved by a body, and a configuration that names its new place.
    private static func using(
        on topology: Topology,
        moved move: (MoveFixture) async throws -> Void,
        _ body: (_ fixture: MoveFixture, _ documents: [BSONDocument], _ run: String) async throws -> Void
    ) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(50)
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["migrated": 50])
            try await move(fixture)
            let uris = try fixture.uris
            try fixture.configure(renamed, hot: uris.hot, cold: uris.cold)
            try await body(fixture, documents, run.id)
        }
    }

    /// As a dump and its restoration do it.
    private static func copy(_ fixture: MoveFixture, last: Int = 50) async throws {
        try await fixture.cold.insert(
            try await fixture.cold.documents(in: "items_archive").suffix(last),
            into: "old items"
        )
    }

    private static func adopt(_ fixture: MoveFixture, _ arguments: String...) async throws -> (Int32, BSONDocument) {
        let from = ["adopt", "--collection", "items", "--from", "\(fixture.cold.namespace("items_archive"))"]
        let result = try await fixture.start(from + arguments).wait()
        let report = try ExtendedJSONQuery.parseDocument(result.standardOutput)
        return (result.exitCode, report["collections"]?.array?.first?.document ?? [:])
    }

    private static func message(_ report: BSONDocument) -> String {
        report["error"]?.document?["message"]?.string ?? ""
    }

    /// The commands that are printed are typed as they are.
    @Test(arguments: Topology.allCases)
    func `a renamed archive is adopted by the command that check and migrate print`(topology: Topology) async throws {
        try await Self.using(on: topology) { fixture in
            try await fixture.cold.rename("items_archive", to: "old items")
        } _: { fixture, documents, run in
            let refused = try await fixture.run("migrate", "--all")
            refused.expect(1, "partial")
            let hint = refused.first["error"]?.document?["hint"]?.string ?? ""
            let check = try ExtendedJSONQuery.parseDocument(try await fixture.start("check").wait().standardOutput)
            let findings = check["findings"]?.array?.compactMap(\.document) ?? []
            let finding = findings.first { $0["code"]?.string == "tiers_changed" }
            let command = try #require(finding?["command"]?.string, "\(check.testDescription)")
            #expect(command.hasPrefix("hotcold adopt ") && hint.contains(command), "\(command): \(hint)")
            let line = command.replacing("hotcold", with: "'\(HotcoldProcess.binary.path)'")
            let adopted = try await runProgram("/bin/sh", ["-c", line], in: fixture.directory)
            #expect(adopted.exitCode == 0, "\(adopted)")
            #expect(adopted.standardOutput.contains("the same collection by its UUID"), "\(adopted)")

            let next = MoveFixture.document(99)
            try await fixture.insert([next], into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 1])
            try await fixture.expect("old items", in: fixture.cold, holds: documents + [next])
            try await fixture.verify("--run", run).expect(0, ["moved": 50, "intact": 50])
            let (code, report) = try await Self.adopt(fixture)
            #expect(code == 1 && Self.message(report).contains("no run is on record"), "\(report.testDescription)")
        }
    }

    @Test(arguments: Topology.allCases)
    func `a copy is adopted where it has as much and the former is gone`(topology: Topology) async throws {
        try await Self.using(on: topology) { fixture in
            try await Self.copy(fixture)
        } _: { fixture, documents, run in
            let (refused, report) = try await Self.adopt(fixture)
            #expect(
                refused == 1 && Self.message(report).contains("is still there and has 50"),
                "\(report.testDescription)"
            )
            try await fixture.cold.drop("items_archive")
            let history = try await fixture.history(of: run)
            let (dry, planned) = try await Self.adopt(fixture, "--dry-run")
            #expect(dry == 0 && planned["history_records"]?.integer == 1, "\(planned.testDescription)")
            #expect(try await fixture.history(of: run) == history)
            let (code, adopted) = try await Self.adopt(fixture)
            #expect(code == 0 && adopted["same_collection"]?.bool == false, "\(adopted.testDescription)")
            #expect(adopted["journal_records"]?.integer == planned["journal_records"]?.integer)
            try await fixture.verify("--run", run).expect(0, ["intact": 50])
            try await fixture.run("restore", "--collection", "items", "--query", "{}")
                .expect(0, "completed", ["restored": 50])
            try await fixture.expect(hot: documents)
        }
    }

    @Test func `what has lost most of it is adopted only by an operator who insists`() async throws {
        try await Self.using(on: .oneCluster) { fixture in
            try await Self.copy(fixture, last: 20)
            try await fixture.cold.drop("items_archive")
        } _: { fixture, _, run in
            let (refused, report) = try await Self.adopt(fixture)
            #expect(
                refused == 1 && Self.message(report).contains("had 50 documents after"),
                "\(report.testDescription)"
            )
            let (code, _) = try await Self.adopt(fixture, "--confirm", "items")
            #expect(code == 0)
            try await fixture.verify("--run", run).expect(1, ["intact": 20])
            // He has said that this is the archive: nobody asks again.
            try await fixture.insert([MoveFixture.document(99)], into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 1])
        }
    }

    @Test func `a collection that is not there is no archive`() async throws {
        try await Self.using(on: .oneCluster) { _ in
        } _: { fixture, documents, _ in
            let (refused, report) = try await Self.adopt(fixture)
            #expect(refused == 1 && Self.message(report).contains("does not exist"), "\(report.testDescription)")
            try await fixture.expect(hot: [], cold: documents)
        }
    }
}
