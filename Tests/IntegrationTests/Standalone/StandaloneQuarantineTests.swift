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
}
