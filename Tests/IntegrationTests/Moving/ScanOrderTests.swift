import Foundation
import Mongo
import TestSupport
import Testing

/// In which order a migration reads, and that it misses nothing where its cursor is lost.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ScanOrderTests {
    private static let byID = "by _id, since most of the collection moves"
    private static let oldestFirst = "oldest first, along index d_1"

    /// The order that a dry run tells.
    private static func order(_ fixture: MoveFixture, _ arguments: [String] = []) async throws -> String? {
        let dryRun = ["migrate", "--all", "--dry-run"] + arguments
        let result = try await HotcoldProcess.run(dryRun, in: fixture.directory)
        let line = result.standardOutput.split(separator: "\n").first { $0.hasPrefix("  order ") }
        return line.map { String($0.dropFirst("  order ".count).drop { $0 == " " }) }
    }

    @Test func `by _id where half of the collection moves, else oldest first`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            try await fixture.insert(50)
            func insertHot(_ ids: Range<Int>) async throws {
                try await fixture.hot.insert(
                    ids.map { MoveFixture.document(.int($0), at: MoveFixture.hot) },
                    into: "items"
                )
            }
            try await insertHot(50..<100)
            #expect(try await Self.order(fixture) == Self.byID)
            // What is not moved are the youngest then.
            for limit in [["--limit", "1000"], ["--max-duration", "1h"], ["--max-rate", "1000"]] {
                #expect(try await Self.order(fixture, limit) == Self.oldestFirst)
            }
            try await insertHot(100..<102)
            #expect(try await Self.order(fixture) == Self.oldestFirst)
            try await fixture.hot.run(["delete": "items", "deletes": [["q": ["_id": ["$gte": 1]], "limit": 0]]])
            #expect(try await Self.order(fixture) == Self.byID)
            try await fixture.hot.run(["delete": "items", "deletes": [["q": [:], "limit": 0]]])
            #expect(try await Self.order(fixture) == Self.oldestFirst)
        }
    }

    @Test func `oldest first where a TTL index waits for the oldest`() async throws {
        try await MoveFixture.using { fixture in
            let years: BSONValue = .int(65 * 365 * 86_400)
            try await fixture.hot.createIndex(on: "items", ["d": 1], options: [("expireAfterSeconds", years)])
            try await fixture.insert(10)
            #expect(try await Self.order(fixture) == Self.oldestFirst)
        }
    }

    /// A further pass, for what changed meanwhile, need not look at what stays.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases)
    func `what changed while it was read is found along the index`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            var documents = try await fixture.insert(100)
            #expect(try await Self.order(fixture) == Self.byID)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "read:1")
            let later = MoveFixture.cold + 1
            try await fixture.change(7, [["$set": ["d": .date(milliseconds: later)]]])
            documents[7] = MoveFixture.document(7, at: later)
            try await fixture.hot.run(["profile": 2])
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(0, "completed", ["migrated": 100, "changed": 0])
            try await fixture.hot.run(["profile": 0])
            let scans = try await fixture.hot.documents(
                in: "system.profile",
                matching: ["appName": "hotcold", "command.find": "items", "command.sort": ["$exists": true]]
            )
            #expect(scans.map { $0["command"]?.document?["sort"] } == [["d": 1]], "\(scans)")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// A condition on `_id` must not have the server read one range of it after another.
    @Test func `a scan whose cursor is lost goes on where it was, with alternatives in the filter`() async throws {
        let filter = #"{"$or": [{"_id": {"$regex": "^B"}, "v": 0}, {"_id": {"$regex": "^A"}, "v": 1}]}"#
        let items = #""items": {"policy": "time_based", "date_field": "d", "filter": \#(filter)}"#
        try await MoveFixture.using(collections: items, line: .faults) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            let documents = (0..<5500).map {
                MoveFixture.document(.string("\($0 < 300 ? "A" : "B")\($0)"), version: $0 < 300 ? 1 : 0)
            }
            try await fixture.hot.insert(documents, into: "items")
            #expect(try await Self.order(fixture) == Self.byID)
            let fault = Fault(commands: ["getMore"], times: 1, failure: ["closeConnection": true])
            let hits = try await fault.whileActive(on: "items", in: fixture.hot) { _ in
                try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": documents.count])
            }
            #expect(hits == 1)
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// The ids come 5,000 to a reply.
    @Test(arguments: Topology.allCases, [byID, oldestFirst])
    func `a scan whose cursor is lost goes on where it was, over _ids of all types`(topology: Topology, order: String)
        async throws
    {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            // By _id, numbers come before texts, those before dates, and the largest of all keys last.
            let ids =
                (0..<5200).map(BSONValue.int) + (0..<300).map { .string("\($0)") }
                + (0..<300).map { .date(milliseconds: $0) } + [.maxKey]
            let documents = ids.map { MoveFixture.document($0) }
            try await fixture.hot.insert(documents, into: "items")
            let arguments = order == Self.oldestFirst ? ["--limit", "100000"] : []
            #expect(try await Self.order(fixture, arguments) == order)
            let fault = Fault(commands: ["getMore"], times: 1, failure: ["closeConnection": true])
            let hits = try await fault.whileActive(on: "items", in: fixture.hot) { _ in
                let run = try await fixture.run(["migrate", "--all"] + arguments)
                run.expect(0, "completed", ["migrated": ids.count, "scanned": ids.count, "failed": 0])
            }
            #expect(hits == 1)
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }
}
