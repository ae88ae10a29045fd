import Foundation
import Mongo
import TestSupport
import Testing

/// After a crash a server's own count of a collection is wrong; how much of it moves is measured all the same.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct CountTests {
    private static func items(coldAfter days: Int) -> String {
        #""items": {"policy": "time_based", "date_field": "d", "cold_threshold_days": \#(days), "unusual_share_percent": 10}"#
    }

    private static let day: Int64 = 86_400_000

    /// A fixture on a standalone server that may be killed.
    private static func withServer(_ body: (MoveFixture, PrivateServer) async throws -> Void) async throws {
        try await PrivateServer.using(.standalone) { server in
            try await MoveFixture.using(collections: items(coldAfter: 90), hot: server.uri, cold: server.uri) {
                try await body($0, server)
            }
        }
    }

    /// Documents of an age in days.
    private static func documents(_ ids: Range<Int>, old days: Int64) -> [BSONDocument] {
        let date = Int64(Date().timeIntervalSince1970) * 1000 - days * day
        return ids.map { MoveFixture.document(.int($0), at: date) }
    }

    private static func storedCount(_ fixture: MoveFixture) async throws -> Int {
        let namespace = fixture.hot.namespace("items")
        return try await fixture.hot.withClient { client, _ in try client.storedCount(of: namespace) }
    }

    /// Starts the server anew with what it counts on disk: it writes that down again once a minute, from its start on.
    private static func restart(_ server: PrivateServer, _ fixture: MoveFixture, counting count: Int) async throws {
        try await fixture.hot.withClient { client, _ in _ = try client.run(["fsync": 1], on: "admin") }
        try await server.killAndRestart()
        try #require(try await storedCount(fixture) == count, "the server counted after its crash")
    }

    @Test func `documents that a server does not count do not move unasked`() async throws {
        try await Self.withServer { fixture, server in
            try await fixture.hot.insert(Self.documents(0..<100, old: 100), into: "items")
            for _ in 0..<3 { try await fixture.run("migrate", "--all").expect(0, "completed") }
            try await Self.restart(server, fixture, counting: 0)
            try await fixture.hot.insert(Self.documents(100..<3000, old: 100), into: "items")
            try await server.killAndRestart()
            try #require(try await Self.storedCount(fixture) == 0, "the server counted after its crash")

            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 0])
            let error = try #require(run.first["error"]?.document)
            #expect(error["message"]?.string?.contains("counts no document") == true, "\(run.result)")
            #expect(error["hint"]?.string?.contains("--confirm items") == true, "\(run.result)")
            let dryRun = try await fixture.run("migrate", "--all", "--dry-run")
            dryRun.expect(0, "completed")
            #expect(dryRun.warnings.contains { $0.contains("without --confirm items it would not run") })
            #expect(try await fixture.hot.count("items") == 2900)
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(0, "completed", ["migrated": 2900])
        }
    }

    @Test func `a first run of documents that a server does not count is asked about`() async throws {
        try await Self.withServer { fixture, server in
            try await Self.restart(server, fixture, counting: 0)
            try await fixture.hot.insert(Self.documents(0..<500, old: 100), into: "items")
            try await server.killAndRestart()
            try #require(try await Self.storedCount(fixture) == 0, "the server counted after its crash")
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0])
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(0, "completed", ["migrated": 500])
        }
    }

    @Test func `documents that are gone and still counted make no share small`() async throws {
        try await Self.withServer { fixture, server in
            try await fixture.hot.insert(Self.documents(0..<100, old: 100), into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.hot.insert(Self.documents(1000..<31_000, old: 1), into: "items")
            try await fixture.hot.insert(Self.documents(31_000..<33_000, old: 20), into: "items")
            // The checkpoint has the count, and what comes after it only the journal.
            try await fixture.hot.withClient { client, _ in _ = try client.run(["fsync": 1], on: "admin") }
            let gone: BSONValue = ["q": ["_id": ["$gte": 2000, "$lt": 31_000]], "limit": 0]
            try await fixture.hot.run(["delete": "items", "deletes": [gone], "writeConcern": ["j": true]])
            try await server.killAndRestart()
            try #require(try await Self.storedCount(fixture) > 25_000, "the server counted after its crash")

            try fixture.edit { $0.replacing(#""cold_threshold_days": 90"#, with: #""cold_threshold_days": 9"#) }
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 0])
            let message = run.first["error"]?.document?["message"]?.string ?? ""
            #expect(message.contains("2,000 of 3,000 documents"), "\(run.result)")
        }
    }
}
