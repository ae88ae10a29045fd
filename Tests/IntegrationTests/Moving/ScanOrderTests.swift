import Mongo
import TestSupport
import Testing

/// In which order a migration reads, and that it misses nothing where its cursor is lost.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(10)))
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
            for limit in [["--limit", "1000"], ["--max-duration", "1h"]] {
                #expect(try await Self.order(fixture, limit) == Self.oldestFirst)
            }
            try await insertHot(100..<102)
            #expect(try await Self.order(fixture) == Self.oldestFirst)
        }
    }

    /// The ids come 5,000 to a reply.
    @Test(arguments: Topology.allCases, [byID, oldestFirst])
    func `a scan whose cursor is lost goes on where it was, over _ids of all types`(topology: Topology, order: String)
        async throws
    {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            // By _id, numbers come before texts, and those before dates.
            let ids =
                (0..<5200).map(BSONValue.int) + (0..<300).map { .string("\($0)") }
                + (0..<300).map { .date(milliseconds: $0) }
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
