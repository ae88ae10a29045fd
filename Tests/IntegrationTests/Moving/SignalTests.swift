import Foundation
import Mongo
import TestSupport
import Testing

/// A signal ends a run in order, a second one at once; either way the next run goes on.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct SignalTests {
    /// Runs a body while the copy of the first of three batches waits in the server.
    private static func whileFirstBatchWaits(
        milliseconds: Int64,
        _ fixture: MoveFixture,
        _ body: (_ process: HotcoldProcess) async throws -> Void
    ) async throws {
        let fault = Fault(
            commands: ["insert"],
            times: 1,
            failure: ["blockConnection": true, "blockTimeMS": .int64(milliseconds)]
        )
        try await fault.whileActive(on: "items_archive", in: fixture.cold) { watch in
            let process = try fixture.start("migrate", "--all", "--workers", "1", "--batch-size", "100")
            try await watch.waits(for: 1)
            try await body(process)
        }
    }

    @Test(arguments: Topology.allCases, [SIGINT, SIGTERM, SIGHUP])
    func `a signal ends the run with a report and the next run goes on`(topology: Topology, signal: Int32) async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(2000)
            let process = try fixture.start("migrate", "--all", "--max-rate", "50")
            try await fixture.wait(for: "the first batch") { try await fixture.movedCount() > 0 }
            process.send(signal: signal)
            let run = MoveRun(await process.wait())
            run.expect(128 + signal, "interrupted")
            #expect(run.result.signal == nil)
            let moved = try #require(run["migrated"])
            #expect(moved > 0 && moved < 2000)
            #expect(run.first["stopped_by"]?.string == "signal")
            #expect(try await fixture.cold.count("items_archive") == moved)
            #expect(try await fixture.hot.count("items") == 2000 - moved)
            try await fixture.expectJournalIsArchive()
            try await fixture.expectNoLease()
            let history = try await fixture.history(of: run.id)
            #expect(history["status"]?.string == "interrupted" && history["migrated"]?.integer == Int64(moved))
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 2000 - moved])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a signal lets the batch in flight finish and starts no other`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(300)
            try await Self.whileFirstBatchWaits(milliseconds: 2000, fixture) { process in
                process.send(signal: SIGTERM)
                MoveRun(await process.wait()).expect(
                    143,
                    "interrupted",
                    ["migrated": 100, "deleted": 100, "batches": 1]
                )
            }
            #expect(try await fixture.cold.count("items_archive") == 100)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 200])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a second signal ends the run at once and the next run goes on`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(300)
            try await Self.whileFirstBatchWaits(milliseconds: 60_000, fixture) { process in
                // From here on: the server's one fail point is waited for in line.
                let start = ContinuousClock.now
                process.send(signal: SIGINT)
                process.send(signal: SIGTERM)
                let result = await process.wait()
                #expect(result.exitCode == 130 || result.exitCode == 143, "\(result)")
                try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 300])
                #expect(ContinuousClock.now - start < .seconds(45))
            }
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    /// Ends a run while a transaction of it is open on hot, and expects nobody to have to wait for that.
    private static func expectNothingOpen(_ topology: Topology, at signals: [Int32]) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(300)
            try await Self.whileFirstBatchWaits(milliseconds: 60_000, fixture) { process in
                let start = ContinuousClock.now
                for signal in signals { process.send(signal: signal) }
                _ = await process.wait()
                try await fixture.hot.createIndex(on: "items", ["v": 1])
                #expect(ContinuousClock.now - start < .seconds(20))
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 300])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases, [[SIGINT, SIGTERM], [SIGHUP, SIGHUP], [SIGQUIT], [SIGUSR1], [SIGXCPU]])
    func `a run that ends at once leaves no transaction open`(topology: Topology, signals: [Int32]) async throws {
        try await Self.expectNothingOpen(topology, at: signals)
    }

    @Test(arguments: Topology.allCases)
    func `a run is stopped between batches, and goes on`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(300)
            try await Self.whileFirstBatchWaits(milliseconds: 2000, fixture) { process in
                process.send(signal: SIGTSTP)
                #expect(try await process.hasHalted())
                // The batch that was in flight, and no other.
                #expect(try await fixture.movedCount() == 100)
                try await fixture.expect(hot: Array(documents[100...]), cold: Array(documents[..<100]))
                process.send(signal: SIGCONT)
                MoveRun(await process.wait()).expect(0, "completed", ["migrated": 300])
            }
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `what its caller has it ignore is ignored`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(100)
            let shell = "trap '' HUP; exec \"$0\" \"$@\""
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments =
                ["-c", shell, HotcoldProcess.binary.path, "migrate", "--all", "--max-rate", "20", "--batch-size", "10"]
            process.currentDirectoryURL = fixture.directory
            try process.run()
            defer { kill(process.processIdentifier, SIGKILL) }
            try await fixture.wait(for: "the first batch") { try await fixture.movedCount() > 0 }
            kill(process.processIdentifier, SIGHUP)
            try await fixture.wait(for: "all batches") { try await fixture.movedCount() == 100 }
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }
}
