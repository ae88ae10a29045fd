import HotColdCore
import Mongo
import TestSupport
import Testing

/// What servers are spared: the profiler's record of the commands that a run sends.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ServerWorkTests {
    /// The profiler's records of the commands of that name that hotcold has sent about a collection of a database while a body ran.
    private static func commands(
        _ name: String,
        on collection: String,
        of database: TestDatabase,
        during body: () async throws -> Void
    ) async throws -> [BSONDocument] {
        try await database.run(["profile": 2])
        try await body()
        try await database.run(["profile": 0])
        let sent = try await database.documents(in: "system.profile").filter {
            $0["appName"]?.string == "hotcold" && $0["command"]?.document?[name]?.string == collection
                // What only asks whether the name means the same collection reads nothing.
                && $0["command"]?.document?["filter"] != ["_id": ["$in": []]]
        }
        try await database.drop("system.profile")
        return sent
    }

    @Test(arguments: [Topology.oneCluster, .twoClusters])
    func `the archive is asked for documents only once it has refused one`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(40)
            let readBack = try await Self.commands("find", on: "items_archive", of: fixture.cold) {
                try await fixture.run("migrate", "--all", "--batch-size", "10")
                    .expect(0, "completed", ["migrated": 40, "verified": 40])
            }
            #expect(readBack.count == 4)
            try await fixture.insert(documents, into: "items")
            let asked = try await Self.commands("find", on: "items_archive", of: fixture.cold) {
                try await fixture.run("migrate", "--all", "--batch-size", "10")
                    .expect(0, "completed", ["migrated": 40, "already_in_target": 40])
            }
            // Twice: nobody may take them away meanwhile. So within one cluster they are written to, and between two they are
            // looked at again in the end.
            #expect(asked.count == 8)
            try await fixture.expect("items_archive", holds: documents)
        }
    }

    /// Past it there may be an entry for each document that was deleted lately, which the server would step over.
    @Test(arguments: [Topology.oneCluster, .twoClusters])
    func `copies are read back and the server does not look past the last of them`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(40)
            try await fixture.insert([["_id": 1000]], into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 40])
            let reads = try await Self.commands("find", on: "items", of: fixture.hot) {
                try await fixture.run("restore", "--collection", "items", "--query", "{}", "--workers", "1")
                    .expect(0, "completed", ["restored": 40, "verified": 40])
            }
            // Between two clusters hot is asked once more, before the archive gives the documents up.
            #expect(reads.map { $0["keysExamined"]?.integer } == (topology == .oneCluster ? [40] : [40, 40]))
            try await fixture.expect(hot: documents + [["_id": 1000]], cold: [])
        }
    }

    @Test func `documents are counted in the index, unless one of them has an array on the path`() async throws {
        let nested = #""items": {"policy": "time_based", "date_field": "a.d", "cold_threshold_days": 30}"#
        try await MoveFixture.using(collections: nested) { fixture in
            try await fixture.hot.createIndex(on: "items", ["a.d": 1])
            func document(_ id: Int, _ value: BSONValue) -> BSONDocument { ["_id": .int(id), "a": value] }
            let (cold, hot) = (
                BSONValue.date(milliseconds: MoveFixture.cold), BSONValue.date(milliseconds: MoveFixture.hot)
            )
            try await fixture.insert(
                (0..<10).map { document($0, ["d": cold]) } + [
                    document(10, ["d": hot]), document(11, ["d": "2020-01-01"]),
                ],
                into: "items"
            )
            let counted = try await Self.commands("count", on: "items", of: fixture.hot) {
                try await fixture.run("migrate", "--all", "--limit", "3").expect(0, "stopped", ["eligible": 10])
            }
            #expect(counted.count == 1)
            try await fixture.insert([document(12, ["d": [cold]]), document(13, [["d": cold]])], into: "items")
            let refused = try await Self.commands("count", on: "items", of: fixture.hot) {
                try await fixture.run("migrate", "--all").expect(0, "completed", ["eligible": 7, "migrated": 7])
            }
            #expect(refused.isEmpty)
        }
    }

    @Test func `a place in an array is not counted in the index, which does not say that there is one`() async throws {
        let place = #""items": {"policy": "time_based", "date_field": "events.0", "cold_threshold_days": 30}"#
        try await MoveFixture.using(collections: place) { fixture in
            try await fixture.hot.createIndex(on: "items", ["events.0": 1])
            let named: BSONDocument = ["_id": 2, "events": ["0": .date(milliseconds: MoveFixture.hot)]]
            let placed: BSONDocument = ["_id": 1, "events": [.date(milliseconds: MoveFixture.cold)]]
            try await fixture.insert([placed, named], into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["eligible": 0, "migrated": 0])
        }
    }
}
