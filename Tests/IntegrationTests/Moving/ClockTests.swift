import Mongo
import TestSupport
import Testing

/// What is cold is decided by the server's clock, whatever this machine's says.
@Suite(
    .enabled(if: TestServer.isConfigured && HotcoldProcess.environment(clockWrongBy: 0) != nil),
    .timeLimit(.minutes(30))
)
struct ClockTests {
    @Test(arguments: Topology.allCases, [-86_400, 86_400])
    func `a clock that is a day off moves what the server's clock says`(topology: Topology, offset: Int) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let now = try #require(try await fixture.hot.run(["hello": 1])["localTime"]?.dateMilliseconds)
            let (hour, limit) = (Int64(3_600_000), now - 30 * 86_400_000)
            let documents = [limit - hour, limit + hour].enumerated().map { index, date in
                MoveFixture.document(.int(index), at: date)
            }
            try await fixture.insert(documents, into: "items")
            let environment = try #require(HotcoldProcess.environment(clockWrongBy: offset))
            let run = MoveRun(
                await (try fixture.start(["migrate", "--all"], environment: environment)).wait()
            )
            run.expect(0, "completed", ["migrated": 1])
            try await fixture.expect(hot: [documents[1]], cold: [documents[0]])
            let leases = try await fixture.state.documents(in: "locks").map { $0["acquired_at"]?.dateMilliseconds ?? 0 }
            #expect(leases.allSatisfy { abs($0 - now) < hour }, "leases are by the server's clock")
        }
    }

    /// The library that makes it wrong works: the difference is one that `check` warns of.
    @Test func `a clock that is a day off is a finding`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(1)
            let environment = try #require(HotcoldProcess.environment(clockWrongBy: 86_400))
            let process = try fixture.start(["check"], environment: environment)
            let result = await process.wait()
            #expect(result.standardOutput.contains(#""clock_difference""#), "\(result)")
        }
    }
}
