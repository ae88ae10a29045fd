import HotColdCore
import Mongo
import TestSupport
import Testing

/// `verify --run` where a run has moved an `_id`, found it in hot again and replaced what it had moved.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct VerifyTwiceMovedTests {
    /// What one run leaves that moves four documents, and then one of them in a second version; made of two runs, since
    /// an application can't be made to write just then.
    private static func moveTwice(_ id: BSONValue, in fixture: MoveFixture) async throws -> String {
        try await fixture.insert(4)
        let run = try await fixture.run("migrate", "--all").id
        try await fixture.insert([MoveFixture.document(id, version: 1)], into: "items")
        let second = try await fixture.run("migrate", "--all", "--on-conflict", "replace")
        second.expect(0, "completed", ["migrated": 1])
        let ofSecond: BSONValue = ["run": .string(second.id)]
        _ = try await fixture.state.run([
            "update": "batches", "updates": [["q": ofSecond, "u": ["$set": ["run": .string(run)]]]],
        ])
        _ = try await fixture.state.run([
            "update": "runs", "updates": [["q": ["run_id": .string(run)], "u": ["$inc": ["migrated": 1]]]],
        ])
        return run
    }

    @Test func `what the run replaced itself is no change`() async throws {
        try await MoveFixture.using { fixture in
            let run = try await Self.moveTwice(2, in: fixture)
            let proof = try await fixture.verify("--run", run)
            proof.expect(
                0,
                ["moved": 5, "recorded": 5, "intact": 5, "moved_back": 0, "expired": 0, "problem_count": 0]
            )
            #expect(proof.first["proven"]?.bool == true)
        }
    }

    @Test func `what was written to the archive since is one`() async throws {
        try await MoveFixture.using { fixture in
            let run = try await Self.moveTwice(2, in: fixture)
            // The version that the run has replaced is not what it left.
            try await fixture.put([MoveFixture.documents(3)[2]], into: "items_archive")
            try await fixture.verify("--run", run).expect(1, ["recorded": 5, "changed": 1])
            try await fixture.put([MoveFixture.document(2, version: 2)], into: "items_archive")
            let changed = try await fixture.verify("--run", run)
            changed.expect(1, ["recorded": 5, "intact": 3, "changed": 2])
            #expect(changed.ids("changed") == [2, 2])
        }
    }
}
