import Foundation
import Mongo
import TestSupport
import Testing

/// A restore that died after its commit on hot has moved the batch: the next run, whichever it is, empties cold of it.
@Suite(.enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(30)))
struct RestoreRecoveryTests {
    /// What happens to a restored document that cold still has, before the next run.
    enum Meanwhile: CaseIterable {
        case nothing, isDeleted, isChanged

        func write(_ landed: [BSONDocument], _ fixture: MoveFixture) async throws -> [BSONDocument] {
            var hot = landed
            switch self {
            case .nothing: break
            case .isDeleted: try await fixture.delete(hot.removeFirst()["_id"] ?? .null)
            case .isChanged:
                try await fixture.change(hot[0]["_id"] ?? .null, MoveFixture.change)
                hot[0] = MoveFixture.changed(hot[0])
            }
            return hot
        }
    }

    /// 150 archived documents, 50 of which a restore has brought back before it died: gives a body these, and the rest.
    private static func interrupting(
        _ fixture: MoveFixture,
        _ body: (_ landed: [BSONDocument], _ rest: [BSONDocument]) async throws -> Void
    ) async throws {
        let documents = MoveFixture.documents(150)
        try await fixture.cold.insert(documents, into: "items_archive")
        try await fixture.killing(.restore) { landed in
            try #require(landed.count == MoveFixture.haltedBatch, "the run died at another moment")
            try await fixture.expect(cold: documents)
            #expect(try await fixture.held().count == landed.count)
            try await fixture.expectJournal(of: .restore, has: landed)
            try await body(landed, documents.filter { !landed.contains($0) })
        }
    }

    @Test(arguments: Meanwhile.allCases, Command.allCases)
    func `what was committed on hot is rolled forward by the next run and its hold stands`(
        meanwhile: Meanwhile,
        next: Command
    ) async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            try await Self.interrupting(fixture) { landed, rest in
                let hot = try await meanwhile.write(landed, fixture)

                let run = try await fixture.run(next.arguments)
                #expect((run["recovered"] ?? 0) > 0, "\(run.result)")
                switch next {
                case .migrate:
                    run.expect(0, "completed", ["held": hot.count, "migrated": 0, "conflicts": 0])
                    try await fixture.expect(hot: hot, cold: rest)
                    #expect(try await fixture.held().count == landed.count)
                    try await fixture.expectJournal(of: .restore, has: landed)
                case .restore:
                    run.expect(0, "completed", ["restored": rest.count, "conflicts": 0, "already_in_target": 0])
                    try await fixture.expect(hot: hot + rest, cold: [])
                    #expect(try await fixture.held().count == landed.count + rest.count)
                    try await fixture.expectJournal(of: .restore, has: landed + rest)
                }
                try await fixture.expectNoLease()
                let abandoned = try await fixture.state.documents(in: "runs", matching: ["status": "abandoned"])
                #expect(abandoned.map { $0["restored"]?.integer } == [Int64(landed.count)])
            }
        }
    }

    @Test(arguments: Command.allCases)
    func `a document of cold that somebody changed since it was restored is not deleted`(next: Command) async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            try await Self.interrupting(fixture) { landed, rest in
                try await fixture.change(landed[0]["_id"] ?? .null, in: "items_archive", MoveFixture.change)
                let changed = MoveFixture.changed(landed[0])
                let run = try await fixture.run(next.arguments)
                switch next {
                case .migrate:
                    run.expect(1, "partial", ["held": landed.count, "migrated": 0])
                    #expect(run.problems.map { $0["id"] } == [landed[0]["_id"]], "\(run.result)")
                    try await fixture.expect(hot: landed, cold: rest + [changed])
                case .restore:
                    run.expect(1, "partial", ["restored": rest.count, "conflicts": 1])
                    try await fixture.expect(hot: landed + rest, cold: [changed])
                }
            }
        }
    }

    @Test func `restores killed one after another bring everything back once`() async throws {
        let count = 10_000 * MoveFixture.scale
        let kills = min(20, 5 * MoveFixture.scale)
        var generator = SeededGenerator(seed: 20_261_123)
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = MoveFixture.documents(count)
            try await fixture.cold.insert(documents, into: "items_archive")
            for _ in 0..<kills {
                let aim = try await fixture.movedCount() + Int.random(in: 1...count / (2 * kills), using: &generator)
                let process = try fixture.start(Command.restore.arguments + ["--batch-size", "50"])
                try await fixture.wait(for: "\(aim) moved documents") { try await fixture.movedCount() >= aim }
                process.send(signal: SIGKILL)
                await process.wait()
            }
            try await fixture.run(Command.restore.arguments).expect(0, "completed", ["conflicts": 0])
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.expectJournal(of: .restore, has: documents)
            #expect(try await fixture.held().count == count)
            try await fixture.expectNoLease()
        }
    }
}
