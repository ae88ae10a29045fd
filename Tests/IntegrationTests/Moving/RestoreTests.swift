import Mongo
import TestSupport
import Testing

/// `restore` brings back what was asked for, and says what it did not find.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RestoreTests {
    private static let users = #""users": {"policy": "access_based", "access_field": "last_accessed"}"#

    /// Milliseconds of 2024-11-01.
    private static let november: Int64 = 1_730_419_200_000

    private static func user(_ id: BSONValue, _ date: Int64) -> BSONDocument {
        ["_id": id, "last_accessed": .date(milliseconds: date)]
    }

    @Test(arguments: Topology.allCases)
    func `restores one user by query`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, collections: Self.users) { fixture in
            let users = ["user122", "user123", "user124"].map { Self.user(.string($0), MoveFixture.cold) }
            try await fixture.hot.insert(users, into: "users")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 3])
            let run = try await fixture.run("restore", "--collection", "users", "--query", #"{"_id": "user123"}"#)
            run.expect(0, "completed", ["eligible": 1, "scanned": 1, "restored": 1, "deleted": 1, "verified": 1])
            #expect(run.warnings.isEmpty, "\(run.result)")
            try await fixture.expect(hot: [users[1]], cold: [users[0], users[2]], in: "users")
        }
    }

    @Test(arguments: Topology.allCases)
    func `a plain date in a query is read as a date`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, collections: Self.users) { fixture in
            let users = [-1, 0, 86_400_000].map { Self.user(.int64($0), Self.november + $0) }
            // Nothing but a date is compared with a date.
            let text: BSONDocument = ["_id": "text", "last_accessed": "2025-01-01"]
            try await fixture.cold.insert(users + [text], into: "users_archive")
            let run = try await fixture.run(
                "restore",
                "--collection",
                "users",
                "--query",
                #"{"last_accessed": {"$gte": "2024-11-01"}}"#
            )
            run.expect(0, "completed", ["restored": 2])
            try await fixture.expect(hot: Array(users[1...]), cold: [users[0], text], in: "users")
            let date = run.first["query"]?.document?["last_accessed"]?.document?["$gte"]?.dateMilliseconds
            #expect(date == Self.november, "the query as run is in the report")
            let history = try await fixture.history()
            #expect(history["status"]?.string == "completed" && history["restored"]?.integer == 2)
        }
    }

    @Test(arguments: Topology.allCases)
    func `ids are found however they are typed, and those that are not there are named`(topology: Topology) async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let hexadecimal = "0102030405060708090a0b0c"
            let ids: [BSONValue] = [
                "user123", 42, "42", .objectID(Array(1...12)), .int64(1 << 40), "with \"quotes\"", ["a": 1], "left",
            ]
            let documents = ids.map { MoveFixture.document($0) }
            try await fixture.cold.insert(documents, into: "items_archive")
            let run = try await fixture.run(
                "restore",
                "--collection",
                "items",
                "--id",
                "user123",
                "--id",
                "42",
                "--id",
                hexadecimal,
                "--id",
                #"{"$numberLong": "1099511627776"}"#,
                "--id=with \"quotes\"",
                "--id",
                #"{"a": 1}"#,
                "--id",
                "nobody",
                "--id",
                "43"
            )
            run.expect(1, "partial", ["restored": 7, "eligible": 7, "problem_count": 2])
            #expect(run.problems.map { $0["kind"]?.string } == ["not_found", "not_found"])
            #expect(run.problems.map { $0["id"]?.string } == ["nobody", "43"])
            try await fixture.expect(hot: Array(documents.dropLast()), cold: [documents[7]])

            let text = try await HotcoldProcess.run(
                ["restore", "--collection", "items", "--id", "somebody"],
                in: fixture.directory
            )
            #expect(text.exitCode == 1 && (text.standardOutput + text.standardError).contains("somebody"), "\(text)")
        }
    }

    @Test(arguments: ["{", "[]", #"{"_id": 1} {}"#, #"{"$nonsense": 1}"#, #"{"a": {"$nonsense": 1}}"#])
    func `a query that makes no sense exits 64 and moves nothing`(query: String) async throws {
        try await MoveFixture.using { fixture in
            let documents = MoveFixture.documents(3)
            try await fixture.cold.insert(documents, into: "items_archive")
            try await fixture.run("restore", "--collection", "items", "--query", query).expect(64, "failed")
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a restore with a limit brings back that many`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.cold.insert(MoveFixture.documents(50), into: "items_archive")
            let run = try await fixture.run(
                "restore",
                "--collection",
                "items",
                "--query",
                "{}",
                "--limit",
                "17",
                "--batch-size",
                "5"
            )
            run.expect(0, "stopped", ["restored": 17, "deleted": 17])
            #expect(try await fixture.hot.count("items") == 17)
            #expect(try await fixture.cold.count("items_archive") == 33)
        }
    }

    @Test(arguments: Topology.allCases, Command.allCases)
    func `each phase of a move takes time`(topology: Topology, command: Command) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(MoveFixture.documents(50), into: command.source)
            let run = try await fixture.run(command.arguments)
            run.expect(0, "completed", [command.count: 50])
            for phase in ["read", "copy", "verify", "delete"] {
                #expect((run.first["phases"]?.document?[phase]?.number ?? 0) > 0, "\(phase)")
            }
        }
    }
}
