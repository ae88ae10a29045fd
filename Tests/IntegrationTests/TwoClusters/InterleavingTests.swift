import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Interleavings that a run meets seldom, each found by reading: the run is stopped at a step of the protocol, and
/// somebody else writes.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct InterleavingTests {
    /// The way back is blocked by the move's own copy of another document.
    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `a copy that has to go while another has taken its key does not keep the run from ending`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            try await fixture.cold.createIndex(on: "items_archive", ["key": 1], options: [("unique", true)])
            let replaced: BSONDocument = ["_id": 1, "key": "a", "v": "old"]
            let one: BSONDocument = ["_id": 1, "key": "b", "d": .date(milliseconds: MoveFixture.cold)]
            let two: BSONDocument = ["_id": 2, "key": "a", "d": .date(milliseconds: MoveFixture.cold)]
            try await fixture.cold.insert([replaced], into: "items_archive")
            try await fixture.hot.insert([one, two], into: "items")
            let arguments = ["migrate", "--all", "--on-conflict", "replace", "--workers", "1"]
            let process = try await fixture.halted(arguments, at: "copiesCommitted:1")
            try await fixture.change(1, ["$set": ["d": .date(milliseconds: MoveFixture.hot)]])
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            // The first stays in hot, so that its older version is back in the archive, which refuses the second.
            run.expect(1, "partial", ["migrated": 0, "changed": 1, "failed": 1])
            let used: BSONDocument = ["_id": 1, "key": "b", "d": .date(milliseconds: MoveFixture.hot)]
            try await fixture.expect(hot: [used, two], cold: [replaced])
            try await fixture.expectNoSeat()
        }
    }

    /// Neither of them would write what it finds in its target already.
    ///
    /// The locks are gone, so that the second run does not know the first one's sessions.
    @Test func `of duplicates a frozen run and another one do not each delete one half`() async throws {
        try await MoveFixture.using(on: .oneCluster) { fixture in
            let documents = try await fixture.insert(10)
            try await fixture.cold.insert(documents, into: "items_archive")
            let process = try await fixture.halted(["migrate", "--all", "--workers", "1"], at: "recorded:1")
            try await fixture.state.drop("locks")
            try await fixture.run(Command.restore.arguments).expect(0, "completed", ["already_in_target": 10])
            process.send(signal: SIGCONT)
            MoveRun(await process.wait(), owesDeletes: true).expect(75, "failed")
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    /// Its date moved forward and stayed cold: the scan meets it once more.
    @Test(arguments: Topology.allCases)
    func `a document that the scan meets twice is counted once`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            let count = 7000  // Beyond the first reply of 5,000 ids.
            try await fixture.insert(count)
            let arguments = ["migrate", "--all", "--workers", "1", "--batch-size", "50"]
            let process = try await fixture.halted(arguments, at: "verified:2")
            try await fixture.change(60, ["$set": ["d": .date(milliseconds: MoveFixture.cold + 6900 * 1000)]])
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(0, "completed", ["scanned": count, "migrated": count, "changed": 0])
            try await fixture.expect(hot: [])
        }
    }

    /// Its hot side is another cluster, so that it can't settle what the frozen run leaves.
    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `an archive with another cluster's mover at its seat is not worked on`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            let (hotURI, coldURI) = try fixture.uris
            let process = try await fixture.halted(["migrate", "--all", "--workers", "1"], at: "read:1")
            try await fixture.expireLeases()
            let other =
                #"{"policy": "time_based", "date_field": "d", "cold_threshold_days": 30, "cold_collection": "items_archive"}"#
            try fixture.configureArchiveAsHot(collections: #"{"other": \#(other)}"#)
            try await fixture.cold.insert(documents, into: "other")
            let refused = try await HotcoldProcess.run(["migrate", "--all"], in: fixture.directory)
            #expect(refused.exitCode == 1, "\(refused)")
            #expect(refused.standardError.contains("on another cluster"), "\(refused)")
            process.send(signal: SIGCONT)
            _ = await process.wait()
            try fixture.configure(hot: hotURI, cold: coldURI)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.expect(hot: [], cold: documents)
            #expect(try await fixture.cold.count("other") == 50)
        }
    }
}
