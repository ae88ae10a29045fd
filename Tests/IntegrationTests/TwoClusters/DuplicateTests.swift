import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// What others do to an archive on another cluster, or to what has just come from it, while documents move.
@Suite(.enabled(if: TestServer.isSecondConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct DuplicateTests {
    /// Somebody deletes from the archive what hot has the same.
    private static func purge(_ fixture: MoveFixture, _ documents: some Sequence<BSONDocument>) async throws {
        for document in documents { try await fixture.delete(document["_id"] ?? .null, in: "items_archive") }
    }

    // MARK: What the archive has already

    @Test(arguments: [[], ["--on-conflict", "keep-target"]])
    func `a duplicate that somebody deletes from the archive meanwhile is in quarantine`(options: [String]) async throws
    {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            let archived = options.isEmpty ? documents : documents.map(MoveFixture.changed)
            try await fixture.cold.insert(archived, into: "items_archive")
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, options, at: "copiesCommitted:1")
            try await Self.purge(fixture, documents.prefix(20))
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(0, "completed", ["migrated": 50, "quarantined": 20])
            #expect(Set(try await fixture.quarantined()) == Set(documents.prefix(20)))
            #expect(try await fixture.coldState.count("quarantine", matching: ["pending": true]) == 0)
            try await fixture.expect(hot: [], cold: Array(archived.dropFirst(20)))
        }
    }

    @Test func `it is there, too, after a run that died before it looked`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            try await fixture.cold.insert(documents, into: "items_archive")
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "committed:1")
            try await Self.purge(fixture, documents.prefix(20))
            process.send(signal: SIGKILL)
            await process.wait()
            try await fixture.run("migrate", "--all").expect(0, "completed", ["quarantined": 20])
            #expect(Set(try await fixture.quarantined()) == Set(documents.prefix(20)))
            #expect(try await fixture.coldState.count("quarantine", matching: ["pending": true]) == 0)
        }
    }

    @Test(arguments: ["copiesCommitted", "recorded"])
    func `of a batch that a run did not decide nothing stays there`(step: String) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            try await fixture.cold.insert(documents, into: "items_archive")
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "\(step):1")
            process.send(signal: SIGKILL)
            await process.wait()
            #expect(try await fixture.coldState.count("quarantine", matching: ["pending": true]) == 50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50, "quarantined": 0])
            #expect(try await fixture.quarantined().isEmpty)
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    // MARK: What a run has just written there

    @Test func `a copy that somebody deletes is no sign of failing disks, and its original stays`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "copiesCommitted:1")
            try await fixture.delete(7, in: "items_archive")
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(1, "partial", ["migrated": 49, "failed": 1])
            #expect(run.problems.count == 1 && run.problems[0]["id"]?.integer == 7, "\(run.result)")
            try await fixture.expect(hot: [documents[7]], cold: documents.filter { $0["_id"] != 7 })
        }
    }

    // MARK: What comes back

    /// Gives a test a restore of 50 documents that has stopped at a step of its only batch.
    private static func restoring(
        at step: ProtocolStep,
        _ body: (_ fixture: MoveFixture, _ documents: [BSONDocument], _ process: HotcoldProcess) async throws -> Void
    ) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = MoveFixture.documents(50)
            try await fixture.cold.insert(documents, into: "items_archive")
            let process = try await fixture.halted(.restore, inBatchesOf: 50, at: "\(step.rawValue):1")
            try await body(fixture, documents, process)
        }
    }

    private static func kill(_ process: HotcoldProcess) async {
        process.send(signal: SIGKILL)
        await process.wait()
    }

    @Test func `what somebody deletes from the archive while it comes back is named`() async throws {
        try await Self.restoring(at: .committed) { fixture, documents, process in
            try await Self.purge(fixture, documents.prefix(1))
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait(), owesDeletes: true)
            run.expect(1, "partial", ["restored": 50, "deleted": 49])
            #expect(run.problems.map { $0["id"]?.integer } == [0], "\(run.result)")
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    @Test func `what somebody changes in the archive before a dead restore is settled is named`() async throws {
        try await Self.restoring(at: .committed) { fixture, documents, process in
            await Self.kill(process)
            try await fixture.change(3, in: "items_archive", MoveFixture.change)
            let run = try await fixture.run("restore", "--collection", "items", "--id", "77")
            #expect(run.problems.contains { $0["id"]?.integer == 3 }, "\(run.result)")
            try await fixture.expect(hot: documents, cold: [MoveFixture.changed(documents[3])])
        }
    }

    @Test func `a dead restore is settled without its cold half`() async throws {
        try await Self.restoring(at: .committed) { fixture, documents, process in
            await Self.kill(process)
            try await fixture.coldState.run(["delete": "seats", "deletes": [["q": ["tier": "cold"], "limit": 0]]])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["recovered": 50])
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    /// Hot was restored from a backup that has neither the documents nor the seat.
    @Test func `what a restore took is in quarantine though hot has lost all of it`() async throws {
        try await Self.restoring(at: .pending) { fixture, documents, process in
            await Self.kill(process)
            for document in documents { try await fixture.delete(document["_id"] ?? .null) }
            try await fixture.state.run(["delete": "seats", "deletes": [["q": [:], "limit": 0]]])
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["quarantined": 50])
            #expect(Set(try await fixture.quarantined()) == Set(documents))
        }
    }
}
