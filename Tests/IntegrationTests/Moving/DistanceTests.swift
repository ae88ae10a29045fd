import Glibc
import Mongo
import TestSupport
import Testing

/// Servers that take a while to reach.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(10)))
struct DistanceTests {
    /// A command that asks for nothing tells how long the way is.
    private static let far = Fault(
        commands: ["ping"],
        times: nil,
        failure: ["blockConnection": true, "blockTimeMS": 20]
    )
    private static let batches = ["--batch-size", "10"]

    @Test(arguments: Topology.allCases)
    func `a run on servers far away has more movers and moves everything once`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(1000)
            try await Self.far.whileActive(on: nil) { _ in
                let process = try await fixture.halted(["migrate", "--all"] + Self.batches, at: "recorded:1")
                #expect(try await fixture.state.count("seats", matching: ["tier": ["$ne": "cold"]]) == 8)
                process.send(signal: SIGCONT)
                MoveRun(await process.wait()).expect(0, "completed", ["migrated": 1000, "deleted": 1000, "batches": 100])
            }
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
            try await fixture.expectNoSeat()
        }
    }

    @Test(arguments: [(30, 3), (50, 5)])
    func `no more movers than there are batches`(documents: Int, expected: Int) async throws {
        try await MoveFixture.using(on: .oneCluster, line: .faults) { fixture in
            try await fixture.insert(documents)
            try await Self.far.whileActive(on: nil) { _ in
                let process = try await fixture.halted(["migrate", "--all"] + Self.batches, at: "recorded:1")
                #expect(try await fixture.state.count("seats") == expected)
                process.send(signal: SIGCONT)
                MoveRun(await process.wait()).expect(0, "completed", ["migrated": documents])
            }
        }
    }
}
