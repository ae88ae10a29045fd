import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// What an operator does with documents in quarantine.
@Suite(.enabled(if: TestServer.isSecondConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct QuarantineCommandTests {
    /// Gives a test documents in quarantine, the ids 0 to 9 unless it has its own, and nothing in either tier.
    private static func using(
        _ documents: [BSONDocument] = MoveFixture.documents(10),
        _ body: (MoveFixture, [BSONDocument]) async throws -> Void
    ) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            try await fixture.hot.insert(documents, into: "items")
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            process.send(signal: SIGKILL)
            await process.wait()
            for document in documents { try await fixture.delete(document["_id"] ?? .null) }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["quarantined": documents.count])
            try await body(fixture, documents)
        }
    }

    private static func ask(_ fixture: MoveFixture, _ arguments: String...) async throws -> (Int32, BSONDocument) {
        let result = try await HotcoldProcess.run(["quarantine"] + arguments + ["--json"], in: fixture.directory)
        let report = try ExtendedJSONQuery.parseDocument(result.standardOutput)
        return (result.exitCode, report["collections"]?.array?.first?.document ?? [:])
    }

    /// As after `seats` was emptied by hand, or its collection dropped: nobody else will look for the documents.
    @Test func `what a dead run had pending can be returned once its seat is gone`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(10)
            let first = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            first.send(signal: SIGKILL)
            await first.wait()
            for document in documents { try await fixture.delete(document["_id"] ?? .null) }
            let second = try await fixture.halted(.migrate, inBatchesOf: 50, at: "settled:1")
            second.send(signal: SIGKILL)
            await second.wait()
            try await fixture.expireLeases()
            let (refused, _) = try await Self.ask(fixture, "return", "--collection", "items", "--all")
            #expect(refused == 1)
            for state in [fixture.state, fixture.coldState] {
                try await state.run(["delete": "seats", "deletes": [["q": [:], "limit": 0]]])
            }
            let (code, report) = try await Self.ask(fixture, "return", "--collection", "items", "--all")
            #expect(code == 0 && report["returned"]?.integer == 10, "\(report.testDescription)")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `it is listed, and named by stats, metrics, check and verify`() async throws {
        try await Self.using { fixture, documents in
            let (code, listed) = try await Self.ask(fixture, "list")
            #expect(code == 0 && listed["documents"]?.integer == 10)
            let entries = listed["entries"]?.array?.compactMap(\.document) ?? []
            #expect(Set(entries.compactMap { $0["id"]?.integer }) == Set(0..<10))
            #expect(entries.allSatisfy { $0["reason"]?.string == "original_gone" && $0["pending"]?.bool == false })
            let text = try await HotcoldProcess.run(["quarantine", "list"], in: fixture.directory).standardOutput
            #expect(text.contains(": not in hot any more\n    0  "), "\(text)")
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 }, "\(text)")
            let none = try await HotcoldProcess.run(["quarantine", "list", "--id", "77"], in: fixture.directory)
            #expect(none.exitCode == 1 && none.standardOutput == "not in quarantine: 77\n")
            let (_, one) = try await Self.ask(fixture, "list", "--id", "3")
            let document = one["entries"]?.array?.first?.document?["document"]?.document
            #expect(document?["text"] == documents[3]["text"])
            let bytes = documents.reduce(0) { $0 + $1.byteCount }
            let stats = try await HotcoldProcess.run(["stats", "--json"], in: fixture.directory)
            let report = try ExtendedJSONQuery.parseDocument(stats.standardOutput)
            let usage = report["cold"]?.document?["items_archive"]?.document?["quarantine"]?.document
            #expect(usage?["documents"]?.integer == 10 && usage?["bytes"]?.integer == Int64(bytes), "\(stats)")
            let metrics = try await HotcoldProcess.run(["stats", "--prometheus", "-"], in: fixture.directory)
            #expect(metrics.standardOutput.contains(#"hotcold_quarantine_documents{collection="items"} 10"#))
            let check = try await HotcoldProcess.run(["check", "--json"], in: fixture.directory)
            #expect(check.standardOutput.contains("quarantined_documents"), "\(check)")
            let verify = try await HotcoldProcess.run(["verify"], in: fixture.directory)
            #expect(
                verify.exitCode == 0 && verify.standardOutput.contains("10 documents are in quarantine"),
                "\(verify)"
            )
        }
    }

    @Test func `it goes back to the archive byte for byte where neither tier has its id`() async throws {
        try await Self.using { fixture, documents in
            let (dry, planned) = try await Self.ask(fixture, "return", "--all", "--dry-run")
            #expect(dry == 0 && planned["returned"]?.integer == 10)
            try await fixture.expect(hot: [], cold: [])
            let (code, returned) = try await Self.ask(fixture, "return", "--id", "3")
            #expect(code == 0 && returned["returned"]?.integer == 1)
            try await fixture.expect(hot: [], cold: [documents[3]])
            try await fixture.hot.insert([MoveFixture.changed(documents[4])], into: "items")
            try await fixture.cold.insert([MoveFixture.changed(documents[5])], into: "items_archive")
            let (partial, rest) = try await Self.ask(fixture, "return", "--all")
            #expect(partial == 1 && rest["returned"]?.integer == 7, "\(rest)")
            let problems = rest["problems"]?.array?.compactMap { $0.document?["id"]?.integer } ?? []
            #expect(Set(problems) == [4, 5])
            #expect(Set(try await fixture.quarantined()) == [documents[4], documents[5]])
            var archived = documents
            archived[5] = MoveFixture.changed(documents[5])
            archived.remove(at: 4)
            try await fixture.expect(hot: [MoveFixture.changed(documents[4])], cold: archived)
        }
    }

    /// Its record has no room for such an `_id` beside the document.
    @Test func `a document of a large id goes there and back`() async throws {
        let large = BSONDocument("_id", .string(String(repeating: "x", count: 600_000)))
            .appending("d", .date(milliseconds: MoveFixture.cold))
        try await Self.using([large]) { fixture, _ in
            try await fixture.expect(hot: [], cold: [])
            let (code, returned) = try await Self.ask(fixture, "return", "--all")
            #expect(code == 0 && returned["returned"]?.integer == 1, "\(returned)")
            try await fixture.expect(hot: [], cold: [large])
        }
    }

    /// A record has no room for it: it is in two.
    @Test func `a document of nearly 16 MB goes there and back byte for byte`() async throws {
        let text = String(repeating: "x", count: (16 << 20) - 200)
        let large = MoveFixture.document(0).appending("text", .string(text))
        try await Self.using([large]) { fixture, _ in
            try await fixture.expect(hot: [], cold: [])
            let (listing, listed) = try await Self.ask(fixture, "list")
            #expect(listing == 0 && listed["documents"]?.integer == 1)
            #expect(listed["bytes"]?.integer == Int64(large.byteCount), "\(listed)")
            let (code, returned) = try await Self.ask(fixture, "return", "--all")
            #expect(code == 0 && returned["returned"]?.integer == 1)
            try await fixture.expect(hot: [], cold: [large])
            #expect(try await fixture.coldState.count("quarantine") == 0)
        }
    }

    @Test func `it is discarded only where it was asked for`() async throws {
        try await Self.using { fixture, _ in
            let nothing = try await HotcoldProcess.run(["quarantine", "discard"], in: fixture.directory)
            #expect(nothing.exitCode == 64, "\(nothing)")
            let (code, discarded) = try await Self.ask(fixture, "discard", "--id", "3", "--id", "4")
            #expect(code == 0 && discarded["discarded"]?.integer == 2)
            #expect(try await fixture.quarantined().count == 8)
            _ = try await Self.ask(fixture, "discard", "--all")
            #expect(try await fixture.quarantined().isEmpty)
            try await fixture.expect(hot: [], cold: [])
        }
    }

    @Test func `what a dead run has left pending stays, and what another run holds`() async throws {
        try await Self.using { fixture, documents in
            try await fixture.hot.insert(documents, into: "items")
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            let result = try await HotcoldProcess.run(
                ["quarantine", "discard", "--all", "--json"],
                in: fixture.directory
            )
            #expect(result.exitCode == 75, "\(result)")
            process.send(signal: SIGCONT)
            await process.wait()
        }
    }

    /// The main reason why something is there that had to give way.
    @Test func `what a unique index refuses stays, and the others are returned`() async throws {
        try await Self.using { fixture, documents in
            try await fixture.cold.insert([MoveFixture.document(99, version: 7)], into: "items_archive")
            try await fixture.cold.createIndex(
                on: "items_archive",
                ["v": 1],
                options: [("unique", true), ("partialFilterExpression", ["v": ["$gt": 5]])]
            )
            // One of them would have the key of another document.
            try await fixture.coldState.withClient { client, database in
                let record = try client.all(["find": "quarantine", "filter": ["_id.id": 3]], on: database).first
                let changed = MoveFixture.document(3, version: 7)
                let update: BSONDocument = [
                    "q": ["_id": record?["_id"] ?? .null], "u": ["$set": ["document": .binary(changed.bytes)]],
                ]
                _ = try client.write(["update": "quarantine", "updates": [.document(update)]], on: database)
            }
            let (code, report) = try await Self.ask(fixture, "return", "--all")
            #expect(code == 1 && report["returned"]?.integer == 9, "\(report.testDescription)")
            let problems = report["problems"]?.array?.compactMap { $0.document?["id"]?.integer } ?? []
            #expect(problems == [3], "\(report.testDescription)")
            #expect(try await fixture.quarantined().count == 1)
        }
    }

    /// Somebody else has decided about it meanwhile.
    @Test func `nothing is returned once another run has the lease`() async throws {
        try await Self.using { fixture, documents in
            let block: BSONDocument = ["blockConnection": true, "blockTimeMS": 4000]
            let fault = Fault(commands: ["find"], times: 1, skip: 1, failure: block)
            try await fault.whileActive(on: "items_archive", in: fixture.cold) { watch in
                let process = try HotcoldProcess.start(
                    ["quarantine", "return", "--id", "3", "--json"],
                    in: fixture.directory
                )
                try await watch.waits(for: 1)
                let taken: BSONValue = [
                    ["q": [:], "u": ["$set": ["owner": "another"], "$inc": ["epoch": 1]], "multi": true]
                ]
                _ = try await fixture.coldState.run(["update": "locks", "updates": taken])
                let result = await process.wait()
                #expect(result.exitCode == 75, "\(result)")
            }
            try await fixture.expect(cold: [])
            #expect(try await fixture.quarantined().count == 10)
        }
    }

    /// A text and a number that are typed alike.
    @Test func `a text that means two documents discards none of them`() async throws {
        try await Self.using([MoveFixture.document(42), MoveFixture.document("42")]) { fixture, _ in
            let (code, report) = try await Self.ask(fixture, "discard", "--id", "42")
            #expect(code == 1 && report["discarded"]?.integer == 0, "\(report.testDescription)")
            let (one, rest) = try await Self.ask(fixture, "discard", "--id", #"{"$numberInt": "42"}"#)
            #expect(one == 0 && rest["discarded"]?.integer == 1, "\(rest.testDescription)")
            #expect(try await fixture.quarantined() == [MoveFixture.document("42")])
            let (none, _) = try await Self.ask(fixture, "discard", "--run", "no such run")
            #expect(none == 1)
        }
    }
}
