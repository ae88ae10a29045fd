import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// `verify --journal` proves what all runs moved, for a weekly job.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct VerifyJournalTests {
    private static func prove(_ fixture: MoveFixture, _ arguments: String...) async throws -> (Int32, BSONDocument) {
        let result = try await fixture.start(["verify", "--journal"] + arguments).wait()
        let report = try ExtendedJSONQuery.parseDocument(result.standardOutput)
        return (result.exitCode, report["journal"]?.document ?? [:])
    }

    /// The runs' names in a proof.
    private static func runs(_ proof: BSONDocument) -> [String] {
        proof["runs"]?.array?.compactMap { $0.document?["run_id"]?.string } ?? []
    }

    @Test(arguments: Topology.allCases)
    func `all runs are proven, the oldest first, but those that are too long ago`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let (empty, nothing) = try await Self.prove(fixture)
            #expect(empty == 0 && nothing["sound"]?.bool == true && Self.runs(nothing).isEmpty)
            try await fixture.insert(30)
            let old = try await fixture.run("migrate", "--all", "--limit", "10").id
            try await fixture.ageHistory(byDays: 10)
            let first = try await fixture.run("migrate", "--all", "--limit", "10").id
            let second = try await fixture.run("restore", "--collection", "items", "--id", "12").id
            let third = try await fixture.run("migrate", "--all").id
            let (all, proof) = try await Self.prove(fixture)
            #expect(all == 0 && Self.runs(proof) == [old, first, second, third], "\(proof.testDescription)")
            let (_, recent) = try await Self.prove(fixture, "--days", "8")
            #expect(Self.runs(recent) == [first, second, third] && recent["days"]?.integer == 8)
            let text = try await HotcoldProcess.run(["verify", "--journal"], in: fixture.directory)
            #expect(text.standardOutput.contains("all that 4 runs moved in the last 90 days is proven"), "\(text)")
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints))
    func `a run that died is proven, and one that is at work is left out`() async throws {
        try await MoveFixture.using(leavesSeats: true) { fixture in
            try await fixture.insert(20)
            let process = try await fixture.halted(.migrate, inBatchesOf: 10, at: "committed:1")
            let (_, atWork) = try await Self.prove(fixture)
            #expect(Self.runs(atWork).isEmpty, "\(atWork.testDescription)")
            process.send(signal: SIGKILL)
            await process.wait()
            try await fixture.expireLeases()
            let (sound, proof) = try await Self.prove(fixture)
            #expect(sound == 0 && Self.runs(proof).count == 1, "\(proof.testDescription)")
            try await fixture.delete(5, in: "items_archive")
            let (code, _) = try await Self.prove(fixture)
            #expect(code == 1)
        }
    }

    @Test func `a run that the history has lost is proven by the journal`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(20)
            let run = try await fixture.run("migrate", "--all").id
            try await fixture.state.drop("runs")
            let (sound, proof) = try await Self.prove(fixture)
            #expect(sound == 0 && Self.runs(proof) == [run], "\(proof.testDescription)")
            try await fixture.delete(5, in: "items_archive")
            let (code, _) = try await Self.prove(fixture)
            #expect(code == 1)
        }
    }

    @Test func `a record that somebody has spoilt is named, and the others are proven`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(20)
            try await fixture.run("migrate", "--all", "--batch-size", "10").expect(0, "completed")
            let spoil: BSONValue = [["q": ["ids": 3], "u": ["$unset": ["digests": ""]]]]
            try await fixture.state.run(["update": "batches", "updates": spoil])
            let (code, proof) = try await Self.prove(fixture)
            #expect(code == 1, "\(proof.testDescription)")
            let part = proof["runs"]?.array?.first?.document?["collections"]?.document?["items"]?.document
            #expect(part?["intact"]?.integer == 10, "\(proof.testDescription)")
            #expect(part?["damaged_records"]?.integer == 1, "\(proof.testDescription)")
        }
    }

    @Test func `the run whose document is gone is named, in one line with -q`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(20)
            _ = try await fixture.run("migrate", "--all", "--limit", "10")
            let second = try await fixture.run("migrate", "--all").id
            try await fixture.delete(15, in: "items_archive")
            let (code, proof) = try await Self.prove(fixture)
            #expect(code == 1 && proof["sound"]?.bool == false)
            let text = try await HotcoldProcess.run(["verify", "--journal"], in: fixture.directory)
            #expect(text.exitCode == 1 && text.standardOutput.contains(second), "\(text)")
            #expect(text.standardOutput.contains("of 2 runs in the last 90 days 1 can't be proven"), "\(text)")
            let quiet = try await HotcoldProcess.run(["verify", "--journal", "-q"], in: fixture.directory)
            #expect(quiet.standardError == "hotcold: of 2 runs in the last 90 days 1 can't be proven\n", "\(quiet)")
        }
    }
}
