import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Moving where a server has no transactions: the same results, and a word about the guarantee.
@Suite(.enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StandaloneMoveTests {
    private static func expectWarning(_ run: MoveRun, sourceLocation: SourceLocation = #_sourceLocation) {
        let warnings = run.warnings.filter { $0.contains("standalone") && $0.contains("weaker") }
        #expect(warnings.count == 1, "\(run.result)", sourceLocation: sourceLocation)
    }

    /// Holds come before the copies, and an attempt is made again with half of the documents.
    @Test(arguments: StandaloneTiers.allCases)
    func `what is restored is held once, however many attempts it takes`(tiers: StandaloneTiers) async throws {
        try await tiers.using { fixture in
            let archived = (0..<200).map { MoveFixture.document(.int($0), version: .int($0 % 10 == 3 ? -1 : 0)) }
            try await fixture.hot.run(["create": "items", "validator": ["v": 0]])
            try await fixture.cold.insert(archived, into: "items_archive")
            try await fixture.run(Command.restore.arguments).expect(1, "partial", ["restored": 180, "failed": 20])
            let named = try await fixture.state.documents(in: "holds").flatMap { $0["ids"]?.array ?? [] }
            #expect(named.count == Set(named).count)
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `every BSON type and a document of 15 MB move there and back byte for byte`(tiers: StandaloneTiers)
        async throws
    {
        let date: BSONValue = .date(milliseconds: MoveFixture.cold)
        let large: BSONDocument = [
            "_id": "15 MB", "filling": .binary([UInt8](repeating: 0xAB, count: (15 << 20) - 100)), "d": date,
        ]
        let documents = EveryBSONType.documents.map { $0.document.appending("d", date) } + [large]
        let count = documents.count
        try await tiers.using { fixture in
            try await fixture.hot.insert(documents, into: "items")
            try await fixture.run("migrate", "--all").expect(
                0,
                "completed",
                ["migrated": count, "deleted": count, "verified": count, "already_in_target": 0, "recovered": 0]
            )
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
            try await fixture.run(Command.restore.arguments).expect(
                0,
                "completed",
                ["restored": count, "deleted": count, "verified": count]
            )
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.expectJournal(of: .restore, has: documents)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["held": count, "migrated": 0])
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.expectNoLease()
        }
    }

    /// By it the server takes a word in capitals for the same, and the guard of the delete with it.
    @Test(arguments: StandaloneTiers.allCases, ["items", "items_archive"])
    func `a collection with a default collation is refused`(tiers: StandaloneTiers, collection: String) async throws {
        try await tiers.using { fixture in
            let collation: BSONValue = ["locale": "en", "strength": 2]
            try await fixture.tier(of: collection).run(["create": .string(collection), "collation": collation])
            let documents = try await fixture.insert(10)
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial")
            #expect(run.result.standardError.contains("collation"), "\(run.result)")
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `an empty timestamp at the top and a document above 15 MB are left with their reasons`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        let date: BSONValue = .date(milliseconds: MoveFixture.cold)
        let special = [
            EveryBSONType.topLevelEmptyTimestamp.document.appending("d", date),
            ["_id": "large", "filling": .binary([UInt8](repeating: 1, count: 15 << 20)), "d": date],
        ]
        let others = MoveFixture.documents(20)
        try await tiers.using { fixture in
            try await fixture.insert(others, into: command.source)
            try await fixture.put(special, into: command.source)
            let run = try await fixture.run(command.arguments)
            run.expect(1, "partial", [command.count: 20, "failed": 2, "deleted": 20, "problem_count": 2])
            #expect(Set(run.problems.compactMap { $0["id"] }) == Set(special.compactMap { $0["_id"] }))
            #expect(run.problems.allSatisfy { $0["kind"]?.string == "failed" })
            let reasons = run.problems.compactMap { $0["reason"]?.string }
            #expect(
                reasons.contains { $0.contains("Timestamp(0, 0)") } && reasons.contains { $0.contains("too large") }
            )
            try await fixture.expect(command.source, holds: special)
            try await fixture.expect(command.target, holds: others)
        }
    }

    /// The oldest documents fill a reply of 16 MB, while the average lets a batch have a thousand of them.
    @Test(arguments: StandaloneTiers.allCases)
    func `documents of very different sizes move`(tiers: StandaloneTiers) async throws {
        let filling = BSONValue.binary([UInt8](repeating: 7, count: 16_600))
        let large = (0..<1000).map { MoveFixture.documents(from: $0).appending("filling", filling) }
        let small = (1000..<9000).map { MoveFixture.documents(from: $0) }
        try await tiers.using { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            try await fixture.hot.insert(large + small, into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 9000, "deleted": 9000])
            try await fixture.expect(hot: [], cold: large + small)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `every report warns of the weaker guarantee and a dry run writes nothing`(tiers: StandaloneTiers) async throws
    {
        try await tiers.using { fixture in
            let documents = try await fixture.insert(25)
            let dry = try await fixture.run("migrate", "--all", "--dry-run")
            dry.expect(0, "completed", ["eligible": 25])
            Self.expectWarning(dry)
            #expect(try await fixture.state.count("runs") == 0)
            try await fixture.expect(hot: documents, cold: [])
            let migration = try await fixture.run("migrate", "--all", "--batch-size", "10")
            migration.expect(0, "completed", ["migrated": 25, "batches": 3])
            Self.expectWarning(migration)
            #expect(try await fixture.journal().map { $0["count"]?.integer ?? 0 }.sorted() == [5, 10, 10])
            let history = try await fixture.history(of: migration.id)
            for name in [
                "status", "eligible", "scanned", "migrated", "verified", "deleted", "changed", "vanished", "held",
                "conflicts", "failed", "bytes", "batches",
            ] { #expect(history[name] == migration.first[name], "\(name)") }
            let restoration = try await fixture.run(Command.restore.arguments)
            restoration.expect(0, "completed", ["restored": 25])
            Self.expectWarning(restoration)
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `a copy-only run copies and the next migration removes the documents from hot`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        let option = command == .migrate ? ["--no-delete"] : ["--keep-cold", "--hold-days", "0"]
        try await tiers.using { fixture in
            var documents = MoveFixture.documents(50)
            try await fixture.insert(documents, into: command.source)
            for _ in 0..<2 {
                try await fixture.run(command.arguments + option).expect(
                    0,
                    "completed",
                    [command.count: 50, "deleted": 0]
                )
                try await fixture.expect(hot: documents, cold: documents)
            }
            if command == .migrate {
                try await fixture.change(3, MoveFixture.change)
                documents[3] = MoveFixture.changed(documents[3])
            }
            try await fixture.run("migrate", "--all").expect(
                0,
                "completed",
                ["migrated": 50, "already_in_target": command == .migrate ? 49 : 50, "deleted": 50, "conflicts": 0]
            )
            try await fixture.expect(hot: [], cold: documents)
            // After a real move a document of the same _id is a conflict again.
            let other = MoveFixture.document(7, version: "other")
            try await fixture.hot.insert([other], into: "items")
            try await fixture.run("migrate", "--all").expect(1, "partial", ["conflicts": 1, "migrated": 0])
            try await fixture.expect(hot: [other], cold: documents)
        }
    }

    @Test(arguments: StandaloneTiers.each(Command.allCases, ["skip", "replace", "keep-target"]))
    func `a conflict ends as the operator says`(tiers: StandaloneTiers, command: Command, policy: String) async throws {
        try await tiers.using { fixture in
            let documents = MoveFixture.documents(40)
            let others = documents[..<8].map(MoveFixture.changed)
            try await fixture.insert(documents, into: command.source)
            try await fixture.insert(others + [documents[8]], into: command.target)
            let run = try await fixture.run(command.arguments + ["--on-conflict", policy, "--batch-size", "7"])
            let (left, target): ([BSONDocument], [BSONDocument])
            switch policy {
            case "skip":
                run.expect(1, "partial", [command.count: 32, "conflicts": 8, "already_in_target": 1, "deleted": 32])
                (left, target) = (Array(documents[..<8]), others + documents[8...])
            case "replace":
                run.expect(0, "completed", [command.count: 40, "already_in_target": 1, "verified": 40, "deleted": 40])
                (left, target) = ([], documents)
            default:
                run.expect(0, "completed", [command.count: 40, "already_in_target": 9, "deleted": 40])
                (left, target) = ([], others + documents[8...])
            }
            try await fixture.expect(command.source, holds: left)
            try await fixture.expect(command.target, holds: target)
        }
    }

    /// What gives way is kept in the notes until the move is certain, and a document holds 16 MB.
    @Test(arguments: StandaloneTiers.allCases)
    func `large documents that give way do not keep the others from being moved`(tiers: StandaloneTiers) async throws {
        try await tiers.using { fixture in
            let documents = try await fixture.insert(20)
            let large = [2, 4, 6].map {
                MoveFixture.document(
                    .int($0),
                    version: .binary([UInt8](repeating: 2, count: $0 == 6 ? 16_770_000 : 8 << 20))
                )
            }
            for document in large { try await fixture.cold.insert([document], into: "items_archive") }
            let run = try await fixture.run("migrate", "--all", "--on-conflict", "replace")
            #expect((run["migrated"] ?? 0) + run.problems.count == 20, "\(run.result)")
            let left = Set(run.problems.compactMap { $0["id"] })
            #expect(left.isSubset(of: [2, 4, 6]), "\(run.result)")
            #expect(run.exitCode == (left.isEmpty ? 0 : 1), "\(run.result)")
            let (staying, moved) = documents.divided { $0["_id"].map(left.contains) == true }
            try await fixture.expect(
                hot: staying,
                cold: moved + large.filter { $0["_id"].map(left.contains) == true }
            )
        }
    }

    @Test(arguments: StandaloneTiers.allCases, Command.allCases)
    func `a limit moves that many`(tiers: StandaloneTiers, command: Command) async throws {
        try await tiers.using { fixture in
            try await fixture.insert(MoveFixture.documents(50), into: command.source)
            let run = try await fixture.run(command.arguments + ["--limit", "17", "--batch-size", "5"])
            run.expect(0, "stopped", [command.count: 17, "deleted": 17])
            #expect(run.first["stopped_by"]?.string == "limit")
            #expect(try await fixture.tier(of: command.source).count(command.source) == 33)
            #expect(try await fixture.tier(of: command.target).count(command.target) == 17)
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `any number of workers moves everything once`(tiers: StandaloneTiers) async throws {
        try await tiers.using { fixture in
            let documents = try await fixture.insert(1000)
            for command in Command.allCases {
                try await fixture.run(command.arguments + ["--batch-size", "10", "--workers", "8"])
                    .expect(0, "completed", [command.count: 1000, "deleted": 1000, "batches": 100])
                try await fixture.expect(command.source, holds: [])
                try await fixture.expect(command.target, holds: documents)
                try await fixture.expectJournal(of: command, has: documents)
            }
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `a validator on the archive refuses half of the documents and the others move`(tiers: StandaloneTiers)
        async throws
    {
        try await tiers.using { fixture in
            let documents = (0..<100).map { MoveFixture.document(.int($0), version: $0 % 2 == 0 ? "good" : .int($0)) }
            try await fixture.hot.insert(documents, into: "items")
            try await fixture.cold.run(["create": "items_archive", "validator": ["v": ["$type": "string"]]])
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 50, "failed": 50, "deleted": 50, "already_in_target": 0])
            let (good, bad) = documents.divided { $0["v"] == "good" }
            try await fixture.expect(hot: bad, cold: good)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: StandaloneTiers.allCases)
    func `a second run exits 75 and names the first, which goes on`(tiers: StandaloneTiers) async throws {
        try await tiers.using { fixture in
            let documents = try await fixture.insert(600)
            let first = try await fixture.halted(.migrate, inBatchesOf: 100, at: "read:2")
            for command in Command.allCases {
                let second = try await fixture.run(command.arguments)
                second.expect(75, "failed", [command.count: 0])
                #expect(second.result.standardError.contains("process \(first.processID)"), "\(second.result)")
            }
            first.send(signal: SIGCONT)
            MoveRun(await first.wait()).expect(0, "completed", ["migrated": 600])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectNoLease()
        }
    }
}
