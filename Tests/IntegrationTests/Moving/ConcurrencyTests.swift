import Foundation
import Mongo
import TestSupport
import Testing

/// Nobody's write is lost, undone or doubled while documents move.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ConcurrencyTests {
    /// A backup or an application's transaction may keep documents locked for longer than a run tries each of them.
    @Test(arguments: Topology.allCases)
    func `documents that a transaction holds keep no others from moving`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            // Few: the server itself ends the transaction after a minute.
            let documents = try await fixture.insert(200)
            let held = Array(stride(from: 12, to: 200, by: 25))
            let (isHeld, isOver) = (StopSign(), StopSign())
            let connection = try TestServer.pool(at: fixture.hot.uri).makeConnection()
            async let application: Void = connection.withClient { [name = fixture.hot.name] client in
                try client.transaction(retryingCommitFor: .seconds(10)) {
                    let updates = held.map { ["q": ["_id": .int($0)], "u": ["$set": ["held": true]]] as BSONValue }
                    try client.write(["update": "items", "updates": .array(updates)], on: name)
                    isHeld.set()
                    while !isOver.isRequested { usleep(10_000) }  // This is a connection's own thread.
                }
            }
            defer { isOver.set() }
            try await fixture.wait(for: "the transaction") { isHeld.isRequested }
            let run = try await fixture.run("migrate", "--all", "--batch-size", "1000", "--workers", "1")
            isOver.set()
            try await application
            run.expect(1, "partial", ["failed": held.count, "migrated": documents.count - held.count])
            #expect(Set(run.problems.compactMap { $0["id"]?.integer }) == Set(held.map(Int64.init)), "\(run.result)")
        }
    }

    @Test(arguments: Topology.allCases, [true, false])
    func `writes to the documents that are being moved all survive`(topology: Topology, isIndexed: Bool) async throws {
        let count = 20_000 * MoveFixture.scale / (isIndexed ? 1 : 2)
        try await MoveFixture.using(on: topology) { fixture in
            if isIndexed { try await fixture.hot.createIndex(on: "items", ["d": 1]) }
            try await fixture.insert(count)
            let stop = StopSign()
            let (oracle, runs) = try await withThrowingTaskGroup(
                of: (oracle: WritingApplication.Oracle, writes: Int).self
            ) { group in
                for remainder in 0..<2 {
                    let application = WritingApplication(
                        fixture: fixture,
                        remainder: remainder,
                        divisor: 2,
                        count: count
                    )
                    group.addTask { try await application.run(until: stop) }
                }
                defer { stop.set() }
                let first = try await fixture.run("migrate", "--all", "--batch-size", "200")
                // In the other direction and back again, with the same application at work on the documents.
                let second = try await fixture.run(
                    "restore",
                    "--collection",
                    "items",
                    "--query",
                    #"{"_id": {"$lt": 2000}}"#,
                    "--hold-days",
                    "0",
                    "--batch-size",
                    "100"
                )
                let third = try await fixture.run("migrate", "--all", "--batch-size", "500")
                stop.set()
                var oracle: WritingApplication.Oracle = [:]
                for try await part in group {
                    #expect(part.writes > 100)
                    oracle.merge(part.oracle) { _, _ in preconditionFailure("applications share an id") }
                }
                return (oracle, [first, second, third])
            }
            for run in runs { run.expect(0, "completed") }
            try await fixture.expectTiers(agreeWith: oracle)
            let recent: BSONDocument = ["d": ["$gte": .date(milliseconds: MoveFixture.hot)]]
            #expect(try await fixture.cold.count("items_archive", matching: recent) == 0)

            let last = try await fixture.run("migrate", "--all")
            last.expect(0, "completed", ["changed": 0, "vanished": 0, "conflicts": 0, "failed": 0])
            #expect(last["eligible"] == last["migrated"])
            try await fixture.expectTiers(agreeWith: oracle)
            let eligible: BSONDocument = ["d": ["$lt": .date(milliseconds: MoveFixture.hot)]]
            #expect(try await fixture.hot.count("items", matching: eligible) == 0)
            try await Self.expectJournalBalances(fixture, runs + [last])
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases)
    func `a document that is no longer cold when its batch comes stays and one that is gone is counted`(
        topology: Topology
    )
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            var documents = try await fixture.insert(300)
            // The run knows the ids of the batches to come.
            let process = try await fixture.haltedAfterBatch(of: 100)
            try await fixture.change(299, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            try await fixture.change(298, [["$set": ["v": "changed"]]])
            try await fixture.delete(297)
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(
                0,
                "completed",
                ["migrated": 298, "changed": 1, "vanished": 1, "scanned": 300]
            )
            documents[299] = MoveFixture.document(299, at: MoveFixture.hot)
            documents[298] = MoveFixture.document(298, at: MoveFixture.cold + 298_000, version: "changed")
            try await fixture.expect(hot: [documents[299]], cold: documents[..<297] + [documents[298]])
        }
    }

    /// The archive holds what the journal says came less what it says went, and the reports say the same.
    private static func expectJournalBalances(_ fixture: MoveFixture, _ runs: [MoveRun]) async throws {
        var moved: [String: Int] = [:]
        var balance = 0
        for record in try await fixture.journal() {
            let count = Int(record["count"]?.integer ?? 0)
            moved[record["run"]?.string ?? "", default: 0] += count
            balance += record["direction"]?.string == "migrate" ? count : -count
        }
        for run in runs { #expect(moved[run.id, default: 0] == run["migrated"] ?? run["restored"]) }
        #expect(try await fixture.cold.count("items_archive") == balance)
    }
}
