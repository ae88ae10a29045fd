import Foundation
import Mongo
import TestSupport
import Testing

/// A killed run leaves all of a batch or nothing of it, and the next one goes on.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct KillTests {
    @Test(arguments: Topology.allCases)
    func `runs killed one after another lose nothing while an application writes`(topology: Topology) async throws {
        let count = 20_000 * MoveFixture.scale
        let kills = min(20, 5 * MoveFixture.scale)
        var generator = SeededGenerator(seed: 20_261_122)
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            try await fixture.insert(count)
            let stop = StopSign()
            let application = WritingApplication(fixture: fixture, remainder: 0, divisor: 2, count: count)
            async let written = application.run(until: stop)
            defer { stop.set() }
            for _ in 0..<kills {
                // Within the first part of what a fair share of the documents would be.
                let share = Int.random(in: 1...count / (2 * kills), using: &generator)
                try await fixture.killing(migrationThatMoved: share)
            }
            let last = try await fixture.run("migrate", "--all")
            last.expect(0, "completed")
            stop.set()
            let (own, _) = try await written
            var oracle = own
            for id in stride(from: 1, to: count, by: 2) { oracle[id] = MoveFixture.documents(from: id) }
            try await fixture.expectTiers(agreeWith: oracle)
            try await fixture.expectNoLease()

            let final = try await fixture.run("migrate", "--all")
            final.expect(0, "completed", ["changed": 0, "vanished": 0])
            try await fixture.expectTiers(agreeWith: oracle)
            try await fixture.expectJournalIsArchive()
            try await fixture.run("migrate", "--all").expect(0, "completed", ["eligible": 0, "scanned": 0])
            try await Self.expectAbandoned(kills, in: fixture)
        }
    }

    /// Expects the killed runs to be in the history as abandoned, with the counts that the journal has.
    private static func expectAbandoned(_ kills: Int, in fixture: MoveFixture) async throws {
        let runs = try await fixture.state.documents(in: "runs", matching: ["status": "abandoned"])
        #expect(runs.count == kills)
        #expect(try await fixture.state.count("runs", matching: ["status": "running"]) == 0)
        let journal = try await fixture.journal()
        for run in runs {
            let records = journal.filter { $0["run"] == run["run_id"] }
            #expect(!records.isEmpty)
            for (field, recorded) in [
                ("migrated", "count"), ("scanned", "count"), ("deleted", "count"), ("bytes", "bytes"),
            ] {
                let sum = records.reduce(0) { $0 + ($1[recorded]?.integer ?? 0) }
                #expect(run[field]?.integer == sum, "\(field) of \(run.testDescription)")
            }
            #expect(run["batches"]?.integer == Int64(records.count))
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases)
    func `a restore that was killed is abandoned in the history with what it restored`(topology: Topology) async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = MoveFixture.documents(400)
            try await fixture.cold.insert(documents, into: "items_archive")
            let process = try await fixture.halted(.restore, inBatchesOf: 50, at: "committed:2")
            process.send(signal: SIGKILL)
            await process.wait()
            let restored = try await fixture.hot.count("items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["held": restored, "migrated": 0])
            let abandoned = try await fixture.state.documents(in: "runs", matching: ["status": "abandoned"])
            try #require(abandoned.count == 1)
            #expect(abandoned[0]["restored"]?.integer == Int64(restored), "\(abandoned[0].testDescription)")
            try await fixture.run("restore", "--collection", "items", "--query", "{}")
                .expect(0, "completed", ["restored": 400 - restored])
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    @Test(.enabled(if: TestServer.isAuthConfigured), arguments: GuardedServer.allCases)
    func `a write waits for a killed run's open transaction only until the next run starts`(server: GuardedServer)
        async throws
    {
        try await server.using { fixture, uri in
            var documents = try await fixture.insert(50)
            // Commits never arrive: the transaction stays open with its deletes done.
            let fault = Fault(commands: ["commitTransaction"], failure: ["closeConnection": true])
            try await fault.whileActive(on: nil, at: uri) { watch in
                let process = try fixture.start("migrate", "--all", "--workers", "1")
                try await watch.waits(for: 2)
                process.send(signal: SIGKILL)
                await process.wait()
            }
            async let next = fixture.run("migrate", "--all")
            let start = ContinuousClock.now
            try await fixture.change(0, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            // The server itself would end the transaction after 60 s.
            #expect(ContinuousClock.now - start < .seconds(15))
            try await next.expect(0, "completed")
            try await fixture.run("migrate", "--all").expect(0, "completed")
            documents[0] = MoveFixture.document(0, at: MoveFixture.hot)
            try await fixture.expect(hot: [documents[0]], cold: Array(documents.dropFirst()))
        }
    }
}
