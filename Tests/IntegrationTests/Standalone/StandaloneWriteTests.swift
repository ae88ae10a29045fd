import Foundation
import Mongo
import TestSupport
import Testing

/// What an application writes while a batch is between its copies and its delete, where no transaction would notice.
@Suite(.enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StandaloneWriteTests {
    private static let count = MoveFixture.haltedBatch

    /// The sorted documents without the one whose end is not promised.
    private static func content(_ database: TestDatabase, _ collection: String, without id: BSONValue) async throws
        -> [BSONDocument]
    {
        try await database.documents(in: collection, sort: ["_id": 1]).filter { $0["_id"] != id }
    }

    /// Whether what was written is used again or cold all the same: then a further pass of the run moves it.
    @Test(arguments: StandaloneTiers.allCases, [MoveFixture.cold, MoveFixture.hot])
    func `writes between copy and delete of a migration survive`(tiers: StandaloneTiers, date: Int64) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.count)
            let updated = MoveFixture.document(3, at: date, version: "changed")
            let renewed = MoveFixture.document(20, at: date, version: "renewed")
            // Equal for the server, and four bytes longer.
            let retyped = MoveFixture.document(30, at: MoveFixture.cold + 30_000, version: .double(0))
            let run = try await fixture.delaying(.beforeDelete(.migrate), of: Command.migrate.arguments) { _ in
                try await fixture.expect(hot: documents, cold: documents)
                try await fixture.change(3, [["$set": ["d": .date(milliseconds: date), "v": "changed"]]])
                try await fixture.delete(10)
                try await fixture.delete(20)
                try await fixture.hot.insert([renewed], into: "items")
                try await fixture.change(30, [["$set": ["v": .double(0)]]])
            }
            let isHot = date == MoveFixture.hot
            run.expect(0, "completed", ["changed": isHot ? 2 : 0, "conflicts": 0, "failed": 0, "scanned": Self.count])
            let others = documents.filter { ![3, 10, 20, 30].contains($0["_id"]?.integer) }
            let moved = Set(others + [retyped] + (isHot ? [] : [updated, renewed]))
            try await fixture.expect(hot: isHot ? [updated, renewed] : [])
            // The one that was deleted may stay in the archive, and nowhere else.
            let cold = try await Self.content(fixture.cold, "items_archive", without: 10)
            #expect(cold.count == moved.count && Set(cold) == moved)
            try await fixture.expectNoSeat()
            try await fixture.expectNoLease()
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `writes to what a restore has brought back survive`(tiers: StandaloneTiers) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.cold.insert(documents, into: "items_archive")
            let run = try await fixture.delaying(.beforeDelete(.restore), of: Command.restore.arguments) { _ in
                try await fixture.expect(hot: documents, cold: documents)
                try await fixture.change(3, MoveFixture.change)
                try await fixture.delete(10)
            }
            run.expect(0, "completed", ["restored": Self.count, "deleted": Self.count])
            let hot = documents.filter { $0["_id"] != 10 }.map { $0["_id"] == 3 ? MoveFixture.changed($0) : $0 }
            try await fixture.expect(hot: hot, cold: [])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["held": hot.count, "migrated": 0])
        }
    }

    /// It is still in the archive, which says so once.
    @Test(arguments: StandaloneTiers.allCases)
    func `what an application deletes before it is compared is counted once`(tiers: StandaloneTiers) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.cold.insert(documents, into: "items_archive")
            // Some ask whether the name means the same collection, one looks for what hot has already; the last one reads
            // the copies back.
            let moment = MoveFixture.Moment(command: "find", collection: "items")
            let run = try await fixture.delaying(moment, after: 4, of: Command.restore.arguments) { _ in
                try await fixture.expect(hot: documents)
                try await fixture.delete(10)
            }
            let others = Self.count - 1
            run.expect(1, "partial", ["scanned": Self.count, "restored": others, "conflicts": 1, "failed": 0])
            #expect(run.problems.map { $0["id"] } == [10])
            try await fixture.expect(hot: documents.filter { $0["_id"] != 10 }, cold: [documents[10]])
        }
    }

    /// Nothing is unknown of it: the server had answered when the copy of another document of the batch was refused.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: StandaloneTiers.allCases)
    func `what an application deletes before a batch is tried again is counted once`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using { fixture in
            var documents = MoveFixture.documents(Self.count)
            try await fixture.hot.createIndex(on: "items", ["u": 1], options: [("unique", true), ("sparse", true)])
            documents[30] = documents[30].appending("u", 1)
            let other: BSONDocument = ["_id": "other", "d": .date(milliseconds: MoveFixture.hot), "u": 1]
            try await fixture.hot.insert([other], into: "items")
            try await fixture.cold.insert(documents, into: "items_archive")
            let process = try await fixture.halted(
                Command.restore.arguments + ["--workers", "1"],
                at: "copied:1"
            )
            try await fixture.expect(hot: documents[..<30] + [other])
            try await fixture.delete(10)
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait(), owesDeletes: true)
            run.expect(1, "partial", ["restored": Self.count - 2, "conflicts": 1, "failed": 1, "scanned": Self.count])
            #expect(Set(run.problems.map { $0["id"] }) == [10, 30])
            let left = [documents[10], documents[30]]
            try await fixture.expect(hot: documents.filter { !left.contains($0) } + [other], cold: left)
        }
    }

    /// The archive's document of before, or the one that was moved in its place; never none.
    @Test(arguments: StandaloneTiers.allCases)
    func `what gave way to a document that changed is put back`(tiers: StandaloneTiers) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.count)
            let other = MoveFixture.document(3, version: "other")
            try await fixture.cold.insert([other], into: "items_archive")
            let arguments = Command.migrate.arguments + ["--on-conflict", "replace"]
            let updated = MoveFixture.document(3, at: MoveFixture.hot)
            let run = try await fixture.delaying(.beforeDelete(.migrate), of: arguments) { _ in
                try await fixture.change(3, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            }
            run.expect(0, "completed", ["migrated": Self.count - 1, "changed": 1])
            try await fixture.expect(hot: [updated], cold: documents.filter { $0["_id"] != 3 } + [other])
        }
    }

    /// The second attempt finds its own copies there, and among them what the application has written since.
    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `an update survives when the delete fails and the batch is tried again`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.insert(documents, into: command.source)
            let run = try await fixture.delaying(.beforeDelete(command), of: command.arguments, failingWith: 91) { _ in
                try await fixture.change(3, MoveFixture.change)
            }
            let changed = documents.map { $0["_id"] == 3 ? MoveFixture.changed($0) : $0 }
            switch command {
            case .migrate:
                run.expect(0, "completed", ["migrated": Self.count, "conflicts": 0, "failed": 0])
                try await fixture.expect(hot: [], cold: changed)
                try await fixture.expectJournalIsArchive()
            case .restore:
                // The archive's version may stay, as a conflict.
                #expect(run.exitCode <= 1, "\(run.result)")
                try await fixture.expect(hot: changed)
                #expect(try await Self.content(fixture.cold, "items_archive", without: 3).isEmpty)
            }
        }
    }

    /// When the batch is tried again its sources are gone: also of what the target had already, with the same bytes or
    /// with others that are to stay.
    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `a journal that can't be written at once has the batch in the end`(tiers: StandaloneTiers, command: Command)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.count)
            try await fixture.insert(documents, into: command.source)
            let before = Array(documents[..<10]) + documents[10..<20].map(MoveFixture.changed)
            try await fixture.insert(before, into: command.target)
            // Two: the driver itself repeats an insert once where there is a replica set.
            let fault = Fault(commands: ["insert"], times: 2, failure: ["errorCode": 91])
            try await fault.whileActive(on: "batches", in: fixture.state) { _ in
                let run = try await fixture.run(command.arguments + ["--on-conflict", "keep-target"])
                let counts: KeyValuePairs = [
                    command.count: Self.count, "deleted": Self.count, "already_in_target": 20,
                    "verified": Self.count - 10, "vanished": 0,
                ]
                run.expect(0, "completed", counts)
            }
            try await fixture.expect(command.source, holds: [])
            try await fixture.expect(command.target, holds: before + documents[20...])
            try await fixture.expectJournal(of: command, has: documents)
            if command == .restore { #expect(try await fixture.held().count == Self.count) }
        }
    }

    /// One mover: with such an error the driver closes all connections to that server, and of a copy that another mover
    /// has on its way to hot then nobody can say whether it came there.
    @Test(arguments: StandaloneTiers.each(Command.allCases, ["closeConnection", "errorCode"]))
    func `a delete that fails now and then costs time only`(tiers: StandaloneTiers, command: Command, how: String)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(100)
            try await fixture.insert(documents, into: command.source)
            let failure: BSONDocument = how == "errorCode" ? ["errorCode": 91] : ["closeConnection": true]
            let fault = Fault(commands: ["delete"], times: 2, failure: failure)
            let hits = try await fault.whileActive(on: command.source, in: fixture.tier(of: command.source)) { _ in
                let run = try await fixture.run(command.arguments + ["--batch-size", "30", "--workers", "1"])
                run.expect(0, "completed", [command.count: 100, "deleted": 100, "conflicts": 0, "changed": 0])
            }
            #expect(hits >= 2)
            try await fixture.expect(command.source, holds: [])
            try await fixture.expect(command.target, holds: documents)
            try await fixture.expectJournal(of: command, has: documents)
        }
    }
}
