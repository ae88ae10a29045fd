import Glibc
import Mongo
import TestSupport
import Testing

/// Servers that take a while to reach.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct DistanceTests {
    /// Each command of hotcold waits before the server turns to it: those of the look beside a run too, since the fastest
    /// answer tells how far away a server is.
    private static let far = Fault(
        commands: """
            abortTransaction aggregate buildInfo collStats commitTransaction connectionStatus count create createIndexes \
            dbStats delete distinct explain find findAndModify getCmdLineOpts getDiagnosticData getMore getParameter \
            hello hostInfo insert killCursors killSessions listCollections listDatabases listIndexes ping replSetGetConfig \
            replSetGetStatus serverStatus update
            """.split(separator: " ").map(String.init),
        times: nil,
        failure: ["blockConnection": true, "blockTimeMS": 50]
    )

    /// The last of them that is free gets the next batch: those that have moved one are those that there is room for.
    @Test func `a run far away from its server has more movers at work and moves everything once`() async throws {
        try await MoveFixture.using(on: .oneCluster, line: .faults) { fixture in
            let documents = try await fixture.insert(1000)
            try await Self.far.whileActive(on: nil) { _ in
                let process = try await fixture.halted(["migrate", "--all", "--batch-size", "10"], at: "committed:60")
                let atWork = try await fixture.state.count("seats", matching: ["writes": ["$gt": 0]])
                #expect(atWork == 8)
                process.send(signal: SIGCONT)
                let run = MoveRun(await process.wait())
                run.expect(0, "completed", ["migrated": 1000, "deleted": 1000, "batches": 100])
            }
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
            try await fixture.expectNoSeat()
        }
    }

    @Test(arguments: [(170, 3), (180, 8)])
    func `a short run has the usual number of movers`(documents: Int, expected: Int) async throws {
        try await MoveFixture.using(on: .oneCluster, line: .faults) { fixture in
            try await fixture.insert(documents)
            try await Self.far.whileActive(on: nil) { _ in
                let process = try await fixture.halted(["migrate", "--all", "--batch-size", "10"], at: "recorded:1")
                #expect(try await fixture.state.count("seats") == expected)
                process.send(signal: SIGCONT)
                MoveRun(await process.wait()).expect(0, "completed", ["migrated": documents])
            }
        }
    }
}
