import Foundation
import Mongo
import TestSupport
import Testing

/// A migration that died after its commit on the cold cluster and before the one on hot has moved nothing.
@Suite(.enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(30)))
struct MigrationRecoveryTests {
    /// What the application does with documents whose copies are in cold, before the next run.
    enum Meanwhile: CaseIterable {
        case nothing, deletesSome, deletesAll, changesSome, usesSome, replacesSome

        /// Does it; returns what hot has afterwards.
        func write(_ documents: [BSONDocument], copied: [BSONDocument], _ fixture: MoveFixture) async throws
            -> [BSONDocument]
        {
            let chosen = self == .deletesAll ? copied : copied.filter { ($0["_id"]?.integer ?? 1).isMultiple(of: 7) }
            try #require(!chosen.isEmpty)
            var hot = documents.filter { self == .nothing || !chosen.contains($0) }
            for document in self == .nothing ? [] : chosen {
                let id = document["_id"] ?? .null
                switch self {
                case .nothing: break
                case .deletesSome, .deletesAll: try await fixture.delete(id)
                case .changesSome:
                    try await fixture.change(id, MoveFixture.change)
                    hot.append(MoveFixture.changed(document))
                case .usesSome:
                    try await fixture.change(id, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
                    hot.append(MoveFixture.document(id, at: MoveFixture.hot))
                case .replacesSome:
                    try await fixture.delete(id)
                    hot.append(MoveFixture.changed(document))
                    try await fixture.hot.insert([MoveFixture.changed(document)], into: "items")
                }
            }
            return hot
        }
    }

    @Test(arguments: Meanwhile.allCases, Command.allCases)
    func `copies without their commit on hot are taken back by the next run`(meanwhile: Meanwhile, next: Command)
        async throws
    {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = try await fixture.insert(150)
            try await fixture.killing(.migrate) { copied in
                try #require(copied.count == MoveFixture.haltedBatch, "the run died at another moment")
                #expect(Set(copied).isSubset(of: documents))
                try await fixture.expect(hot: documents)
                let hot = try await meanwhile.write(documents, copied: copied, fixture)

                let run = try await fixture.run(next.arguments)
                let (staying, moving) = hot.divided { $0["d"]?.dateMilliseconds == MoveFixture.hot }
                let count = next == .migrate ? moving.count : 0
                run.expect(0, "completed", [next.count: count, "conflicts": 0, "failed": 0, "already_in_target": 0])
                #expect((run["recovered"] ?? 0) > 0, "\(run.result)")
                switch next {
                case .migrate:
                    try await fixture.expect(hot: staying, cold: moving)
                    try await fixture.expectJournalIsArchive()
                case .restore:
                    try await fixture.expect(hot: hot, cold: [])
                    #expect(try await fixture.journal().isEmpty)
                    #expect(try await fixture.held().count == 0)
                }
                try await fixture.expectNoLease()
                let abandoned = try await fixture.state.documents(in: "runs", matching: ["status": "abandoned"])
                #expect(abandoned.map { $0["migrated"]?.integer } == [0])

                let last = try await fixture.run("migrate", "--all")
                last.expect(0, "completed", ["recovered": 0])
                try await fixture.expect(hot: staying, cold: moving)
            }
        }
    }

    @Test(arguments: ["skip", "replace", "keep-target"])
    func `a document that the dead run replaced in cold is put back`(policy: String) async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = try await fixture.insert(MoveFixture.haltedBatch)
            let others = documents[..<10].map(MoveFixture.changed)
            let stranger = MoveFixture.document(1000)
            try await fixture.cold.insert(others + [stranger], into: "items_archive")
            try await fixture.killing(.migrate, "--on-conflict", "replace") { copied in
                try #require(Set(copied) == Set(documents + [stranger]), "the run died at another moment")
                // What it replaced is back then, whether or not hot still has what it was replaced by.
                try await fixture.delete(3)

                let run = try await fixture.run("migrate", "--all", "--on-conflict", policy)
                #expect((run["recovered"] ?? 0) > 0, "\(run.result)")
                let rest = documents[10...] + [stranger]
                let count = documents.count - 1
                switch policy {
                case "skip":
                    run.expect(1, "partial", ["migrated": count - 9, "conflicts": 9])
                    try await fixture.expect(hot: documents[..<10].filter { $0["_id"] != 3 }, cold: others + rest)
                case "replace":
                    run.expect(0, "completed", ["migrated": count, "already_in_target": 0])
                    try await fixture.expect(
                        hot: [],
                        cold: documents[..<10].filter { $0["_id"] != 3 } + [others[3]] + rest
                    )
                default:
                    run.expect(0, "completed", ["migrated": count, "already_in_target": 9])
                    try await fixture.expect(hot: [], cold: others + rest)
                }
            }
        }
    }

    @Test func `a document that was in cold before the dead run found it there stays`() async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = try await fixture.insert(MoveFixture.haltedBatch)
            try await fixture.cold.insert(Array(documents[..<10]), into: "items_archive")
            try await fixture.killing(.migrate) { copied in
                try #require(Set(copied) == Set(documents), "the run died at another moment")
                try await fixture.delete(3)
                try await fixture.delete(30)
                let run = try await fixture.run("migrate", "--all")
                run.expect(0, "completed", ["migrated": documents.count - 2, "already_in_target": 9])
                try await fixture.expect(hot: [], cold: documents.filter { $0["_id"] != 30 })
            }
        }
    }

    /// On the server with access control, where no other test's commits meet the fail point.
    @Test(.enabled(if: TestServer.isAuthConfigured && HotcoldProcess.hasHaltingPoints))
    func `a batch that was committed on hot stays moved though its run died before it knew`() async throws {
        try await GuardedServer.hot.using { fixture, uri in
            let documents = try await fixture.insert(100)
            let process = try await fixture.haltedAfterBatch(of: 50)
            let fault = Fault(
                commands: ["commitTransaction"],
                failure: ["writeConcernError": ["code": 64, "errmsg": "timeout"]]
            )
            try await fault.whileActive(on: nil, at: uri) { watch in
                process.send(signal: SIGCONT)
                try await watch.waits(for: 1)
                process.send(signal: SIGKILL)
                await process.wait()
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["conflicts": 0, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    /// Killed between batches or in one; both ways of leaving the copies where the documents are.
    @Test(arguments: Command.allCases)
    func `a copy-only run that was killed has taken nothing from its source`(command: Command) async throws {
        let option = command == .migrate ? "--no-delete" : "--keep-cold"
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = MoveFixture.documents(150)
            try await fixture.insert(documents, into: command.source)
            let process = try fixture.start(command.arguments + [option, "--max-rate", "50"])
            try await fixture.wait(for: "the first batch") { try await fixture.movedCount() > 0 }
            process.send(signal: SIGKILL)
            await process.wait()
            try await fixture.expect(command.source, holds: documents)
            let run = try await fixture.run(command.arguments + [option])
            run.expect(0, "completed", [command.count: 150, "deleted": 0, "conflicts": 0])
            try await fixture.expect(hot: documents, cold: documents)
        }
    }
}
