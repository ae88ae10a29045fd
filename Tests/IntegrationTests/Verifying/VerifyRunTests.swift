import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// `verify --run` proves that the archive still has what a run moved, and names each document that it has not.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct VerifyRunTests {
    /// Flips the last bit of a document's text, in place.
    private static func flipBit(of id: BSONValue, in collection: String, _ fixture: MoveFixture) async throws {
        let found = try await fixture.tier(of: collection).documents(in: collection, matching: ["_id": id])
        var bytes = Array(try #require(found.first).bytes)
        bytes[bytes.count - 3] ^= 1
        let document = try BSONDocument(bytes: bytes[...])
        try await fixture.change(id, in: collection, [["$replaceWith": ["$literal": .document(document)]]])
    }

    @Test(arguments: Topology.allCases)
    func `one flipped bit, one deleted and one restored document are found among many`(topology: Topology)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(5000)
            let run = try await fixture.run("migrate", "--all").id
            try await fixture.verify("--run", run).expect(0, ["recorded": 5000, "intact": 5000, "expired": 0])

            try await fixture.run("restore", "--collection", "items", "--id", "4711").expect(0, "completed")
            let moved = try await fixture.verify("--run", run)
            moved.expect(0, ["intact": 4999, "moved_back": 1, "problem_count": 0])
            #expect(moved.ids("moved_back", in: "moved_back_documents") == [4711])

            try await Self.flipBit(of: 17, in: "items_archive", fixture)
            try await fixture.delete(2500, in: "items_archive")
            let broken = try await fixture.verify("--run", run)
            broken.expect(1, ["intact": 4997, "changed": 1, "deleted": 1, "moved_back": 1, "problem_count": 2])
            #expect(broken.ids("changed") == [17] && broken.ids("deleted") == [2500], "\(broken.result)")
        }
    }

    @Test func `what went back and forth since is not lost`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(4)
            let run = try await fixture.run("migrate", "--all").id
            try await fixture.run("restore", "--collection", "items", "--query", "{}", "--hold-days", "0")
                .expect(0, "completed")
            try await fixture.change(1, MoveFixture.change)
            try await fixture.delete(2)
            try await fixture.verify("--run", run).expect(0, ["moved_back": 4, "deleted": 0])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 3])
            try await fixture.verify("--run", run).expect(0, ["intact": 2, "moved_back": 2])
            // The second run answers for its own version.
            try await Self.flipBit(of: 1, in: "items_archive", fixture)
            try await fixture.verify("--run", run).expect(1, ["intact": 2, "moved_back": 1, "changed": 1])
        }
    }

    @Test func `a document in hot again without any record of it is not lost`() async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(2)
            let run = try await fixture.run("migrate", "--all").id
            try await fixture.delete(1, in: "items_archive")
            try await fixture.insert([documents[1]], into: "items")
            try await fixture.verify("--run", run).expect(0, ["intact": 1, "moved_back": 1])
        }
    }

    @Test(arguments: Topology.allCases)
    func `a restore's documents in hot may have changed since`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(MoveFixture.documents(10), into: "items_archive")
            let run = try await fixture.run("restore", "--collection", "items", "--query", "{}").id
            try await fixture.verify("--run", run).expect(0, ["intact": 10])
            try await fixture.change(3, MoveFixture.change)
            try await fixture.delete(4)
            let changed = try await fixture.verify("--run", run)
            changed.expect(0, ["intact": 8, "changed": 1, "deleted": 1, "problem_count": 2])
            #expect(changed.ids("changed") == [3] && changed.ids("deleted") == [4], "\(changed.result)")
            #expect(changed.first["proven"]?.bool == false)
            #expect(changed.first["command"]?.string == "restore")

            _ = try await fixture.state.run([
                "update": "batches", "updates": [["q": [:], "u": ["$pop": ["ids": 1]]]],
            ])
            try await fixture.verify("--run", run).expect(1, ["damaged_records": 1, "changed": 1])
            _ = try await fixture.state.run(["delete": "batches", "deletes": [["q": [:], "limit": 0]]])
            try await fixture.verify("--run", run).expect(1, ["expired": 10])
        }
    }

    @Test func `copies are proven, and those that were moved for good are other runs'`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(10)
            let run = try await fixture.run("migrate", "--all", "--no-delete").id
            try await fixture.change(3, MoveFixture.change)
            try await fixture.verify("--run", run).expect(0, ["intact": 10, "released": 0])
            try await fixture.run("migrate", "--all", "--limit", "4").expect(0, "stopped")
            try await fixture.verify("--run", run).expect(0, ["recorded": 10, "intact": 6, "released": 4])
            try await Self.flipBit(of: 8, in: "items_archive", fixture)
            try await fixture.verify("--run", run).expect(1, ["intact": 5, "changed": 1])
        }
    }

    @Test func `ids that have expired prove nothing`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(40)
            let run = try await fixture.run("migrate", "--all", "--batch-size", "10").id
            let record = try #require(try await fixture.journal().first?["_id"])
            _ = try await fixture.state.run(["delete": "batches", "deletes": [["q": ["_id": record], "limit": 1]]])
            try await fixture.verify("--run", run).expect(
                1,
                ["moved": 40, "recorded": 30, "intact": 30, "expired": 10]
            )
            _ = try await fixture.state.run(["delete": "batches", "deletes": [["q": [:], "limit": 0]]])
            try await fixture.verify("--run", run).expect(1, ["expired": 40, "intact": 0])
        }
    }

    @Test func `a journal that was tampered with is found out`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(4)
            let run = try await fixture.run("migrate", "--all").id
            _ = try await fixture.state.run([
                "update": "batches", "updates": [["q": [:], "u": ["$pop": ["ids": 1]]]],
            ])
            try await fixture.verify("--run", run).expect(1, ["damaged_records": 1, "intact": 3, "problem_count": 1])
        }
    }

    @Test func `a run that moved nothing is proven, and one that nobody knows is refused`() async throws {
        let collections = MoveFixture.items + #", "other": {"policy": "time_based", "date_field": "d"}"#
        try await MoveFixture.using(collections: collections) { fixture in
            let unknown = try await fixture.verify("--run", "20200101T000000Z-00000000")
            unknown.expect(64)
            #expect(unknown.result.standardError.contains("stats --history"), "\(unknown.result)")
            try await fixture.hot.run(["create": "items"])
            let run = try await fixture.run("migrate", "--collection", "items").id
            try await fixture.verify("--run", run).expect(0, ["moved": 0, "intact": 0])
            try await fixture.verify("--run", run, "--collection", "items").expect(0)
            let elsewhere = try await fixture.verify("--run", run, "--collection", "other")
            elsewhere.expect(64)
            #expect(elsewhere.result.standardError.contains("other"), "\(elsewhere.result)")
            try await fixture.verify("--run", run, "--fix").expect(64)
        }
    }

    @Test func `a run is narrowed to a collection`() async throws {
        let collections = MoveFixture.items + #", "other": {"policy": "time_based", "date_field": "d"}"#
        try await MoveFixture.using(collections: collections) { fixture in
            try await fixture.insert(3)
            try await fixture.hot.insert(MoveFixture.documents(2), into: "other")
            let run = try await fixture.run("migrate", "--all").id
            try await fixture.delete(1, in: "other_archive")
            try await fixture.verify("--run", run, "--collection", "items").expect(0, ["intact": 3])
            try await fixture.verify("--run", run, "--collection", "other").expect(1, ["intact": 1, "deleted": 1])
            try await fixture.verify("--run", run).expect(1, ["intact": 3])
        }
    }
}
