import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// A document that is gone from hot may be wanted all the same.
///
/// Somebody may have made room there of what the archive had. What is taken out of the archive then is in quarantine.
@Suite(.enabled(if: TestServer.isSecondConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct QuarantineTests {
    /// Deletes from hot what the archive has the same.
    private static func purge(_ fixture: MoveFixture, sparing spared: BSONValue? = nil) async throws -> [BSONDocument] {
        let archived = try await fixture.cold.documents(in: "items_archive", sort: ["_id": 1])
        let purged = archived.filter { $0["_id"] != spared }
        for document in purged { try await fixture.delete(document["_id"] ?? .null) }
        return purged
    }

    private static let copied = ["copiesCommitted", "verified", "recorded"]

    @Test(arguments: copied, Command.allCases)
    func `copies whose originals somebody deleted are in quarantine after the next run`(step: String, next: Command)
        async throws
    {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(100)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "\(step):1")
            process.send(signal: SIGKILL)
            await process.wait()
            let purged = try await Self.purge(fixture, sparing: 7)
            #expect(purged.count == 49)
            let run = try await fixture.run(next.arguments)
            run.expect(0, "completed", ["recovered": 50, "quarantined": 49])
            #expect(run.warnings.contains { $0.contains("49 documents are in quarantine") }, "\(run.result)")
            #expect(Set(try await fixture.quarantined()) == Set(purged))
            let left = documents.filter { !purged.contains($0) }
            try await fixture.expect(hot: next == .migrate ? [] : left, cold: next == .migrate ? left : [])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["recovered": 0, "quarantined": 0])
        }
    }

    @Test(arguments: copied)
    func `a run that finds originals gone beside its copies has them in quarantine`(step: String) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(100)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "\(step):1")
            let purged = try await Self.purge(fixture, sparing: 7)
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(0, "completed", ["migrated": 51, "vanished": 49, "quarantined": 49])
            #expect(Set(try await fixture.quarantined()) == Set(purged))
            try await fixture.expect(hot: [], cold: documents.filter { !purged.contains($0) })
        }
    }

    /// What it brought to hot, and what somebody took from there since, is gone from the archive as well.
    @Test(arguments: [ProtocolStep.committed, .cleared, .pending], [false, true])
    func `restored documents that somebody deleted are in quarantine`(step: ProtocolStep, dies: Bool) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = MoveFixture.documents(50)
            try await fixture.cold.insert(documents, into: "items_archive")
            let process = try await fixture.halted(.restore, inBatchesOf: 50, at: "\(step.rawValue):1")
            // As somebody does who has seen them in the archive a moment ago.
            let purged = documents.filter { $0["_id"] != 7 }
            for document in purged { try await fixture.delete(document["_id"] ?? .null) }
            if dies {
                process.send(signal: SIGKILL)
                await process.wait()
                let run = try await fixture.run("migrate", "--all")
                run.expect(0, "completed", ["quarantined": 49])
            } else {
                process.send(signal: SIGCONT)
                MoveRun(await process.wait()).expect(0, "completed", ["restored": 50, "quarantined": 49])
            }
            #expect(Set(try await fixture.quarantined()) == Set(purged))
            #expect(try await fixture.coldState.count("quarantine", matching: ["pending": true]) == 0)
        }
    }

    @Test(arguments: [ProtocolStep.undone, .settled, .resolved])
    func `a recovery that dies is taken up by the next one`(step: ProtocolStep) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(50)
            let first = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            first.send(signal: SIGKILL)
            await first.wait()
            let purged = try await Self.purge(fixture, sparing: 7)
            let second = try await fixture.halted(.migrate, inBatchesOf: 50, at: "\(step.rawValue):1")
            second.send(signal: SIGKILL)
            await second.wait()
            // The one that put them there told nobody.
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 1, "quarantined": 49])
            #expect(Set(try await fixture.quarantined()) == Set(purged))
            let pending = try await fixture.coldState.count("quarantine", matching: ["pending": true])
            #expect(pending == 0)
            try await fixture.expect(hot: [], cold: documents.filter { $0["_id"] == 7 })
        }
    }

    /// Taken back, left for another pass, and moved by it: the copy of before is nothing to keep.
    @Test func `what changes while it moves and is moved later leaves nothing in quarantine`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(100)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            try await fixture.change(3, MoveFixture.change)
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(0, "completed", ["migrated": 100, "quarantined": 0])
            #expect(try await fixture.quarantined().isEmpty)
            var archived = documents
            archived[3] = MoveFixture.changed(documents[3])
            try await fixture.expect(hot: [], cold: archived)
        }
    }

    /// A seat has no room for them.
    @Test func `a restored document of nearly 16 MB that somebody deleted is in quarantine`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let text = String(repeating: "x", count: (16 << 20) - 200)
            let large = MoveFixture.document(0).appending("text", .string(text))
            try await fixture.cold.insert([large, MoveFixture.document(1)], into: "items_archive")
            let process = try await fixture.halted(.restore, inBatchesOf: 50, at: "cleared:1")
            try await fixture.delete(0)
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(0, "completed", ["restored": 2, "quarantined": 1])
            try await fixture.expect(hot: [MoveFixture.document(1)], cold: [])
            let parts = try await fixture.coldState.documents(in: "quarantine", sort: ["_id": 1])
            let bytes = parts.flatMap { Array($0["document"]?.binary ?? []) }
            #expect(bytes == Array(large.bytes) && parts.allSatisfy { $0["pending"] == nil })
        }
    }
}
