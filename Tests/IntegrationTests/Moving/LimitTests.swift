import Mongo
import TestSupport
import Testing

/// A run stops where the operator asked.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct LimitTests {
    @Test(arguments: Topology.allCases, [1, 4])
    func `a limit counts moved documents only and takes the oldest`(topology: Topology, workers: Int) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            let documents = try await fixture.insert(100)
            // The ten oldest are held, the next ten in conflict.
            try await fixture.run("migrate", "--all", "--limit", "10").expect(0, "stopped", ["migrated": 10])
            try await fixture.expect(hot: Array(documents[10...]), cold: Array(documents[..<10]))
            try await fixture.run("restore", "--collection", "items", "--query", "{}").expect(0, "completed")
            let others = documents[10..<20].map { MoveFixture.document($0["_id"] ?? .null, version: "other") }
            try await fixture.cold.insert(others, into: "items_archive")

            let run = try await fixture.run(
                "migrate",
                "--all",
                "--limit",
                "30",
                "--batch-size",
                "7",
                "--workers",
                "\(workers)"
            )
            run.expect(1, "partial", ["migrated": 30, "deleted": 30, "held": 10, "conflicts": 10, "scanned": 50])
            #expect(run.first["stopped_by"]?.string == "limit")
            let left = Array(documents[..<20] + documents[50...])
            try await fixture.expect(hot: left, cold: others + documents[20..<50])
        }
    }

    @Test(arguments: Topology.allCases)
    func `a limit spans collections`(topology: Topology) async throws {
        let rest = #""policy": "time_based", "date_field": "d"}"#
        let collections = ["a", "b", "c"].map { #""\#($0)": {\#(rest)"# }.joined(separator: ", ")
        try await MoveFixture.using(on: topology, collections: collections) { fixture in
            for name in ["a", "b", "c"] { try await fixture.hot.insert(MoveFixture.documents(20), into: name) }
            let run = try await fixture.run("migrate", "--all", "--limit", "25", "--batch-size", "6")
            run.expect(0, "stopped")
            #expect(run.report["totals"]?.document?["migrated"]?.integer == 25)
            for (name, count) in [("a", 20), ("b", 5), ("c", 0)] {
                #expect(try await fixture.cold.count(name + "_archive") == count)
                #expect(try await fixture.hot.count(name) == 20 - count)
            }
            let second = try await fixture.run("migrate", "--collection", "c", "--collection", "b", "--limit", "30")
            #expect(second.collections.map { $0["migrated"]?.integer } == [20, 10])
        }
    }

    @Test(arguments: Topology.allCases)
    func `no batch is larger than the batch size`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(100)
            try await fixture.run("migrate", "--all", "--batch-size", "30", "--workers", "1")
                .expect(0, "completed", ["migrated": 100, "batches": 4])
            #expect(try await fixture.journal().map { $0["count"]?.integer } == [30, 30, 30, 10])
        }
    }

    @Test(arguments: Topology.allCases, [1, 8])
    func `any number of workers moves everything once`(topology: Topology, workers: Int) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(1000)
            try await fixture.run("migrate", "--all", "--batch-size", "10", "--workers", "\(workers)")
                .expect(0, "completed", ["migrated": 1000, "deleted": 1000, "batches": 100])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(arguments: Topology.allCases)
    func `a rate is not exceeded`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(300)
            let run = try await fixture.run("migrate", "--all", "--max-rate", "100", "--workers", "4")
            run.expect(0, "completed", ["migrated": 300, "batches": 3])
            // Batches of a hundred start at 0, 1 and 2 seconds.
            #expect((run.first["duration_seconds"]?.number ?? 0) >= 2)
        }
    }

    @Test(arguments: Topology.allCases)
    func `after the longest duration no batch is started and the run is stopped not failed`(topology: Topology)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(5000)
            let run = try await fixture.run("migrate", "--all", "--max-rate", "20", "--max-duration", "15s")
            run.expect(0, "stopped")
            #expect(run.first["stopped_by"]?.string == "max-duration")
            let moved = try #require(run["migrated"])
            #expect(moved > 0 && moved < 5000)
            #expect(try await fixture.cold.count("items_archive") == moved)
            let history = try await fixture.history()
            #expect(history["status"]?.string == "stopped" && history["migrated"]?.integer == Int64(moved))
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 5000 - moved])
            try await fixture.expect(hot: [], cold: documents)
        }
    }
}
