import Foundation
import Mongo
import TestSupport
import Testing

/// What a run without transactions has half-way when it is killed, the next one settles.
@Suite(.enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StandaloneKillTests {
    private static let batch = MoveFixture.haltedBatch

    /// 120 documents in the source, 50 of which are in the target too when the run dies.
    private static func interrupt(_ command: Command, _ fixture: MoveFixture) async throws -> [BSONDocument] {
        let documents = MoveFixture.documents(120)
        try await fixture.insert(documents, into: command.source)
        try await fixture.killing(.beforeDelete(command), of: command.arguments)
        try await fixture.expect(command.source, holds: documents)
        let copied = try await fixture.tier(of: command.target).documents(in: command.target)
        try #require(copied.count == batch && Set(copied).isSubset(of: documents), "the run died at another moment")
        return documents
    }

    @Test(arguments: StandaloneTiers.each(Command.allCases, Command.allCases))
    func `copies of a killed run are settled by the next one`(tiers: StandaloneTiers, command: Command, next: Command)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await Self.interrupt(command, fixture)
            let run = try await fixture.run(next.arguments)
            run.expect(0, "completed", ["conflicts": 0, "failed": 0, "already_in_target": 0])
            #expect((run["recovered"] ?? 0) > 0, "\(run.result)")
            try await fixture.expectEachOnce(documents)
            if next == .restore { try await fixture.expect(hot: documents, cold: []) }
            if (command, next) == (.migrate, .migrate) { try await fixture.expect(hot: [], cold: documents) }
            try await fixture.expectNoSeat()
            try await fixture.expectNoLease()
            try await fixture.run(next.arguments).expect(0, "completed", ["recovered": 0, "conflicts": 0])
            try await fixture.expectEachOnce(documents)
        }
    }

    /// The journal says which ids were moved, and a hold keeps what an operator restored.
    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `what the next run finishes is in the journal and restored documents are held`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await Self.interrupt(command, fixture)
            try await fixture.run(command.arguments).expect(0, "completed", ["conflicts": 0])
            try await fixture.expect(command.target, holds: documents)
            try await fixture.expectJournal(of: command, has: documents)
            if command == .restore { #expect(try await fixture.held().count == documents.count) }
        }
    }

    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `a run killed between its delete and its journal leaves nothing out of the journal`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(120)
            try await fixture.insert(documents, into: command.source)
            try await fixture.killing(.beforeJournal, of: command.arguments)
            try await fixture.expectEachOnce(documents)
            try await fixture.run(command.arguments).expect(0, "completed", ["conflicts": 0])
            try await fixture.expect(command.source, holds: [])
            try await fixture.expect(command.target, holds: documents)
            try await fixture.expectJournal(of: command, has: documents)
            if command == .restore { #expect(try await fixture.held().count == documents.count) }
        }
    }

    /// Nobody else deletes from an archive: what is gone there was restored, whatever the application has made of it since.
    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `what a killed restore has moved is in the journal though the application changed it since`(
        tiers: StandaloneTiers,
        next: Command
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.batch)
            try await fixture.insert(documents, into: "items_archive")
            try await fixture.killing(.beforeJournal, of: Command.restore.arguments)
            try await fixture.change(3, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            try await fixture.delete(4)
            let run = try await fixture.run(next.arguments)
            run.expect(0, "completed", ["conflicts": 0, "failed": 0])
            try await fixture.expectJournal(of: .restore, has: documents)
        }
    }

    /// The archive's document may be the only one of its version: it was moved, and the other one came later.
    @Test(arguments: StandaloneTiers.allCases)
    func `what was moved is laid aside where the application has stored another one since`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(120)
            try await fixture.killing(.beforeJournal, of: Command.migrate.arguments)
            let anew = MoveFixture.document(3, at: MoveFixture.hot)
            // Another one as it was.
            try await fixture.hot.insert([documents[1], anew], into: "items")
            // When the notes are to go, the copy has gone: settling is repeated, and there is less to see.
            let fault = Fault(commands: ["delete"], times: 1, failure: ["errorCode": 91])
            try await fault.whileActive(on: "seats", in: fixture.state) { _ in
                let run = try await fixture.run("migrate", "--all")
                run.expect(1, "partial", ["conflicts": 0, "failed": 0])
                #expect(run.problems.map { $0["id"] } == [3], "\(run.result)")
                #expect(run.problems.first?["reason"]?.string?.contains("quarantine") == true, "\(run.result)")
            }
            try await fixture.expect(hot: [anew], cold: documents.filter { $0["_id"] != 3 })
            #expect(try await fixture.quarantined() == [documents[3]])
        }
    }

    /// The run that laid it aside told nobody.
    @Test(arguments: StandaloneTiers.allCases)
    func `what a killed run has laid aside is told by the next one`(tiers: StandaloneTiers) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(120)
            try await fixture.killing(.beforeJournal, of: Command.migrate.arguments)
            try await fixture.hot.insert([MoveFixture.document(3, at: MoveFixture.hot)], into: "items")
            let settled = MoveFixture.Moment(command: "delete", collection: "seats")
            try await fixture.killing(settled, of: Command.migrate.arguments)
            #expect(try await fixture.coldState.count("quarantine") == 1)
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["conflicts": 0, "failed": 0])
            #expect(run.problems.map { $0["id"] } == [3], "\(run.result)")
            try await fixture.expect(cold: documents.filter { $0["_id"] != 3 })
        }
    }

    /// A copy that was to be replaced by a newer one is one no more.
    @Test(arguments: StandaloneTiers.allCases)
    func `what was copied and then moved is not replaced by what the application has stored since`(
        tiers: StandaloneTiers
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(120)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed")
            try await fixture.killing(.beforeJournal, of: Command.migrate.arguments)
            let anew = MoveFixture.changed(documents[3])
            try await fixture.hot.insert([anew], into: "items")
            try await fixture.run("migrate", "--all").expect(1, "partial", ["conflicts": 1])
            try await fixture.expect(hot: [anew], cold: documents)
        }
    }

    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `what the application wrote before the next run survives a killed migration`(
        tiers: StandaloneTiers,
        next: Command
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await Self.interrupt(.migrate, fixture)
            let used = MoveFixture.document(4, at: MoveFixture.hot)
            let renewed = MoveFixture.changed(documents[20])
            try await fixture.change(3, MoveFixture.change)
            try await fixture.change(4, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            try await fixture.delete(10)
            try await fixture.delete(20)
            try await fixture.hot.insert([renewed], into: "items")
            let run = try await fixture.run(next.arguments)
            // The delete was on its way: since 10 is gone, 3 and 4 may have been deleted, too, and stored anew.
            run.expect(1, "partial", ["conflicts": 0, "failed": 0])
            #expect(Set(run.problems.map { $0["id"] }) == [3, 4], "\(run.result)")
            #expect((run["recovered"] ?? 0) > 0, "\(run.result)")
            #expect(Set(try await fixture.quarantined()) == [documents[3], documents[4]])
            let hot = try await fixture.hot.documents(in: "items")
            let cold = try await fixture.cold.documents(in: "items_archive")
            let others = documents.filter { ![3, 4, 10, 20].contains($0["_id"]?.integer) }
            let expected = Set(others + [MoveFixture.changed(documents[3]), used, renewed])
            // The one that was deleted may have stayed in the archive.
            let found = (hot + cold).filter { $0["_id"] != 10 }
            #expect(found.count == expected.count && Set(found) == expected)
            #expect(hot.count { $0["_id"] == 10 } + cold.count { $0["_id"] == 10 } <= 1)
            if next == .migrate { #expect(hot == [used]) }
            if next == .restore { #expect(cold.isEmpty) }
        }
    }

    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `what the application wrote before the next run survives a killed restore`(
        tiers: StandaloneTiers,
        next: Command
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await Self.interrupt(.restore, fixture)
            let used = MoveFixture.document(3, at: MoveFixture.hot, version: "changed")
            try await fixture.change(3, [["$set": ["d": .date(milliseconds: MoveFixture.hot), "v": "changed"]]])
            let run = try await fixture.run(next.arguments)
            #expect((run["recovered"] ?? 0) > 0 && run["failed"] == 0, "\(run.result)")
            let hot = try await fixture.hot.documents(in: "items")
            let cold = try await fixture.cold.documents(in: "items_archive")
            #expect(hot.contains(used) && hot.count { $0["_id"] == 3 } == 1)
            // Its archived version may stay: whether hot's was made of it, nobody can say.
            #expect(cold.allSatisfy { $0["_id"] != 3 || $0 == documents[3] })
            let others = (hot + cold).filter { $0["_id"] != 3 }
            #expect(others.count == documents.count - 1 && Set(others).isSubset(of: documents))
        }
    }

    /// The moments of a batch at which what gives way is still there, is not, and has been given way for.
    static let moments: [(Command, String, Bool)] = Command.allCases.flatMap {
        [($0, "delete", false), ($0, "insert", false), ($0, "delete", true)]
    }

    @Test(arguments: StandaloneTiers.allCases, moments)
    func `what a killed run replaced is put back, or its move is finished`(
        tiers: StandaloneTiers,
        moment: (command: Command, step: String, isSource: Bool)
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let command = moment.command
            let documents = MoveFixture.documents(Self.batch)
            let others = documents[..<10].map(MoveFixture.changed)
            try await fixture.insert(documents, into: command.source)
            try await fixture.insert(others, into: command.target)
            try await fixture.killing(
                MoveFixture.Moment(command: moment.step, collection: moment.isSource ? command.source : command.target),
                of: command.arguments + ["--on-conflict", "replace"]
            )
            let run = try await fixture.run(command.arguments)
            if moment.isSource {
                run.expect(0, "completed", ["conflicts": 0, "recovered": Self.batch])
                try await fixture.expect(command.source, holds: [])
                try await fixture.expect(command.target, holds: documents)
            } else {
                run.expect(1, "partial", [command.count: Self.batch - 10, "conflicts": 10])
                try await fixture.expect(command.source, holds: Array(documents[..<10]))
                try await fixture.expect(command.target, holds: others + documents[10...])
            }
            try await fixture.expectNoSeat()
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `what a killed run replaced by a document that has changed since is put back`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(Self.batch)
            // Put back as it was, the timestamp too, which an insert would fill in.
            let others = [
                MoveFixture.document(3, version: "other"),
                MoveFixture.document(4, version: "other").appending("t", .timestamp(seconds: 0, increment: 0)),
            ]
            try await fixture.put(others, into: "items_archive")
            try await fixture.killing(
                .beforeDelete(.migrate),
                of: Command.migrate.arguments + ["--on-conflict", "replace"]
            )
            let updated = [3, 4].map { MoveFixture.document($0, at: MoveFixture.hot) }
            for id: BSONValue in [3, 4] {
                try await fixture.change(id, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            }
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["conflicts": 0, "failed": 0])
            let rest = documents.filter { ![3, 4].contains($0["_id"]?.integer) }
            try await fixture.expect(hot: updated, cold: rest + others)
        }
    }

    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `a copy-only run that was killed has taken nothing from its source`(tiers: StandaloneTiers, command: Command)
        async throws
    {
        let option = command == .migrate ? "--no-delete" : "--keep-cold"
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(120)
            try await fixture.insert(documents, into: command.source)
            try await fixture.killing(.beforeJournal, of: command.arguments + [option])
            #expect(try await fixture.tier(of: command.target).count(command.target) == Self.batch)
            try await fixture.run(command.arguments + [option])
                .expect(0, "completed", [command.count: 120, "deleted": 0, "conflicts": 0])
            try await fixture.expect(hot: documents, cold: documents)
        }
    }

    /// The server goes on with what a dead process has sent.
    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `a delete that the server still has of a killed run takes nothing that was moved since`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        let back: Command = command == .migrate ? .restore : .migrate
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(Self.batch)
            try await fixture.insert(documents, into: command.source)
            try await fixture.killing(.beforeDelete(command), of: command.arguments) {
                try await fixture.run(back.arguments).expect(0, "completed", ["conflicts": 0])
            }
            try await fixture.expectEachOnce(documents)
        }
    }
}
