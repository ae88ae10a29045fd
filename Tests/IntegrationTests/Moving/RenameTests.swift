import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Collections are who they are by UUID: a name that means another collection is not taken for the one that was meant.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct RenameTests {
    /// What an operator does with a collection in the middle of a run.
    enum Act: CaseIterable {
        case renames, exchanges, drops

        /// Does it to a collection; what it was is called `NAME_old` then, unless it was dropped.
        func carryOut(on collection: String, _ fixture: MoveFixture) async throws {
            let database = fixture.tier(of: collection)
            if self == .drops {
                try await database.run(["drop": .string(collection)])
                return
            }
            try await database.rename(collection, to: "\(collection)_old")
            if self == .exchanges { try await database.run(["create": .string(collection)]) }
        }

        /// Gives a renamed collection its name back.
        static func revert(_ collection: String, _ fixture: MoveFixture) async throws {
            try await fixture.tier(of: collection).rename("\(collection)_old", to: collection, droppingTarget: true)
        }
    }

    private static let count = 150

    @Test(arguments: Topology.allCases)
    func `a run does not begin with a collection that it was not planned for`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            try await fixture.insert(1)
            let block: BSONDocument = ["blockConnection": true, "blockTimeMS": 3000]
            let fault = Fault(commands: ["findAndModify", "update", "insert"], times: 1, failure: block)
            let documents = MoveFixture.documents(Self.count)
            try await fault.whileActive(on: "locks", in: fixture.state) { watch in
                let process = try fixture.start("migrate", "--all")
                try await watch.waits(for: 1)
                try await Act.renames.carryOut(on: "items", fixture)
                try await fixture.insert(documents, into: "items")
                let run = MoveRun(await process.wait())
                run.expect(1, "partial", ["migrated": 0])
                #expect(run.error?.contains("than when the run was planned") == true, "\(run.result)")
            }
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": Self.count])
        }
    }

    /// Between two batches no transaction is open that the server would have the operator wait for.
    @Test(arguments: Topology.allCases, Act.allCases.flatMap { [($0, "items"), ($0, "items_archive")] })
    func `a run ends where a collection is another one than it was`(
        topology: Topology,
        fate: (act: Act, collection: String)
    ) async throws {
        let (act, collection) = fate
        try await MoveFixture.using(on: topology, leavesSeats: true) { fixture in
            let documents = try await fixture.insert(Self.count)
            let process = try await fixture.haltedAfterBatch(of: 50)
            try await act.carryOut(on: collection, fixture)
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(1, "partial", ["migrated": 50])
            let name = "\(fixture.tier(of: collection).name).\(collection)"
            #expect(run.error?.contains("\(name) is another collection than it was") == true, "\(run.result)")
            if act != .drops { #expect(run.error?.contains("\(name)_old now") == true, "\(run.result)") }
            guard act != .drops else {
                // What is left is where it was, and nothing was made in the place of the other.
                if collection == "items_archive" { try await fixture.expect(hot: Array(documents[50...]), cold: []) }
                // Nothing was half-way: what comes next does not need the one that is gone.
                if collection == "items" { try await fixture.insert(Array(documents[50...]), into: "items") }
                // The next run asks about an archive that is gone.
                try await fixture.run("migrate", "--all", "--confirm", "items")
                    .expect(0, "completed", ["migrated": Self.count - 50])
                try await fixture.expectNoSeat()
                return
            }
            let other = try await fixture.tier(of: collection).documents(in: collection)
            #expect(other.isEmpty, "something was written to another collection")
            try await Act.revert(collection, fixture)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// A hot collection that was away for a moment is not one that has no more to move.
    @Test(arguments: Topology.allCases)
    func `a scan that is opened again wants the same collection`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(12_000)
            let process = try await fixture.halted(.migrate, inBatchesOf: 1000, at: "committed:1")
            try await Act.renames.carryOut(on: "items", fixture)
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(1, "partial")
            try await Act.revert("items", fixture)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(
        .enabled(if: TestServer.isSecondConfigured),
        arguments: ["items", "items_archive"],
        [Act.renames, .exchanges]
    )
    func `a recovery settles nothing in a collection that only has the name`(collection: String, act: Act) async throws
    {
        try await MoveFixture.using(on: .twoClusters, leavesSeats: true) { fixture in
            let documents = try await fixture.insert(100)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            process.send(signal: SIGKILL)
            await process.wait()
            try await act.carryOut(on: collection, fixture)
            let refused = try await HotcoldProcess.run(["migrate", "--all", "--json"], in: fixture.directory)
            let run = MoveRun(refused)
            // A collection that is not there is not made in the place of the one that is meant.
            #expect(run.exitCode == 1 && run["migrated"] ?? 0 == 0, "\(refused)")
            #expect(refused.standardError.contains("_old"), "\(refused)")
            let isMissing = collection == "items" && act == .renames
            #expect(run.error?.contains(isMissing ? "does not exist" : "half-way") == true, "\(refused)")
            try await Act.revert(collection, fixture)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100, "recovered": 50])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectNoSeat()
        }
    }

    /// With both names changed nothing of the records' names is left.
    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `a recovery finds what it is about under the names that the configuration has now`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(100)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            process.send(signal: SIGKILL)
            await process.wait()
            for collection in ["items", "items_archive"] { try await Act.renames.carryOut(on: collection, fixture) }
            try fixture.edit {
                $0.replacing(
                    #""items": {"#,
                    with: #""items": {"hot_collection": "items_old", "cold_collection": "items_archive_old", "#
                )
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100, "recovered": 50])
            try await fixture.expect("items_old", in: fixture.hot, holds: [])
            try await fixture.expect("items_archive_old", in: fixture.cold, holds: documents)
            try await fixture.expectNoSeat()
        }
    }

    /// The leases are those of collections, too.
    @Test(arguments: Topology.allCases)
    func `a run holds its collections also under other names`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, leavesSeats: true) { fixture in
            try await fixture.insert(Self.count)
            let process = try await fixture.haltedAfterBatch(of: 50)
            try await Act.renames.carryOut(on: "items", fixture)
            try fixture.edit { $0.replacing(#""items": {"#, with: #""items": {"hot_collection": "items_old", "#) }
            try await fixture.run("migrate", "--all").expect(75, "failed", ["migrated": 0])
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(1, "partial", ["migrated": 50])
        }
    }

    @Test(.enabled(if: TestServer.isStandaloneConfigured), arguments: ["items", "items_archive"])
    func `a standalone run ends where a collection is another one than it was`(collection: String) async throws {
        let uri = try TestServer.standaloneURI
        try await MoveFixture.using(hot: uri, cold: uri, leavesSeats: true) { fixture in
            let documents = try await fixture.insert(Self.count)
            // Its journal has the first batch then.
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "recorded:1")
            try await Act.exchanges.carryOut(on: collection, fixture)
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(1, "partial", ["migrated": 50])
            #expect(run.error?.contains("another collection than it was") == true, "\(run.result)")
            try await Act.revert(collection, fixture)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.expect(hot: [], cold: documents)
        }
    }
}
