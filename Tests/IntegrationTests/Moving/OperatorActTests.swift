import Foundation
import Mongo
import TestSupport
import Testing

/// What an operator does to servers and to hotcold's own records while a run is at work is told as what it is.
@Suite(
    .enabled(if: TestServer.isSecondConfigured && HotcoldProcess.hasHaltingPoints),
    .timeLimit(.minutes(30))
)
struct OperatorActTests {
    /// Halts a migration after its first batch, lets an operator act, and lets it go on.
    private static func run(
        _ fixture: MoveFixture,
        batch: Int,
        _ arguments: [String] = [],
        acting act: () async throws -> Void
    ) async throws -> MoveRun {
        let process = try await fixture.haltedAfterBatch(of: batch, arguments)
        try await act()
        process.send(signal: SIGCONT)
        return MoveRun(await process.wait(), owesDeletes: true)
    }

    /// It has more than one page of ids to read by it.
    @Test(arguments: [false, true])
    func `a dropped or hidden index of the scan costs the order and nothing else`(isHidden: Bool) async throws {
        try await MoveFixture.using(on: .oneCluster) { fixture in
            let documents = try await fixture.insert(12_000)
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            try await fixture.hot.insert(
                (0..<20_000).map { MoveFixture.document(.string("hot \($0)"), at: MoveFixture.hot) },
                into: "items"
            )
            let run = try await Self.run(fixture, batch: 1000) {
                let hide: BSONDocument = ["collMod": "items", "index": ["name": "d_1", "hidden": true]]
                let drop: BSONDocument = ["dropIndexes": "items", "index": "d_1"]
                try await fixture.hot.run(isHidden ? hide : drop)
            }
            run.expect(0, "completed", ["migrated": documents.count, "deleted": documents.count])
            #expect(run.warnings.contains { $0.contains("d_1") && $0.contains("dropped or hidden") }, "\(run.result)")
            try await fixture.expect(cold: documents)
        }
    }

    /// Between the look at the indexes and the question that names one of them; only a migration counts by it.
    @Test(arguments: [("migrate", "explain"), ("migrate", "count"), ("analyze", "explain"), ("check", "explain")])
    func `a plan does without an index that is dropped while it is made`(command: String, asking: String) async throws {
        try await MoveFixture.using(on: .oneCluster, line: .faults) { fixture in
            try await fixture.insert(100)
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            let fault = Fault(commands: [asking], times: 1, failure: ["blockConnection": true, "blockTimeMS": 2000])
            try await fault.whileActive(on: "items", in: fixture.hot) { watch in
                let process = try fixture.start([command] + (command == "migrate" ? ["--all"] : []))
                try await watch.waits(for: 1)
                try await fixture.hot.run(["dropIndexes": "items", "index": "d_1"])
                let result = await process.wait()
                #expect([0, 1].contains(result.exitCode) && !result.standardError.contains("hint"), "\(result)")
                if command == "migrate" { MoveRun(result).expect(0, "completed", ["migrated": 100]) }
            }
        }
    }

    @Test func `a limited run ends where its index is dropped`() async throws {
        try await MoveFixture.using(on: .oneCluster) { fixture in
            try await fixture.insert(12_000)
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            let run = try await Self.run(fixture, batch: 1000, ["--limit", "9000"]) {
                try await fixture.hot.run(["dropIndexes": "items", "index": "d_1"])
            }
            run.expect(1, "partial")
            #expect(run.result.standardError.contains("dropped or hidden the index d_1"), "\(run.result)")
        }
    }

    @Test(arguments: [(Topology.oneCluster, false), (.twoClusters, false), (.twoClusters, true)])
    func `a dropped state database is no other run`(topology: Topology, isCold: Bool) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(300)
            let run = try await Self.run(fixture, batch: 50) {
                let state = isCold ? fixture.coldState : fixture.state
                try await state.run(["dropDatabase": 1])
            }
            run.expect(1, "partial")
            let message = run.result.standardError
            #expect(message.contains("dropped or restored the state database"), "\(run.result)")
            #expect(message.contains("locks") && !message.contains("another run"), "\(run.result)")
            // The other side's records name a cluster that nobody knows any more: how to delete them is said.
            // Where cold's are gone the run has settled its own on hot.
            if topology == .twoClusters, !isCold {
                let stopped = try await HotcoldProcess.run(["migrate", "--all"], in: fixture.directory)
                #expect(stopped.exitCode == 1, "\(stopped)")
                #expect(stopped.standardError.contains(".seats.deleteOne({_id: "), "\(stopped)")
                try await fixture.coldState.drop("seats")
            }
            // Cold's says which cluster it is: without it the archive is on another one, for all that anybody knows.
            let confirming = isCold && topology == .twoClusters ? ["--confirm", "items"] : []
            let last = try await fixture.run(["migrate", "--all"] + confirming)
            last.expect(0, "completed", ["conflicts": 0, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: [Topology.oneCluster, .twoClusters])
    func `killed sessions cost an attempt`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(300)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:2")
            for state in topology == .oneCluster ? [fixture.state] : [fixture.state, fixture.coldState] {
                let sessions = try await state.documents(in: "locks").flatMap { $0["sessions"]?.array ?? [] }
                _ = try await state.withClient { client, _ in
                    try client.run(["killSessions": .array(sessions)], on: "admin")
                }
            }
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait(), owesDeletes: true)
            run.expect(0, "completed", ["migrated": 300, "deleted": 300, "conflicts": 0, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// As where somebody has killed the commit: repeated, it meets no transaction, and no majority.
    @Test(arguments: [Topology.oneCluster, .twoClusters])
    func `a commit that finds no transaction is repeated`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(300)
            let fault = Fault(
                commands: ["commitTransaction"],
                times: 1,
                failure: ["errorCode": 251, "errorLabels": []]
            )
            let halt = { try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:2") }
            let run = try await fault.whileActive(on: nil, at: fixture.hot.uri, forRunHaltedBy: halt) { _, watch in
                try await watch.waits(for: 1)
            }
            run.expect(0, "completed", ["migrated": 300, "deleted": 300, "conflicts": 0, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `where a view is in the place of a collection, that one is named`() async throws {
        try await MoveFixture.using(on: .oneCluster) { fixture in
            try await fixture.insert(300)
            let run = try await Self.run(fixture, batch: 50) {
                try await fixture.hot.rename("items", to: "items_before")
                try await fixture.hot.run(["create": "items", "viewOn": "items_before"])
            }
            run.expect(1, "partial")
            #expect(run.result.standardError.contains("items_before now"), "\(run.result)")
            #expect(try await fixture.hot.count("items_before") + fixture.cold.count("items_archive") == 300)
        }
    }
}
