import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// A slip in the thresholds does not empty a collection overnight.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ShareTests {
    private static func items(coldAfter days: Int) -> String {
        #""items": {"policy": "time_based", "date_field": "d", "cold_threshold_days": \#(days), "unusual_share_percent": 10}"#
    }

    /// Documents of every hour of a hundred days and more.
    private static func withHours(on topology: Topology, _ body: (MoveFixture) async throws -> Void) async throws {
        try await MoveFixture.using(on: topology, collections: items(coldAfter: 90)) { fixture in
            let now = Int64(Date().timeIntervalSince1970) * 1000
            let documents = (0..<2600).map { MoveFixture.document(.int($0), at: now - Int64($0) * 3_600_000) }
            try await fixture.hot.insert(documents, into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await body(fixture)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a threshold edited from 90 to 9 stops the run with nothing moved`(topology: Topology) async throws {
        try await Self.withHours(on: topology) { fixture in
            let before = try await fixture.hot.count("items")
            try fixture.edit { $0.replacing(#""cold_threshold_days": 90"#, with: #""cold_threshold_days": 9"#) }
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 0, "deleted": 0])
            let error = try #require(run.first["error"]?.document)
            #expect(error["code"]?.integer == 1)
            #expect(error["message"]?.string?.contains("cold_threshold_days 90 → 9") == true)
            #expect(error["hint"]?.string?.contains("--confirm items") == true)
            #expect(try await fixture.hot.count("items") == before)
            // Not even when nobody has looked for a month.
            try await fixture.ageHistory(byDays: 29)
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0])

            let dryRun = try await fixture.run("migrate", "--all", "--dry-run")
            dryRun.expect(0, "completed")
            #expect(dryRun.warnings.contains { $0.contains("without --confirm items it would not run") })
            try await fixture.run("migrate", "--all", "--limit", "50").expect(0, "stopped", ["migrated": 50])
            // The trial is no measure for what is usual.
            let next = try await fixture.run("migrate", "--all")
            next.expect(1, "partial", ["migrated": 0])
            #expect(next.first["error"]?.document?["message"]?.string?.contains("cold_threshold_days 90 → 9") == true)
            let confirmed = try await fixture.run("migrate", "--all", "--confirm", "items")
            confirmed.expect(0, "completed")
            #expect(try await fixture.hot.count("items") == 9 * 24)
        }
    }

    @Test(arguments: Topology.allCases)
    func `what was restored may be migrated again`(topology: Topology) async throws {
        try await Self.withHours(on: topology) { fixture in
            try await fixture.run(
                ["restore", "--collection", "items", "--query", "{}", "--hold-days", "0"]
            ).expect(0, "completed")
            try await fixture.run("migrate", "--all").expect(0, "completed")
        }
    }

    @Test func `many restores, and another name for the collection, do not make it forget`() async throws {
        try await Self.withHours(on: .oneCluster) { fixture in
            for id in 2200..<2210 {
                try await fixture.run(
                    ["restore", "--collection", "items", "--id", "\(id)", "--hold-days", "0"]
                ).expect(0, "completed")
            }
            try fixture.edit {
                $0.replacing(#""cold_threshold_days": 90"#, with: #""cold_threshold_days": 9"#)
                    .replacing(
                        #""items": {"#,
                        with: #""things": {"hot_collection": "items", "cold_collection": "elsewhere", "#
                    )
            }
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0])
        }
    }

    @Test func `a run that was confirmed and killed goes on without a question`() async throws {
        try await Self.withHours(on: .oneCluster) { fixture in
            try fixture.edit { $0.replacing(#""cold_threshold_days": 90"#, with: #""cold_threshold_days": 9"#) }
            let process = try fixture.start(
                "migrate",
                "--all",
                "--confirm",
                "items",
                "--max-rate",
                "200",
                "--batch-size",
                "20"
            )
            let before = try await fixture.movedCount()
            try await fixture.wait(for: "a batch") { try await fixture.movedCount() > before }
            process.send(signal: SIGKILL)
            await process.wait()
            try await fixture.run("migrate", "--all").expect(0, "completed")
            #expect(try await fixture.hot.count("items") == 9 * 24)
        }
    }

    @Test func `far more than usual has to be confirmed although the policy is the same`() async throws {
        try await Self.withHours(on: .oneCluster) { fixture in
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let imported = (10_000..<13_000).map { MoveFixture.document(.int($0)) }
            try await fixture.hot.insert(imported, into: "items")
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 0])
            #expect(run.first["error"]?.document?["message"]?.string?.hasPrefix("3,000 of 5,160 documents") == true)
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(0, "completed", ["migrated": 3000])
        }
    }

    @Test func `a change that does not matter hides nothing`() async throws {
        try await Self.withHours(on: .oneCluster) { fixture in
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let imported = (10_000..<13_000).map { MoveFixture.document(.int($0)) }
            try await fixture.hot.insert(imported, into: "items")
            try fixture.edit { $0.replacing(#""cold_threshold_days": 90"#, with: #""cold_threshold_days": 91"#) }
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0])
        }
    }

    @Test func `trials of a change, however many, are no measure`() async throws {
        try await Self.withHours(on: .oneCluster) { fixture in
            try fixture.edit { $0.replacing(#""cold_threshold_days": 90"#, with: #""cold_threshold_days": 9"#) }
            try await fixture.run("migrate", "--all", "--limit", "1").expect(0, "stopped", ["migrated": 1])
            try await fixture.repeatHistory(times: 100)
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0])
        }
    }

    @Test func `what a run that was stopped had left is expected by the next`() async throws {
        try await MoveFixture.using(collections: Self.items(coldAfter: 30)) { fixture in
            try await fixture.insert(2000)
            let others = (2000..<2400).map { MoveFixture.document(.int($0), at: MoveFixture.hot) }
            try await fixture.hot.insert(others, into: "items")
            try await fixture.run("migrate", "--all", "--limit", "100").expect(0, "stopped")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 1900])
        }
    }

    @Test func `a first run that its limit keeps small leaves the question to the next`() async throws {
        try await MoveFixture.using(collections: Self.items(coldAfter: 30)) { fixture in
            try await fixture.insert(2000)
            try await fixture.run("migrate", "--all", "--limit", "100").expect(0, "stopped", ["migrated": 100])
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0])
            let confirmed = try await fixture.run("migrate", "--all", "--confirm", "items")
            confirmed.expect(0, "completed", ["migrated": 1900])
            try await fixture.run("migrate", "--all").expect(0, "completed")
        }
    }

    @Test(arguments: [["--collection", "items", "--confirm", "other"], ["--all", "--confirm", "other"]])
    func `only a collection of the run can be confirmed`(arguments: [String]) async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(10)
            let result = try await HotcoldProcess.run(["migrate"] + arguments, in: fixture.directory)
            #expect(result.exitCode == 64, "\(result)")
            #expect(try await fixture.hot.count("items") == 10)
        }
    }

    /// With the configuration.
    @Test func `a collection that was renamed has the same history`() async throws {
        try await Self.withHours(on: .oneCluster) { fixture in
            try await fixture.hot.rename("items", to: "goods")
            try fixture.edit {
                $0.replacing(
                    #""cold_threshold_days": 90"#,
                    with: #""cold_threshold_days": 9, "hot_collection": "goods""#
                )
            }
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 0])
            #expect(run.error?.contains("cold_threshold_days 90 → 9") == true, "\(run)")
        }
    }
}
