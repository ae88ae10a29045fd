import Foundation
import Mongo
import TestSupport
import Testing

/// An `_id` that a collection takes and a record does not, which has it some levels further in, is that document's fault
/// and no other's.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct DeepIDTests {
    /// Documents nested so many levels deep; the server takes 179 in an `_id`.
    private static func nested(_ depth: Int, _ number: Int = 1) -> BSONValue {
        (1..<depth).reduce(BSONValue.document(["x": .int(number)])) { inner, _ in .document(BSONDocument("a", inner)) }
    }

    /// Moves documents with such ids among others, and expects that those that stay have a reason, and that the next run
    /// finds the same.
    private static func move(
        _ deep: [BSONDocument],
        failing: Int,
        _ command: Command,
        _ fixture: MoveFixture,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let others = MoveFixture.documents(60)
        let documents = others[..<30] + deep + others[30...]
        for part in [Array(others[..<30])] + deep.map({ [$0] }) + [Array(others[30...])] {
            try await fixture.insert(part, into: command.source)
        }
        var left = documents.count
        for _ in 1...2 {
            let run = try await end(of: command, fixture, sourceLocation: sourceLocation)
            let problems = run["problems"]?.array?.compactMap(\.document) ?? []
            #expect(
                problems.count == failing && run["failed"]?.integer == Int64(failing),
                sourceLocation: sourceLocation
            )
            #expect(run[command.count]?.integer == Int64(left - failing), sourceLocation: sourceLocation)
            #expect(run["scanned"]?.integer == Int64(left), sourceLocation: sourceLocation)
            for problem in problems {
                #expect(problem["kind"]?.string == "failed", sourceLocation: sourceLocation)
                let reason = problem["reason"]?.string ?? ""
                #expect(reason.hasPrefix("its _id is too large"), sourceLocation: sourceLocation)
            }
            left = failing
        }
        let staying = try await fixture.tier(of: command.source).documents(in: command.source)
        let there = try await fixture.tier(of: command.target).documents(in: command.target)
        #expect(staying.count == failing && Set(staying).isSubset(of: deep), sourceLocation: sourceLocation)
        #expect(Set(staying + there) == Set(documents), sourceLocation: sourceLocation)
    }

    /// Runs the program, and gives what the history says of it: parsers of JSON do not read so deep.
    private static func end(
        of command: Command,
        _ fixture: MoveFixture,
        sourceLocation: SourceLocation
    ) async throws -> BSONDocument {
        let result = try await HotcoldProcess.run(command.arguments, in: fixture.directory)
        #expect(result.exitCode == 1, "\(result.standardError.prefix(2000))", sourceLocation: sourceLocation)
        let runs = try await fixture.state.documents(in: "runs", sort: ["started_at": -1])
        let run = try #require(runs.first, sourceLocation: sourceLocation)
        #expect(run["status"]?.string == "partial", sourceLocation: sourceLocation)
        return run
    }

    private static var deepest: [BSONDocument] {
        [MoveFixture.document(nested(177)), MoveFixture.document(nested(178)), MoveFixture.document(nested(179))]
            + [MoveFixture.document(nested(179, 2))]
    }

    @Test(arguments: Topology.allCases, Command.allCases)
    func `an _id at the server's limit of nesting is left with its reason and the others move`(
        topology: Topology,
        command: Command
    ) async throws {
        // What a restore between two clusters notes of its ids is a level deeper.
        let isDeeper = topology == .twoClusters && command == .restore
        try await MoveFixture.using(on: topology) { fixture in
            try await Self.move(Self.deepest, failing: isDeeper ? 3 : 2, command, fixture)
        }
    }

    @Test(.enabled(if: TestServer.isStandaloneConfigured), arguments: StandaloneTiers.allCases, Command.allCases)
    func `an _id at the limit of nesting is left with its reason without transactions`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        try await tiers.using { try await Self.move(Self.deepest, failing: 3, command, $0) }
    }

    /// In a replica set an `_id` of so much can't be: a retryable insert has it twice in the oplog.
    @Test(.enabled(if: TestServer.isStandaloneConfigured), arguments: StandaloneTiers.allCases)
    func `an _id that leaves no room in a record is left with its reason`(tiers: StandaloneTiers) async throws {
        let large = ["a", "b"].map { MoveFixture.document(.string(String(repeating: $0, count: 13 << 20))) }
        try await tiers.using { try await Self.move(large, failing: 2, .migrate, $0) }
    }

    /// A thousand ids are asked about at a time, and these leave no room in a command.
    @Test func `held documents with an _id of a megabyte are counted and left`() async throws {
        try await MoveFixture.using { fixture in
            let large = (0..<18).map { MoveFixture.document(.binary([UInt8](repeating: $0, count: 1 << 20))) }
            for document in large {
                try await fixture.hot.insert([document], into: "items")
                let hold: BSONDocument = [
                    "ns": .string(fixture.hot.namespace("items").description), "ids": [document["_id"] ?? .null],
                    "until": .date(milliseconds: MoveFixture.hot),
                ]
                try await fixture.state.insert([hold], into: "holds")
            }
            for option in [["--dry-run"], []] {
                try await fixture.run(Command.migrate.arguments + option).expect(
                    0,
                    "completed",
                    ["migrated": 0, "held": large.count, "eligible": 0]
                )
            }
            try await fixture.expect(hot: large, cold: [])
        }
    }

    /// What settles duplicates names them in a query, which the history has some levels further in.
    @Test func `duplicates of a deep _id are settled`() async throws {
        try await MoveFixture.using { fixture in
            let document = MoveFixture.document(Self.nested(178))
            try await fixture.hot.insert([document], into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 1])
            try await fixture.hot.insert([document], into: "items")
            // So that it is the archived one that goes, by a restore.
            try fixture.edit { $0.replacing(#""cold_threshold_days": 30"#, with: #""cold_threshold_days": 30000"#) }
            let result = try await HotcoldProcess.run(["verify", "--fix", "--json"], in: fixture.directory)
            #expect(result.exitCode == 0, "\(result)")
            try await fixture.expect(hot: [document], cold: [])
        }
    }

    /// The documents are as deep as a server takes them, and stand deeper in some commands that move them.
    @Test(arguments: Topology.allCases, Command.allCases)
    func `documents as deep as a server takes them move`(topology: Topology, command: Command) async throws {
        try await MoveFixture.using(on: topology) { try await Self.moveDeepDocuments(command, $0) }
    }

    @Test(.enabled(if: TestServer.isStandaloneConfigured), arguments: StandaloneTiers.allCases, Command.allCases)
    func `documents as deep as a server takes them move without transactions`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        try await tiers.using { try await Self.moveDeepDocuments(command, $0) }
    }

    private static func moveDeepDocuments(_ command: Command, _ fixture: MoveFixture) async throws {
        let documents = (0..<10).map { MoveFixture.document(.int($0)).appending("deep", nested(179, $0)) }
        try await fixture.insert(documents, into: command.source)
        // They give way, and are kept until that is certain.
        let others = documents[..<5].map { $0.appending("more", 1) }
        try await fixture.insert(others, into: command.target)
        try await fixture.run(command.arguments + ["--on-conflict", "replace"]).expect(
            0,
            "completed",
            [command.count: 10, "deleted": 10]
        )
        try await fixture.expect(command.source, holds: [])
        try await fixture.expect(command.target, holds: documents)
    }
}
