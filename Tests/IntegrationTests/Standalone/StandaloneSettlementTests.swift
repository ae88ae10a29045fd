import Foundation
import Mongo
import TestSupport
import Testing

/// What settling notes is to be interrupted by, and what it must not bring back.
@Suite(
    .enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured && HotcoldProcess.hasHaltingPoints),
    .timeLimit(.minutes(30))
)
struct StandaloneSettlementTests {
    private static let count = MoveFixture.haltedBatch
    /// Carried out, though the answer says that nobody knows.
    private static let answerLost: BSONDocument = ["writeConcernError": ["code": 91, "errmsg": "lost"]]

    /// A migration that has copied everything and deleted nothing when the document 3 becomes hot.
    private static func haltedBeforeChange(
        _ fixture: MoveFixture,
        _ arguments: String...
    ) async throws -> HotcoldProcess {
        let all = Command.migrate.arguments + ["--workers", "1"] + arguments
        let process = try await fixture.halted(all, at: "verified:1")
        try await fixture.change(3, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
        return process
    }

    /// Has a run halt, and a server fail a command of it until it has done so once.
    private static func run(
        haltedBy halt: () async throws -> HotcoldProcess,
        meeting fault: Fault,
        on collection: String,
        in database: TestDatabase
    ) async throws -> MoveRun {
        try await fault.whileActive(on: collection, in: database, forRunHaltedBy: halt) { _, watch in
            try await watch.waits(for: 1)
        }
    }

    /// The notes are gone then, and with them what else would say that the documents are moved.
    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `a batch whose notes are struck out is counted though the answer is lost`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.insert(documents, into: command.source)
            let fault = Fault(commands: ["update"], failure: Self.answerLost)
            let halt = { try await fixture.halted(command.arguments + ["--workers", "1"], at: "recorded:1") }
            let run = try await Self.run(haltedBy: halt, meeting: fault, on: "seats", in: fixture.state)
            run.expect(0, "completed", [command.count: Self.count, "deleted": Self.count, "vanished": 0])
            try await fixture.expect(command.target, holds: documents)
            try await fixture.expectJournal(of: command, has: documents)
        }
    }

    /// The journal says that they are moved; nothing else does where the application has changed or deleted them since.
    @Test(arguments: StandaloneTiers.allCases)
    func `a restored batch that is in the journal is counted though the answer is lost`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.insert(documents, into: "items_archive")
            let failure = Self.answerLost.appending("blockConnection", true).appending("blockTimeMS", 4000)
            // The server meets the fail point once to wait, and once to answer.
            let fault = Fault(commands: ["insert"], times: 2, failure: failure)
            try await fault.whileActive(on: "batches", in: fixture.state) { watch in
                let process = try fixture.start(Command.restore.arguments + ["--workers", "1"])
                try await watch.waits(for: 1)
                try await fixture.delete(3)
                try await fixture.change(4, MoveFixture.change)
                // The fault is set until the server has gone on with the insert.
                let run = MoveRun(await process.wait(), owesDeletes: true)
                run.expect(0, "completed", ["restored": Self.count, "deleted": Self.count, "vanished": 0])
            }
            try await fixture.expect("items_archive", holds: [])
            try await fixture.expectJournal(of: .restore, has: documents)
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `a document that changed is counted once though settling it fails at first`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.count)
            let fault = Fault(commands: ["find"], failure: ["errorCode": 91])
            let halt = { try await Self.haltedBeforeChange(fixture) }
            let run = try await Self.run(haltedBy: halt, meeting: fault, on: "seats", in: fixture.state)
            run.expect(0, "completed", ["migrated": Self.count - 1, "changed": 1, "vanished": 0])
            let moved = documents.filter { $0["_id"] != 3 }
            try await fixture.expect(hot: [MoveFixture.document(3, at: MoveFixture.hot)], cold: moved)
            try await fixture.expectJournal(of: .migrate, has: moved)
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `what is moved is counted though the rest of its batch can't be settled`(tiers: StandaloneTiers) async throws {
        try await tiers.using(line: .faults) { fixture in
            try await fixture.insert(Self.count)
            let fault = Fault(commands: ["find"], failure: ["errorCode": 91])
            let halt = { try await Self.haltedBeforeChange(fixture, "--retry-for", "1s") }
            let run = try await fault.whileActive(on: "seats", in: fixture.state, forRunHaltedBy: halt) { process, _ in
                await process.wait()
            }
            run.expect(69, "failed", ["migrated": Self.count - 1, "deleted": Self.count - 1, "changed": 1])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 0])
        }
    }

    /// It may have been read before it is on disk: the server has lost what it did not write there, should it die.
    @Test(arguments: StandaloneTiers.allCases)
    func `no original is deleted before the archive has said that its copies are on disk`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.count)
            let process = try await fixture.halted(Command.migrate.arguments + ["--workers", "1"], at: "verified:1")
            process.send(signal: SIGKILL)
            await process.wait()
            let fault = Fault(commands: ["update"], failure: ["errorCode": 91])
            try await fault.whileActive(on: "seats", in: fixture.coldState) { _ in
                try await fixture.run("migrate", "--all", "--retry-for", "1s").expect(69, "failed", ["deleted": 0])
            }
            try await fixture.expect(hot: documents, cold: documents)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// A job that deletes from hot what it sees in the archive.
    @Test(arguments: StandaloneTiers.allCases)
    func `a copy whose document is deleted while it is taken back is in quarantine`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.count)
            let halt = { try await Self.haltedBeforeChange(fixture) }
            let block: BSONDocument = ["blockConnection": true, "blockTimeMS": 3000]
            let fault = Fault(commands: ["delete"], times: 1, failure: block)
            let run = try await fault.whileActive(
                on: "items_archive",
                in: fixture.cold,
                forRunHaltedBy: halt
            ) { _, watch in
                try await watch.waits(for: 1)
                try await fixture.delete(3)
            }
            run.expect(1, "partial", ["migrated": Self.count - 1])
            #expect(run.problems.map { $0["id"] } == [3], "\(run.result)")
            #expect(run.problems.first?["reason"]?.string?.contains("quarantine") == true, "\(run.result)")
            try await fixture.expect(hot: [], cold: documents.filter { $0["_id"] != 3 })
            #expect(try await fixture.quarantined() == [documents[3]])
            try await fixture.expectNoSeat()
        }
    }

    /// What the application does between an attempt to take a copy back that failed and the next one.
    enum Meanwhile: CaseIterable {
        case deletes, storesAnother
    }

    /// The copy is in quarantine and in the archive then.
    @Test(arguments: StandaloneTiers.allCases, Meanwhile.allCases)
    func `a copy that is taken back at the second attempt is where it should be`(
        tiers: StandaloneTiers,
        meanwhile: Meanwhile
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.count)
            let process = try await Self.haltedBeforeChange(fixture)
            process.send(signal: SIGKILL)
            await process.wait()
            let fault = Fault(commands: ["delete"], failure: ["errorCode": 91])
            try await fault.whileActive(on: "items_archive", in: fixture.cold) { _ in
                try await fixture.run("migrate", "--all", "--retry-for", "0s").expect(69, "failed")
            }
            try await fixture.delete(3)
            let run: MoveRun
            switch meanwhile {
            case .deletes:
                run = try await fixture.run("migrate", "--all")
                run.expect(0, "completed")
                try await fixture.expect(hot: [], cold: documents)
                #expect(try await fixture.quarantined().isEmpty)
            case .storesAnother:
                let anew = MoveFixture.document(3, at: MoveFixture.hot, version: "anew")
                try await fixture.hot.insert([anew], into: "items")
                run = try await fixture.run("migrate", "--all")
                run.expect(1, "partial")
                #expect(run.problems.map { $0["id"] } == [3], "\(run.result)")
                try await fixture.expect(hot: [anew], cold: documents.filter { $0["_id"] != 3 })
                #expect(try await fixture.quarantined() == [documents[3]])
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 0])
        }
    }

    /// Neither the copy nor what it replaced.
    @Test(arguments: StandaloneTiers.allCases)
    func `what an application deletes after a killed restore replaced it stays deleted`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.cold.insert(documents, into: "items_archive")
            try await fixture.hot.insert(documents[..<10].map(MoveFixture.changed), into: "items")
            let arguments = Command.restore.arguments + ["--on-conflict", "replace", "--workers", "1"]
            let process = try await fixture.halted(arguments, at: "verified:1")
            process.send(signal: SIGKILL)
            await process.wait()
            try await fixture.delete(3)
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["conflicts": 0, "failed": 0])
            #expect(run.problems.map { $0["id"] } == [3], "\(run.result)")
            try await fixture.expect(hot: documents.filter { $0["_id"] != 3 }, cold: [documents[3]])
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `what an application deletes before it is compared stays deleted though an answer is lost`(
        tiers: StandaloneTiers
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.cold.insert(documents, into: "items_archive")
            let fault = Fault(commands: ["update"], failure: Self.answerLost)
            let halt = {
                let process = try await fixture.halted(Command.restore.arguments + ["--workers", "1"], at: "copied:1")
                try await fixture.delete(10)
                return process
            }
            let run = try await Self.run(haltedBy: halt, meeting: fault, on: "seats", in: fixture.state)
            run.expect(1, "partial", ["restored": Self.count - 1, "deleted": Self.count - 1])
            #expect(run.problems.map { $0["id"] } == [10])
            try await fixture.expect(hot: documents.filter { $0["_id"] != 10 }, cold: [documents[10]])
        }
    }

    /// A record of copies is a licence to replace them.
    @Test(arguments: StandaloneTiers.allCases)
    func `copies that were moved after all are not replaced by what is stored anew`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.count)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed")
            let fault = Fault(commands: ["update"], failure: ["errorCode": 91])
            let halt = { try await fixture.halted(Command.migrate.arguments + ["--workers", "1"], at: "verified:1") }
            let run = try await Self.run(haltedBy: halt, meeting: fault, on: "batches", in: fixture.state)
            run.expect(0, "completed", ["migrated": Self.count, "vanished": 0])
            let anew = MoveFixture.changed(documents[3])
            try await fixture.hot.insert([anew], into: "items")
            try await fixture.run("migrate", "--all").expect(1, "partial", ["conflicts": 1])
            try await fixture.expect(hot: [anew], cold: documents)
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `what the archive does not take back is laid aside once though settling is repeated`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            try await fixture.insert(Self.count)
            let options: [(String, BSONValue)] = [("unique", true), ("sparse", true)]
            try await fixture.cold.createIndex(on: "items_archive", ["u": 1], options: options)
            let old = MoveFixture.document(3, version: "old").appending("u", 1)
            try await fixture.cold.insert([old], into: "items_archive")
            let arguments = Command.migrate.arguments + ["--on-conflict", "replace", "--workers", "1"]
            let process = try await fixture.halted(arguments, at: "verified:1")
            process.send(signal: SIGKILL)
            await process.wait()
            let other = MoveFixture.document(1000, at: MoveFixture.cold).appending("u", 1)
            try await fixture.cold.insert([other], into: "items_archive")
            try await fixture.change(3, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            let fault = Fault(commands: ["delete"], times: 1, failure: ["errorCode": 91])
            try await fault.whileActive(on: "seats", in: fixture.state) { _ in
                let run = try await fixture.run("migrate", "--all")
                run.expect(1, "partial", ["conflicts": 0, "failed": 0, "problem_count": 1])
            }
            #expect(try await fixture.quarantined() == [old])
            try await fixture.expectNoSeat()
        }
    }
}
