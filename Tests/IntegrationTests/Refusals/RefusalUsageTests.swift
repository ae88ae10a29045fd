import TestSupport
import Testing

@Suite("A wrong command line is refused with 64", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RefusalUsageTests {
    static let mistakes: [(arguments: [String], parts: [String], hint: String?)] = [
        (["migrate", "--all", "--limit", "-5"], ["--limit", "-5"], nil),
        (["migrate", "--all", "--limit", "0"], ["--limit"], nil),
        (["migrate", "--all", "--batch-size", "0"], ["--batch-size", "0"], nil),
        (["migrate", "--all", "--batch-size", "100001"], ["--batch-size"], nil),
        (["migrate"], ["--collection NAME or --all"], "--dry-run"),
        (["migrate", "--all", "--collection", "users"], ["exclude each other"], nil),
        (["migrate", "--all", "--as-of", "2024-01-01"], ["--as-of needs --dry-run"], nil),
        (["migrate", "--all", "--dryrun"], ["--dryrun"], "--dry-run"),
        (["migrat", "--all"], ["migrat"], "migrate"),
        ([], ["no command"], "hotcold help"),
        (["restore", "--collection", "users"], ["--query JSON or --id ID"], nil),
        (["restore", "--query", "{}"], ["--collection"], nil),
        (["migrate", "--collection", "user"], ["no collection user"], "did you mean users? configured: users, orders"),
        (["restore", "--collection", "zzz", "--id", "1"], ["no collection zzz"], "configured: users, orders"),
        (["migrate", "--collection", ""], ["collection"], nil),
        (
            ["restore", "--collection", "users", "--query", #"{"a": }"#], ["--query", "line 1, column 7"],
            "one JSON object"
        ),
        (["restore", "--collection", "users", "--query", "{\"a\": 1,\n \"b\"}"], ["line 2, column"], nil),
        (["restore", "--collection", "users", "--query", "user1"], ["--query", "line 1, column 1"], nil),
        (["restore", "--collection", "users", "--query", "[1]"], ["expected an object"], nil),
        (["restore", "--collection", "users", "--query", ""], ["--query"], nil),
        (["restore", "--collection", "users", "--query", #"{"_id": {"$oid": "x"}}"#], ["--query", "column"], nil),
    ]

    @Test("with what is wrong, what is right, and nothing written", arguments: mistakes)
    func refusesMistakes(arguments: [String], parts: [String], hint: String?) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.fill("users_archive")
            try bench.configure(#"\#(Bench.users), "orders": {\#(Bench.policy)}"#)
            try await bench.expectRefusal(arguments, 64, saying: parts, hint: hint)
        }
    }

    @Test(
        "where only the server knows that an operator does not exist, or that it lacks an index",
        arguments: [
            #"{"$foo": 1}"#, #"{"a": {"$foo": 1}}"#, #"{"a": {"$in": 5}}"#, #"{"$text": {"$search": "x"}}"#,
        ]
    )
    func operators(query: String) async throws {
        try await Bench.with { bench in
            try await bench.fill("users_archive")
            try bench.configure()
            let before = try await bench.contents()
            for arguments in [[], ["--dry-run"]] {
                let result = try await bench.run(
                    ["restore", "--collection", "users", "--query", query, "--json"] + arguments
                )
                #expect(result.exitCode == 64, "\(result)")
                let answer = try Answer(result)
                let error = try answer.collection("users")["error"] as? [String: Any]
                #expect(answer.document["status"] as? String == "failed")
                #expect(error?["code"] as? Int == 64)
                #expect((error?["message"] as? String)?.contains("does not accept the query") == true, "\(result)")
                expectParagraph(result)
            }
            #expect(try await bench.contents() == before)
        }
    }

    @Test("but a restore of nothing is no mistake, and one of an id that is not there is named with 1")
    func notFound() async throws {
        try await Bench.with { bench in
            try await bench.fill("users_archive")
            try bench.configure()
            let nothing = try await bench.run(["restore", "--collection", "users", "--query", #"{"_id": "x"}"#])
            #expect(nothing.exitCode == 0 && nothing.standardError.isEmpty, "\(nothing)")
            for arguments in [[], ["--dry-run"]] {
                let result = try await bench.run(["restore", "--collection", "users", "--id", "zz"] + arguments)
                #expect(result.exitCode == 1, "\(result)")
                let lines = result.standardOutput.split(separator: "\n").filter { $0.contains("zz") }
                #expect(lines.count == 1 && lines[0].hasPrefix("  not found: \"zz\""), "\(result)")
            }
        }
    }
}
