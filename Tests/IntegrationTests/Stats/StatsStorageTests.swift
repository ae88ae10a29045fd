import Foundation
import Mongo
import TestSupport
import Testing

@Suite("Stats of storage", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StatsStorageTests {
    /// What the server says of the tiers.
    private func serverStats(_ fixture: MoveFixture) async throws -> [BSONDocument] {
        try await [fixture.hot.run(["collStats": "items"]), fixture.cold.run(["collStats": "items_archive"])]
    }

    /// Expects the report of a tier to be what the server said of it before or after: a checkpoint changes the sizes of
    /// files, now and then between these questions.
    private func expectServer(
        _ before: BSONDocument,
        _ after: BSONDocument,
        _ tier: BSONValue?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let tier = try #require(tier?.document, sourceLocation: sourceLocation)
        func expect(_ name: String, _ field: String, in unit: Double = 1) {
            let expected = [before, after].map { ($0[field]?.number ?? 0) / unit }
            #expect(
                tier[name]?.number.map(expected.contains) == true,
                "\(name): \(expected), \(tier.testDescription)",
                sourceLocation: sourceLocation
            )
        }
        expect("document_count", "count")
        expect("average_document_bytes", "avgObjSize")
        for (name, field) in [
            ("size", "size"), ("storage", "storageSize"), ("index", "totalIndexSize"), ("reusable", "freeStorageSize"),
        ] {
            expect("\(name)_bytes", field)
            expect("\(name)_mb", field, in: 1_048_576)
        }
    }

    @Test("are the server's own collStats of both tiers, before a migration and after it", arguments: Topology.allCases)
    func collStats(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(3000)
            try await fixture.hot.insert([MoveFixture.document(-1, at: MoveFixture.hot)], into: "items")
            func expectServer(documents: (hot: Int64, cold: Int64)) async throws {
                // A checkpoint between the questions would change the sizes of files; with this one another is rare.
                for database in [fixture.hot, fixture.cold] {
                    try await database.withClient { client, _ in _ = try client.run(["fsync": 1], on: "admin") }
                }
                let before = try await self.serverStats(fixture)
                let result = try await HotcoldProcess.run(["stats", "--json"], in: fixture.directory)
                let after = try await self.serverStats(fixture)
                let run = try StatsRun(result)
                #expect(result.exitCode == 0 && run["status"] == "completed", "\(result)")
                try self.expectServer(before[0], after[0], run["hot", "items"])
                try self.expectServer(before[1], after[1], run["cold", "items_archive"])
                #expect(run["hot", "items", "document_count"]?.integer == documents.hot)
                #expect(run["cold", "items_archive", "document_count"]?.integer == documents.cold)
                #expect(run["total", "total_documents"]?.integer == 3001)
            }
            try await expectServer(documents: (3001, 0))
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 3000])
            try await expectServer(documents: (1, 3000))
        }
    }

    @Test("say of what is not there, is empty, or is no collection, and count the others")
    func forms() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.database.run(["create": "empty"])
            try await bench.database.run(["create": "look", "viewOn": "users", "pipeline": []])
            try await bench.database.run(["create": "ticks", "timeseries": ["timeField": "t"]])
            let names = ["users", "empty", "look", "ticks", "nothing"]
            try bench.configure(names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ","))
            let before = try await bench.contents()
            let run = try await bench.stats(endingWith: 1)
            #expect(run["status"] == "partial" && run["error", "code"]?.integer == 1)
            let statuses = names.map { run["hot", $0, "status"]?.string }
            #expect(statuses == ["measured", "measured", "failed", "failed", "missing"])
            #expect(run["hot", "empty", "document_count"]?.integer == 0)
            #expect(run["hot", "look", "document_count"] == .null)
            #expect(run["hot", "look", "error", "message"]?.string?.contains("is a view") == true)
            #expect(run["hot", "ticks", "error", "message"]?.string?.contains("is a time-series collection") == true)
            #expect(run["hot", "nothing", "size_mb"]?.number == 0)
            #expect(run["cold", "users_archive", "status"] == "missing")
            #expect(run["total", "total_documents"]?.integer == 3)

            let told = try await bench.run(["stats"])
            #expect(told.exitCode == 1 && told.standardOutput.contains("users_archive does not exist"), "\(told)")
            #expect(told.standardError.components(separatedBy: "hotcold: ").count == 3, "\(told)")
            #expect(try await bench.contents() == before)

            let one = try await bench.stats("--collection", "users")
            #expect(try one["hot"]?.document?.elements().map(\.name) == ["users"])
        }
    }

    @Test("raise an alert that is no error, and none without monitoring")
    func alerts() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 1000)
            try bench.configureAlert(above: "0.00001")
            let raised = try await bench.stats()
            let alert = raised["alerts"]?.array?.first?.document
            #expect(alert?["kind"] == "hot_size" && alert?["threshold_gb"]?.number == 0.00001, "\(raised.result)")
            let size = try #require(raised["hot", "users", "size_bytes"]?.number)
            #expect(alert?["value_gb"]?.number == size / 1_073_741_824)
            #expect(try await bench.run(["stats"]).standardOutput.hasPrefix("alert: all hot data is "))
            try bench.configure(
                #"\#(Bench.users), "logs": {\#(Bench.policy)}"#,
                top: #""monitoring": {"alert_threshold_gb": 0.00001},"#
            )
            let other = try await bench.stats("--collection", "logs")
            #expect(other["alerts"] == raised["alerts"], "an alert is about all hot collections")
            #expect(other["total", "total_documents"]?.integer == 0)
            let disabled = try await bench.stats(environment: ["MONITORING_ENABLED": "no"])
            #expect(disabled["alerts"] == [])
        }
    }

    @Test("are refused for a collection that nobody configured, and where there is no server")
    func refusals() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.expectRefusal(
                ["stats", "--collection", "user"],
                64,
                saying: ["no collection user in the configuration"],
                hint: "did you mean users?"
            )
            try await bench.expectRefusal(
                ["stats", "--notify"],
                78,
                saying: ["who is to be told"],
                hint: "notification_email"
            )
            let away = ["--hot-uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"]
            for arguments in [["stats"], ["stats", "--history"], ["stats", "--prometheus", "m.prom"]] {
                try await bench.expectRefusal(arguments + away, 69, saying: ["127.0.0.1:1"])
            }
        }
    }
}

@Suite("Stats for a user", .enabled(if: TestServer.isAuthConfigured), .timeLimit(.minutes(30)))
struct StatsAuthTests {
    @Test("who may not see the archive: the hot tier is measured, and 77 is the end")
    func refused() async throws {
        try await RefusalAuthTests.withUser {
            [("read", $0.database.name)]
        } _: { bench, uri in
            try await bench.fill("users")
            try bench.write(
                """
                {"schema_version": 1, "hot": {"uri": "\(uri)", "database": "\(bench.database.name)"},
                 "cold": {"database": "\(bench.database.name)_cold"}, "state_database": "\(bench.state)",
                 "collections": {\(Bench.users)}}
                """
            )
            let run = try await bench.stats(endingWith: 77)
            #expect(run["hot", "users", "document_count"]?.integer == 3 && run["status"] == "failed")
            #expect(run["cold", "users_archive", "error", "code"]?.integer == 77)
            #expect(run["error", "code"]?.integer == 77)
            #expect(try await bench.stats("--history", endingWith: 77)["error", "code"]?.integer == 77)
        }
    }
}
