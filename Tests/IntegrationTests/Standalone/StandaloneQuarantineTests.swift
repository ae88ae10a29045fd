import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// What an operator does with documents in quarantine, where no transaction helps.
@Suite(.enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StandaloneQuarantineTests {
    /// Between the look at the archive and the insert.
    @Test(arguments: StandaloneTiers.allCases)
    func `what can't be returned since another one is there now stays`(tiers: StandaloneTiers) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(120)
            try await fixture.killing(.beforeJournal, of: Command.migrate.arguments)
            let anew = MoveFixture.document(3, at: MoveFixture.hot)
            try await fixture.hot.insert([anew], into: "items")
            try await fixture.run("migrate", "--all").expect(1, "partial")
            #expect(try await fixture.quarantined() == [documents[3]])
            try await fixture.delete(3)

            let other = MoveFixture.changed(documents[3])
            let block: BSONDocument = ["blockConnection": true, "blockTimeMS": 3000]
            let fault = Fault(commands: ["update"], times: 1, failure: block)
            let arguments = ["quarantine", "return", "--collection", "items", "--all", "--json"]
            try await fault.whileActive(on: "items_archive", in: fixture.cold) { watch in
                let process = try HotcoldProcess.start(arguments, in: fixture.directory)
                try await watch.waits(for: 1)
                try await fixture.cold.insert([other], into: "items_archive")
                let result = await process.wait()
                let report = try ExtendedJSONQuery.parseDocument(result.standardOutput)
                let collection = report["collections"]?.array?.first?.document
                #expect(result.exitCode == 1 && collection?["returned"]?.integer == 0, "\(result)")
                #expect(collection?["problems"]?.array?.first?.document?["id"]?.integer == 3, "\(result)")
            }
            #expect(try await fixture.quarantined() == [documents[3]])
            try await fixture.cold.run(["delete": "items_archive", "deletes": [["q": ["_id": 3], "limit": 1]]])
            let again = try await HotcoldProcess.run(arguments, in: fixture.directory)
            #expect(again.exitCode == 0, "\(again)")
            try await fixture.expect(hot: [], cold: documents)
            #expect(try await fixture.quarantined().isEmpty)
        }
    }

    /// Who sees a document in hot deletes it from the archive, which had it before.
    @Test(arguments: StandaloneTiers.allCases)
    func `duplicates that somebody deletes from the archive before hot's are gone are in quarantine`(
        tiers: StandaloneTiers
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(10)
            try await fixture.cold.insert(documents, into: "items_archive")
            let migrate = Command.migrate
            let run = try await fixture.delaying(.beforeDelete(migrate), of: migrate.arguments) { _ in
                for document in documents.dropLast() {
                    try await fixture.delete(document["_id"] ?? .null, in: "items_archive")
                }
            }
            run.expect(0, "completed", ["migrated": 10, "quarantined": 9])
            let state = fixture.topology == .oneCluster ? fixture.state : fixture.coldState
            let records = try await state.documents(in: "quarantine")
            let kept = try records.map { try BSONDocument(bytes: #require($0["document"]?.binary)) }
            #expect(Set(kept) == Set(documents.dropLast()), "\(kept.count)")
            #expect(records.allSatisfy { $0["pending"] == nil && $0["reason"]?.string == "duplicate_gone" })
            try await fixture.expect(hot: [], cold: [documents[9]])
        }
    }

    /// Who sees a document in the archive deletes it from hot, where it has just come back.
    @Test(arguments: StandaloneTiers.allCases, [false, true])
    func `restored documents that somebody deletes before they are gone from the archive are in quarantine`(
        tiers: StandaloneTiers,
        dies: Bool
    ) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(10)
            try await fixture.cold.insert(documents, into: "items_archive")
            let restore = Command.restore
            func purge() async throws {
                for document in documents.dropLast() { try await fixture.delete(document["_id"] ?? .null) }
            }
            if dies {
                try await fixture.killing(.beforeDelete(restore), of: restore.arguments, whichTakesEffectAfter: purge)
                try await fixture.expireLeases()
                let run = try await fixture.run("migrate", "--all")
                #expect(run.problems.count == 9 && run.exitCode == 1, "\(run)")
            } else {
                let run = try await fixture.delaying(.beforeDelete(restore), of: restore.arguments) { _ in
                    try await purge()
                }
                run.expect(0, "completed", ["restored": 10, "quarantined": 9])
            }
            let archive = tiers == .hot ? fixture.coldState : fixture.state
            let records = try await (fixture.topology == .oneCluster ? fixture.state : archive).documents(
                in: "quarantine"
            )
            let kept = try records.map { try BSONDocument(bytes: #require($0["document"]?.binary)) }
            #expect(Set(kept) == Set(documents.dropLast()), "\(kept.count)")
            #expect(records.allSatisfy { $0["pending"] == nil })
        }
    }
}
