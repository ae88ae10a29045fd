import Foundation
import Mongo
import TestSupport
import Testing

/// `analyze`, a dry run and a run say the same number for what would move.
@Suite("analyze agrees", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct AnalyzeAgreementTests {
    /// Cold documents with and without what a filter asks for, in the order of age; hot ones; and some without a date.
    private static func fill(_ fixture: MoveFixture) async throws {
        let cold = (0..<60).map { number -> BSONDocument in
            MoveFixture.document(.int(number), at: MoveFixture.cold + Int64(number) * 1000)
                .appending("status", number % 3 == 0 ? "open" : "closed").appending("keep", .bool(number % 5 == 0))
        }
        let hot = (100..<120).map { MoveFixture.document(.int($0), at: MoveFixture.hot) }
        let odd: [BSONDocument] = (200..<207).map { ["_id": .int($0), "d": "no date"] }
        try await fixture.hot.insert(cold + hot + odd, into: "items")
    }

    private static func analyze(_ fixture: MoveFixture, _ arguments: String...) async throws -> [String: Any] {
        try AnalyzeNumbersTests.report(
            try await HotcoldProcess.run(["analyze", "--json"] + arguments, in: fixture.directory)
        )
    }

    static let policies = [
        ("", 60, 60), (#", "filter": {"status": "closed"}"#, 40, 60), (#", "exclude": {"keep": true}"#, 48, 60),
        (#", "filter": {"status": "closed"}, "exclude": {"keep": true}"#, 32, 60),
    ]

    @Test("with dry run and run, holds, filter and exclude or not", arguments: Topology.allCases, policies)
    func agreement(topology: Topology, policy: (filter: String, eligible: Int, cold: Int)) async throws {
        let items = #""items": {"policy": "time_based", "date_field": "d", "cold_threshold_days": 30\#(policy.filter)}"#
        try await MoveFixture.using(on: topology, collections: items) { fixture in
            try await Self.fill(fixture)
            // The oldest, and some others, are held: moved by an earlier run and restored.
            let first = try await fixture.run("migrate", "--all", "--limit", "7")
            first.expect(0, "stopped", ["migrated": 7])
            let restored = try await HotcoldProcess.run(
                ["restore", "--collection", "items", "--query", "{}"],
                in: fixture.directory
            )
            #expect(restored.exitCode == 0, "\(restored)")

            let analysis = try await Self.analyze(fixture)
            let eligible = try #require(analysis["eligible"] as? [String: Any])
            #expect(eligible["documents"] as? Int == policy.eligible - 7)
            #expect(analysis["held"] as? Int == 7)
            #expect(analysis["filtered_out"] as? Int == policy.cold - policy.eligible)
            #expect(
                (analysis["distribution"] as? [String: Int]) == ["hot": 20, "warm": 0, "cold": 60, "unclassified": 7]
            )

            let dry = try await fixture.run("migrate", "--all", "--dry-run")
            dry.expect(0, "completed", ["eligible": policy.eligible - 7, "held": 7, "unclassified": 7])
            #expect(dry.first["bytes"]?.number == ((eligible["size_mb"] as? Double ?? 0) * 1_048_576).rounded())
            for key in ["oldest", "newest"] {
                #expect(dry.first[key]?.string == eligible[key] as? String, "\(key)")
            }
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["eligible": policy.eligible - 7, "migrated": policy.eligible - 7, "held": 7])
            #expect(run.first["bytes"]?.integer == dry.first["bytes"]?.integer)
            for key in ["oldest", "newest"] { #expect(run.first[key] == dry.first[key], "\(key)") }

            let after = try await Self.analyze(fixture)
            #expect((after["eligible"] as? [String: Any])?["documents"] as? Int == 0)
            let cold = try #require(after["cold"] as? [String: Any])
            #expect(cold["document_count"] as? Int == policy.eligible - 7)
            #expect(cold["oldest"] as? String == eligible["oldest"] as? String)
            #expect(cold["newest"] as? String == eligible["newest"] as? String)
        }
    }

    @Test("with a run that has the threshold of a what-if", arguments: [0, 50, 400])
    func whatIf(days: Int) async throws {
        try await MoveFixture.using { fixture in
            let now = try await fixture.hot.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
            let documents = (0..<500).map { age in
                MoveFixture.document(.int(age), at: now - Int64(age) * 86_400_000 + 3_600_000)
                    .appending("even", .bool(age % 2 == 0))
            }
            try await fixture.hot.insert(documents, into: "items")
            func configure(_ threshold: Int) throws {
                let policy = #""policy": "time_based", "date_field": "d", "filter": {"even": true}"#
                try fixture.configure(
                    #""items": {\#(policy), "cold_threshold_days": \#(threshold)}"#,
                    hot: TestServer.uri,
                    cold: TestServer.uri
                )
            }
            try configure(100)
            let analysis = try await Self.analyze(fixture, "--what-if", "\(days)")
            let whatIf = try #require((analysis["what_if"] as? [[String: Any]])?.first)
            try configure(days)
            let dry = try await fixture.run("migrate", "--all", "--dry-run")
            #expect(dry["eligible"] == whatIf["documents"] as? Int)
            #expect(dry["eligible"] ?? 0 > 0)
        }
    }
}
