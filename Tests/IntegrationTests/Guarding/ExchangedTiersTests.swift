import Foundation
import Mongo
import TestSupport
import Testing

/// A configuration that contradicts what earlier runs did has to be confirmed.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ExchangedTiersTests {
    private static let policy = #""policy": "time_based", "date_field": "d", "cold_threshold_days": 30"#

    /// Entries for one collection and its archive.
    private static func entry(_ hot: String, _ cold: String) -> String {
        #""items": {\#(policy), "hot_collection": "\#(hot)", "cold_collection": "\#(cold)"}"#
    }

    private static let usual = entry("items", "items_archive")
    private static let exchanged = entry("items_archive", "items")

    /// Writes a configuration of tiers that are where the fixture's are not.
    private static func configure(
        _ fixture: MoveFixture,
        hot: (uri: String, database: TestDatabase),
        cold: (uri: String, database: TestDatabase),
        _ entry: String
    ) throws {
        let text = """
            {"schema_version": 1, "hot": {"uri": "\(hot.uri)", "database": "\(hot.database.name)"},
             "cold": {"uri": "\(cold.uri)", "database": "\(cold.database.name)"}, "state_database": "\(fixture.state.name)",
             "defaults": {"unusual_share_percent": 100}, "throttle": {"max_cpu_percent": 0}, "collections": {\(entry)}}
            """
        try Data(text.utf8).write(to: fixture.directory.appendingPathComponent("policies.json"))
    }

    /// Expects that nothing moves without `--confirm`, either way, and that a dry run says so.
    private static func expectQuestion(_ fixture: MoveFixture, about words: String) async throws {
        let before = try await contents(fixture)
        for arguments in [["migrate", "--all"], ["restore", "--collection", "items", "--query", "{}"]] {
            let run = try await fixture.run(arguments)
            run.expect(1, "partial", [arguments[0] == "migrate" ? "migrated" : "restored": 0, "deleted": 0])
            let error = try #require(run.first["error"]?.document, "\(run.result)")
            #expect(error["message"]?.string?.contains(words) == true, "\(run.result)")
            #expect(error["hint"]?.string?.contains("--confirm items") == true, "\(run.result)")
            let dryRun = try await fixture.run(arguments + ["--dry-run"])
            dryRun.expect(0, "completed")
            #expect(dryRun.warnings.contains { $0.contains("without --confirm items it would not run") })
        }
        #expect(try await contents(fixture) == before, "something was written")
    }

    private static func contents(_ fixture: MoveFixture) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for (tier, number) in zip(fixture.tiers, 0...) {
            for collection in ["items", "items_archive", "elsewhere"] {
                counts["\(number) \(collection)"] = try await tier.count(collection)
            }
        }
        return counts
    }

    @Test(arguments: [false, true])
    func `an archive is no hot collection, nor the other way round`(losesLocks: Bool) async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50])
            if losesLocks { try await fixture.state.drop("locks") }
            let uri = try fixture.uris.hot
            try fixture.configure(Self.exchanged, hot: uri, cold: uri)
            try await Self.expectQuestion(fixture, about: "items_archive")
            try await fixture.expect(hot: [], cold: documents)

            // Whoever means it says so once, and is asked again before it is turned back.
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(0, "completed", ["migrated": 50])
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try fixture.configure(Self.usual, hot: uri, cold: uri)
            try await Self.expectQuestion(fixture, about: "items_archive")
            try await fixture.run(
                ["restore", "--collection", "items", "--query", "{}", "--confirm", "items"]
            ).expect(0, "completed")
        }
    }

    /// The configuration is what it was.
    @Test func `collections that have each other's names are asked about`() async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50])
            for (old, new) in [("items", "other"), ("items_archive", "items"), ("other", "items_archive")] {
                try await fixture.hot.rename(old, to: new)
            }
            let uri = try fixture.uris.hot
            try fixture.configure(Self.usual, hot: uri, cold: uri)
            try await Self.expectQuestion(fixture, about: "by another name")
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(0, "completed", ["migrated": 50])
            try await fixture.run("migrate", "--all").expect(0, "completed")
        }
    }

    @Test(.enabled(if: TestServer.isSecondConfigured), arguments: [false, true])
    func `clusters exchanged with the names of their collections are asked about`(losesLocks: Bool) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50])
            if losesLocks { for state in fixture.states { try await state.drop("locks") } }
            let uris = try fixture.uris
            try Self.configure(
                fixture,
                hot: (uris.cold, fixture.cold),
                cold: (uris.hot, fixture.hot),
                Self.exchanged
            )
            try await Self.expectQuestion(fixture, about: "items")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `a cluster that keeps an archive is asked about as the hot one of a third`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50])
            try fixture.configureArchiveAsHot(collections: "{\(Self.entry("items_archive", "elsewhere"))}")
            for tier in fixture.tiers { try await tier.run(["create": "elsewhere"]) }
            try await Self.expectQuestion(fixture, about: "items_archive")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `a cluster with a hot collection is asked about as an archive`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            try await fixture.insert(50)
            try await fixture.run("migrate", "--all", "--limit", "20").expect(0, "stopped", ["migrated": 20])
            let (hot, cold) = try fixture.uris
            try await fixture.cold.insert(MoveFixture.documents(10), into: "others")
            try Self.configure(
                fixture,
                hot: (cold, fixture.cold),
                cold: (hot, fixture.hot),
                Self.entry("others", "items")
            )
            try await Self.expectQuestion(fixture, about: "items")
        }
    }

    @Test(arguments: Topology.allCases)
    func `another archive than the last run's is asked about`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(50)
            try await fixture.run("migrate", "--all", "--limit", "20").expect(0, "stopped", ["migrated": 20])
            try fixture.edit {
                $0.replacing(#""items": {"#, with: #""items": {"cold_collection": "elsewhere", "#)
            }
            try await fixture.cold.insert(MoveFixture.documents(5), into: "elsewhere")
            try await Self.expectQuestion(fixture, about: "items_archive")
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(0, "completed", ["migrated": 30])
            try await fixture.run("migrate", "--all").expect(0, "completed")
        }
    }

    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `an archive of the same name on another cluster is asked about`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            try await fixture.insert(50)
            try await fixture.run("migrate", "--all", "--limit", "20").expect(0, "stopped", ["migrated": 20])
            let hot = try fixture.uris.hot
            try fixture.configure(hot: hot, cold: hot)
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 0])
            #expect(run.first["error"]?.document?["message"]?.string?.contains("on another cluster") == true)
        }
    }

    @Test func `check says what a run will ask about`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50])
            let uri = try fixture.uris.hot
            try fixture.configure(Self.exchanged, hot: uri, cold: uri)
            let check = try CheckRun(try await HotcoldProcess.run(["check", "--json"], in: fixture.directory))
            #expect(check.gist.contains("error tiers_changed"), "\(check.result)")
            #expect(check.result.exitCode == 1)
        }
    }
}
