import Foundation
import Mongo
import TestSupport
import Testing

/// A server that writes nothing, as for a backup, and answers everything else keeps nobody waiting for longer than it may.
@Suite(
    .enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured && HotcoldProcess.hasHaltingPoints),
    .timeLimit(.minutes(30))
)
struct LockedServerTests {
    /// A write is not over because of it: the server's monitor hears of it, and the driver alone would wait for minutes.
    @Test func `a run without transactions ends soon after its time though the archive is locked`() async throws {
        try await OwnSandbox.using(["--standalone"]) { cold in
            let hot = try TestServer.standaloneURI
            try await MoveFixture.using(on: .twoClusters, hot: hot, cold: cold.uri, leavesSeats: true) { fixture in
                let documents = try await fixture.insert(100)
                let limits = ["--max-duration", "10s", "--retry-for", "1h"]
                let process = try await fixture.halted(.migrate, inBatchesOf: 50, limits, at: "recorded:1")
                try await cold.run(["fsync": 1, "lock": true])
                process.send(signal: SIGCONT)
                let start = ContinuousClock.now
                let result = await process.wait()
                #expect(ContinuousClock.now - start < .seconds(180))
                // Nobody has to guess what it does meanwhile.
                let told = /waiting for cold \(127\.0\.0\.1:\d+\) to answer \w+, \d/
                #expect(result.standardError.contains(told), "\(result)")
                let check = try await fixture.start(["check"]).wait()
                #expect(check.exitCode == 1 && check.standardOutput.contains("(fsyncLock)"), "\(check)")
                try await cold.run(["fsyncUnlock": 1])
                MoveRun(result).expect(69, "failed", ["migrated": 50])
                try await fixture.run("migrate", "--all").expect(0, "completed")
                try await fixture.expect(hot: [], cold: documents)
            }
        }
    }
}
