import HotColdCore
import Mongo
import TestSupport
import Testing

/// `verify` and the seats of runs that are gone: which of them matter here, and what is left after a recovery.
@Suite(.enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(30)))
struct VerifyDeadSeatTests {
    @Test func `a seat of another hot cluster without documents is nobody's business here`() async throws {
        try await MoveFixture.using(on: .twoClusters, leavesSeats: true) { fixture in
            try await fixture.insert(2)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let archive = fixture.cold.namespace("items_archive").description
            let stranger: BSONDocument = [
                "_id": "r/0", "tier": "cold", "run": "r", "ns": .string(archive), "hot": "other.items",
                "hot_cluster": "another", "epoch": .int64(1), "batch": .int64(3), "ids": [], "undo": [],
            ]
            try await fixture.coldState.insert([stranger], into: "seats")
            let run = try await fixture.verify()
            run.expect(0, ["problem_count": 0])
            #expect(run.first["dead_runs"]?.array?.isEmpty == true, "\(run.result)")
            try await fixture.verify("--fix").expect(0)
            #expect(try await fixture.coldState.count("seats") == 1)
        }
    }

    /// Somebody has edited the seat: a recovery looks for those of earlier epochs than its own.
    @Test func `what a recovery has not settled is not called settled`() async throws {
        try await MoveFixture.using(on: .twoClusters, leavesSeats: true) { fixture in
            try await fixture.insert(2)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let (hot, cold) = (fixture.hot.namespace("items"), fixture.cold.namespace("items_archive"))
            let cluster = try #require(try await fixture.coldState.documents(in: "identity").first?["identity"])
            let seat: BSONDocument = [
                "_id": "r/0", "tier": "hot", "run": "r", "direction": "migrate", "ns": .string(hot.description),
                "cold": .string(cold.description), "cold_cluster": cluster, "epoch": "1",
                "done": .int64(0), "fenced": false, "sessions": [:],
            ]
            try await fixture.state.insert([seat], into: "seats")
            let run = try await fixture.verify("--fix")
            run.expect(1, ["recovered": 0])
            let left = run.first["fixed"]?.document?["dead_runs"]?.array?.first?.document
            #expect(left?["run_id"]?.string == "r", "\(run.result)")
            try await fixture.verify().expect(1)
        }
    }
}
