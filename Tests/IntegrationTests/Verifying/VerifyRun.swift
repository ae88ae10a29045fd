import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// How one run of `hotcold verify --json` ended.
struct VerifyRun: CustomTestStringConvertible {
    /// The process.
    let result: ProcessResult
    /// The one JSON document on standard output; empty where there is none.
    let report: BSONDocument

    /// Reads the report, and checks that its numbers add up.
    init(_ result: ProcessResult, sourceLocation: SourceLocation = #_sourceLocation) {
        self.result = result
        do {
            report = try ExtendedJSONQuery.parseDocument(result.standardOutput)
        } catch {
            report = BSONDocument()
            Issue.record("not one JSON document: \(error)\n\(result)", sourceLocation: sourceLocation)
        }
        guard let inBoth = self["in_both"] else { return }
        let kinds = ["identical", "different", "copies", "stale_copies", "in_progress", "leftovers"]
        #expect(kinds.reduce(0) { $0 + (self[$1] ?? 0) } == inBoth, "\(result)", sourceLocation: sourceLocation)
    }

    var testDescription: String { "\(result)" }

    /// What was found of the first collection, or of the first that a run worked on.
    var first: BSONDocument {
        let collections = report["run"]?.document?["collections"] ?? report["collections"]
        return (try? collections?.document?.elements())?.first?.value.document ?? [:]
    }
    /// Its problems.
    var problems: [BSONDocument] { first["problems"]?.array?.compactMap(\.document) ?? [] }

    /// The ids of the listed problems of a kind.
    func ids(_ kind: String, in list: String = "problems") -> [BSONValue] {
        let problems = first[list]?.array?.compactMap(\.document) ?? []
        return problems.filter { $0["kind"]?.string == kind }.compactMap { $0["id"] }
    }

    /// A number of the first collection, or of what was fixed there.
    subscript(_ name: String) -> Int? {
        (first[name] ?? first["fixed"]?.document?[name])?.integer.map { Int($0) }
    }

    /// Expects an end and numbers of the first collection.
    func expect(
        _ exitCode: Int32,
        _ numbers: KeyValuePairs<String, Int> = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let status = [0: "completed", 1: "partial"][exitCode] ?? "failed"
        #expect(result.exitCode == exitCode, "\(result)", sourceLocation: sourceLocation)
        #expect(report["status"]?.string == status, "\(result)", sourceLocation: sourceLocation)
        for (name, number) in numbers {
            #expect(self[name] == number, "\(name)\n\(result)", sourceLocation: sourceLocation)
        }
    }
}

extension MoveFixture {
    /// Runs `hotcold verify` with `--json` to its end.
    @discardableResult
    func verify(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> VerifyRun {
        let result = try await HotcoldProcess.run(["verify", "--json"] + arguments, in: directory)
        return VerifyRun(result, sourceLocation: sourceLocation)
    }

    /// Runs `hotcold verify` with `--json`, and a body while it is stopped in the middle of a query of a collection.
    ///
    /// The first query of a tier's collection asks what the server compares, the second one is about documents. The test
    /// has to have the line of faults.
    func verify(
        stoppedAtQuery number: Int = 1,
        of collection: String,
        in database: TestDatabase,
        _ body: () async throws -> Void
    ) async throws -> VerifyRun {
        let block: BSONDocument = ["blockConnection": true, "blockTimeMS": 5000]
        let fault = Fault(commands: ["find"], times: number, failure: block)
        var run: VerifyRun?
        try await fault.whileActive(on: collection, in: database) { watch in
            let process = try start("verify")
            try await watch.waits(for: number)
            process.send(signal: SIGSTOP)
            try await body()
            process.send(signal: SIGCONT)
            run = VerifyRun(await process.wait())
        }
        return try #require(run)
    }

    /// Puts documents into both tiers, and into the journal that a run has moved them to the archive, unless they are
    /// there for other reasons.
    func insertTwice(_ documents: [BSONDocument], areRecorded: Bool = true) async throws {
        try await insert(documents, into: "items")
        try await insert(documents, into: "items_archive")
        if areRecorded { try await record(documents, from: hot.namespace("items")) }
    }

    /// Writes a record of a migration to the archive, as a run does; one that only copied where an earlier run has made
    /// the archive's identity.
    func record(_ documents: [BSONDocument], from source: Namespace, isCopy: Bool = false) async throws {
        let digests = documents.flatMap { Digest.sha256($0.bytes).prefix(16) }
        let now = try await hot.run(["hello": 1])["localTime"] ?? .null
        var record: BSONDocument = [
            "run": "an earlier run", "direction": "migrate", "source": .string(source.description),
            "target": .string(cold.namespace("items_archive").description),
            "ids": .array(documents.compactMap { $0["_id"] }), "digests": .binary(digests),
            "count": .int(documents.count), "bytes": .int64(0), "digest": .binary(Digest.sha256(digests[...])),
            "committed_at": now,
        ]
        if isCopy {
            let identity = try await coldState.documents(in: "identity").first?["identity"]
            let uuids: BSONValue = [
                "hot": try await hot.uuid(of: "items"), "cold": try await cold.uuid(of: "items_archive"),
            ]
            record = record.appending("copy_only", true).appending("cold_cluster", try #require(identity))
            record = record.appending("uuids", uuids)
        } else {
            record = record.appending("kept_from", now)
        }
        let final = record
        try await state.run(["insert": "batches", "documents": [.document(final)]])
    }

    /// Everything in the tiers and the state databases, to see that nothing was written.
    func contents() async throws -> [String] {
        var contents: [String] = []
        for database in tiers + states {
            let list: BSONDocument = ["listCollections": 1, "nameOnly": true]
            let names = try await database.withClient { try $0.all(list, on: $1) }.compactMap { $0["name"]?.string }
            for name in names {
                contents += ["\(database.name).\(name)"]
                contents += try await database.documents(in: name).map { "\(Array($0.bytes))" }
            }
        }
        return contents.sorted()
    }
}
