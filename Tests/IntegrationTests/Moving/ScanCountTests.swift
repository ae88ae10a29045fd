import Foundation
import Mongo
import TestSupport
import Testing

/// Each document is looked at once and counted once, whatever an application does to the order of the scan.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct ScanCountTests {
    /// The ids come 5,000 to a reply.
    ///
    /// The second batch has the end of the first reply and the start of the second one, which
    /// has a document of the first a second time, at its later date; it comes out of the page when its batch is settled.
    private static func moveForward(_ fixture: MoveFixture, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let count = 10_000
        let halt = fixture.hasTransactions ? "committed:1" : "recorded:1"
        try await fixture.hot.createIndex(on: "items", ["d": 1])
        var documents = try await fixture.insert(count)
        let process = try await fixture.halted(.migrate, inBatchesOf: 3000, ["--limit", "1000000"], at: halt)
        for id in [3500, 4000, 4999] {
            let later = MoveFixture.cold + 8_000_000 + Int64(id)
            try await fixture.change(.int(id), [["$set": ["d": .date(milliseconds: later)]]])
            documents[id] = MoveFixture.document(.int(id), at: later)
        }
        process.send(signal: SIGCONT)
        MoveRun(await process.wait()).expect(
            0,
            "completed",
            ["migrated": count, "scanned": count, "vanished": 0, "changed": 0, "undecided": 0],
            sourceLocation: sourceLocation
        )
        try await fixture.expect(hot: [], cold: documents, sourceLocation: sourceLocation)
    }

    @Test(arguments: Topology.allCases)
    func `a document whose date moves forward is counted once`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { try await Self.moveForward($0) }
    }

    @Test(.enabled(if: TestServer.isStandaloneConfigured), arguments: StandaloneTiers.allCases)
    func `a document whose date moves forward is counted once without transactions`(tiers: StandaloneTiers) async throws
    {
        try await tiers.using { try await Self.moveForward($0) }
    }

    /// Further batches of the page that its first place was in must not make it be forgotten.
    @Test func `a document whose date moves forward is known after many batches`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            try await fixture.insert(10_000)
            let batches = ["--limit", "1000000"]
            // The page of the second place is read with the last of these batches.
            let process = try await fixture.halted(.migrate, inBatchesOf: 700, batches, at: "committed:7")
            for id in 4900..<5000 {
                let later = MoveFixture.cold + 9_500_000 + Int64(id)
                try await fixture.change(.int(id), [["$set": ["d": .date(milliseconds: later)]]])
            }
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(
                0,
                "completed",
                ["migrated": 10_000, "scanned": 10_000, "vanished": 0]
            )
        }
    }

    /// What is met again after its move is another document, and moves, too.
    @Test(arguments: Topology.allCases)
    func `a document that is stored anew under the same _id while the scan goes on is another one`(topology: Topology)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            try await fixture.insert(20_000)
            let process = try await fixture.halted(
                .migrate,
                inBatchesOf: 5000,
                ["--limit", "1000000"],
                at: "committed:2"
            )
            try await fixture.hot.insert(
                [MoveFixture.document(7, at: MoveFixture.cold + 19_999_000, version: "another")],
                into: "items"
            )
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(
                1,
                "partial",
                ["migrated": 20_000, "conflicts": 1, "scanned": 20_001]
            )
        }
    }

    /// 200,000 ids of documents left behind are remembered.
    ///
    /// Held ones are: of the batch that is not, the run halts.
    @Test func `numbers that may count a document twice are said to be upper bounds`() async throws {
        let (before, after) = (204_000, 6_000)
        try await MoveFixture.using { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            // All of one date: a scan that is opened again starts over with it.
            let ids = (0..<before + after).map(BSONValue.int)
            try await fixture.hot.insert(
                ids.map { ["_id": $0, "d": .date(milliseconds: MoveFixture.cold)] },
                into: "items"
            )
            let free = before + 500
            let holds = stride(from: 0, to: ids.count, by: 50).map { start -> BSONDocument in
                [
                    "ns": .string(fixture.hot.namespace("items").description),
                    "ids": .array(ids[start..<start + 50].filter { $0 != .int(free) }),
                    "until": .date(milliseconds: MoveFixture.hot),
                ]
            }
            try await fixture.state.insert(holds, into: "holds")
            let process = try await fixture.halted(.migrate, inBatchesOf: 1000, ["--limit", "1000000"], at: "read:1")
            try await fixture.killIdleCursors(on: "items")
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(0, "completed", ["migrated": 1])
            #expect((run["scanned"] ?? 0) > ids.count, "\(run.result)")
            let bounds = run.first["upper_bounds"]?.array?.compactMap(\.string) ?? []
            #expect(bounds.contains("scanned") && bounds.contains("held") && !bounds.contains("migrated"))
            #expect(run.warnings.contains { $0.contains("upper bounds") && $0.contains("scanned") }, "\(run.result)")
        }
    }
}

extension MoveFixture {
    /// Takes the cursors of programs on a collection away, as an operator's `killCursors` does.
    fileprivate func killIdleCursors(on collection: String) async throws {
        let database = tier(of: collection)
        let namespace = database.namespace(collection).description
        let pipeline: BSONValue = [
            ["$currentOp": ["localOps": true, "idleCursors": true]],
            ["$match": ["type": "idleCursor", "ns": .string(namespace)]],
        ]
        let count = try await database.withClient { client, name in
            let found = try client.all(["aggregate": 1, "pipeline": pipeline, "cursor": [:]], on: "admin")
            let cursors = found.compactMap { $0["cursor"]?.document?["cursorId"] }
            try client.run(["killCursors": .string(collection), "cursors": .array(cursors)], on: name)
            return cursors.count
        }
        try #require(count == 1)
    }
}
