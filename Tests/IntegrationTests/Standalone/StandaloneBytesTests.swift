import Foundation
import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// What an application changes into what the server takes for the same is a change all the same.
@Suite(.enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StandaloneBytesTests {
    /// An application's update of a document as a whole, which keeps its bytes.
    private static func replace(_ documents: [BSONDocument], in fixture: MoveFixture) async throws {
        let updates: [BSONValue] = documents.map { ["q": ["_id": $0["_id"] ?? .null], "u": .document($0)] }
        let command: BSONDocument = ["update": "items", "updates": .array(updates)]
        let reply = try await fixture.hot.withClient { try $0.write(command, on: $1) }
        try #require(reply["n"]?.integer == Int64(documents.count))
    }

    /// What a guarded delete did.
    private struct Deletion: Sendable {
        var count = 0
        /// What was deleted and was something else.
        var others: [BSONDocument] = []
        var left: [BSONDocument] = []
    }

    /// Deletes documents under their guards from a collection that has these.
    private static func delete(
        _ documents: [BSONDocument],
        from present: [BSONDocument],
        in database: TestDatabase
    ) async throws -> Deletion {
        let collection = database.namespace("items")
        try await database.drop("items")
        try await database.insert(present, into: "items")
        return try await database.withClient { client, name in
            var deletion = Deletion()
            let batch = try SourceBatch(DocumentBatch(documents))
            let guarded = GuardedDelete(
                collection: CollectionIdentity(namespace: collection, uuid: nil, isCompared: false),
                comment: "test"
            )
            deletion.count = try guarded.delete(batch, with: client) { other, _ in deletion.others.append(other) }
            deletion.left = try client.all(["find": "items"], on: name)
            return deletion
        }
    }

    @Test(arguments: [false, true])
    func `no guard lets another document through, and each its own`(isReversed: Bool) async throws {
        try await TestServer.withDatabase(at: TestServer.standaloneURI) { database in
            let lookalikes = Lookalike.all + Lookalike.blind + Lookalike.lopsided
            let pairs = isReversed ? lookalikes.map(\.reversed) : lookalikes
            let others = pairs.map(\.other)
            let deletion = try await Self.delete(pairs.map(\.document), from: others, in: database)
            #expect(deletion.count == 0)
            #expect(Set(deletion.left + deletion.others) == Set(others))
            #expect(deletion.left.count + deletion.others.count == others.count)
            // Under a name that no path can have a query sees less.
            let seen = Set(
                Lookalike.all.filter { $0.name.hasSuffix("at the top") }.flatMap { [$0.document, $0.other] }
            )
            let told = deletion.others.filter(seen.contains).map(\.testDescription)
            #expect(told == [], "a query could have told them apart")
            let own = try await Self.delete(others, from: others, in: database)
            #expect(own.count == others.count && own.others == [])
            #expect(own.left.map(\.testDescription) == [])
        }
    }

    @Test func `every BSON type is deleted under its guard`() async throws {
        try await TestServer.withDatabase(at: TestServer.standaloneURI) { database in
            let documents = EveryBSONType.documents.map(\.document)
            let deletion = try await Self.delete(documents, from: documents, in: database)
            #expect(deletion.count == documents.count && deletion.others == [])
            #expect(deletion.left.map(\.testDescription) == [])
        }
    }

    @Test(arguments: StandaloneTiers.allCases, [false, true])
    func `what was changed to its lookalike between copy and delete arrives as it was last`(
        tiers: StandaloneTiers,
        isReversed: Bool
    ) async throws {
        let lookalikes = (Lookalike.all + Lookalike.blind + Lookalike.lopsided).filter {
            $0.name.hasSuffix("at the top")
        }
        let pairs = isReversed ? lookalikes.map(\.reversed) : lookalikes
        // The first one, so that there is a delete to be held back.
        let plain: BSONDocument = ["_id": "", "d": .date(milliseconds: MoveFixture.cold)]
        try await tiers.using(line: .faults) { fixture in
            try await fixture.hot.insert([plain] + pairs.map(\.document), into: "items")
            let others = pairs.map(\.other)
            let run = try await fixture.delaying(.beforeDelete(.migrate), of: Command.migrate.arguments) { _ in
                try await Self.replace(others, in: fixture)
            }
            let counts: KeyValuePairs = ["failed": 0, "conflicts": 0, "scanned": pairs.count + 1]
            run.expect(0, "completed", counts)
            try await fixture.expect(hot: [], cold: [plain] + others)
            try await fixture.expectJournalIsArchive()
            try await fixture.expectNoSeat()
        }
    }

    /// Then the only version of it is in the notes.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: StandaloneTiers.allCases)
    func `what was deleted in a newer version comes to the archive with the next run`(tiers: StandaloneTiers)
        async throws
    {
        let pairs = Lookalike.blind.filter { $0.name.hasSuffix("at the top") }
        try await tiers.using(line: .faults) { fixture in
            try await fixture.hot.insert(pairs.map(\.document), into: "items")
            let others = pairs.map(\.other)
            let arguments = Command.migrate.arguments + ["--workers", "1", "--retry-for", "1s"]
            let fault = Fault(commands: ["update"], failure: ["errorCode": 91])
            let halt = {
                let process = try await fixture.halted(arguments, at: "verified:1")
                try await Self.replace(others, in: fixture)
                return process
            }
            let failed = try await fault.whileActive(
                on: "items_archive",
                in: fixture.cold,
                forRunHaltedBy: halt
            ) { process, _ in
                await process.wait()
            }
            failed.expect(69, "failed")
            try await fixture.expect(hot: [], cold: pairs.map(\.document))
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["recovered": others.count, "conflicts": 0])
            try await fixture.expect(hot: [], cold: others)
            try await fixture.expectJournalIsArchive()
            try await fixture.expectNoSeat()
        }
    }
}
