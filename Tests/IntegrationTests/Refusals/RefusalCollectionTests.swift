import Foundation
import Mongo
import TestSupport
import Testing

@Suite("A collection is refused with 1, and the others are still done", .enabled(if: TestServer.isConfigured))
struct RefusalCollectionTests {
    static let both = #"\#(Bench.users), "orders": {\#(Bench.policy)}"#

    static let unfit: [(options: BSONDocument, reason: String)] = [
        (["capped": true, "size": 100_000], "is capped"),
        (["viewOn": "real", "pipeline": []], "is a view"),
        (["timeseries": ["timeField": "d"]], "is a time-series collection"),
    ]

    @Test(
        "as source and as target, with its reason",
        .timeLimit(.minutes(30)),
        arguments: unfit,
        ["users", "users_archive"]
    )
    func refusesUnfit(kind: (options: BSONDocument, reason: String), name: String) async throws {
        try await Bench.with { bench in
            try await bench.database.run(BSONDocument([("create", .string(name))] + kind.options.pairs()))
            if name != "users" { try await bench.fill("users") }
            try await bench.fill("orders")
            try bench.configure(Self.both)
            for arguments in [["--dry-run"], []] {
                let result = try await bench.run(["migrate", "--all", "--json"] + arguments)
                #expect(result.exitCode == 1, "\(result)")
                let answer = try Answer(result)
                let error = try answer.collection("users")["error"] as? [String: Any]
                #expect((error?["message"] as? String)?.contains(kind.reason) == true, "\(result)")
                #expect(answer.document["status"] as? String == "partial")
                #expect(try answer.collection("orders")["status"] as? String == "completed")
                expectParagraph(result)
            }
            #expect(try await bench.database.count("orders_archive") == 3)
            #expect(try await bench.database.count("orders") == 0)
        }
    }

    static let expiring: [(collection: String, seconds: Int, reason: String)] = [
        ("users", 86_400, "deletes documents 1 day after d; the policy archives them after 90 days"),
        ("users", 90 * 86_400, "never reach the archive"),
        ("users_archive", 400 * 86_400, "and with them what is moved there"),
    ]

    @Test("for a TTL index, unless --allow-ttl is said", .timeLimit(.minutes(30)), arguments: expiring)
    func ttl(index: (collection: String, seconds: Int, reason: String)) async throws {
        try await Bench.with { bench in
            let date = BSONValue.date(milliseconds: try await bench.now() - 100 * 86_400_000)
            try await bench.database.createIndex(
                on: index.collection,
                ["d": 1],
                options: [("expireAfterSeconds", .int(index.seconds))]
            )
            // Not cold by its TTL in the archive; and in hot the server's sweep comes once a minute.
            if index.collection != "users" { try await bench.database.insert([["_id": 1, "d": date]], into: "users") }
            try bench.configure()
            let refused = try await bench.run(["migrate", "--all", "--json"])
            #expect(refused.exitCode == 1, "\(refused)")
            #expect(refused.standardOutput.contains(index.reason), "\(refused)")
            #expect(refused.standardOutput.contains("--allow-ttl"), "\(refused)")
            let allowed = try await bench.run(["migrate", "--all", "--json", "--allow-ttl"])
            #expect(allowed.exitCode == 0, "\(allowed)")
            let warnings = try Answer(allowed).collection("users")["warnings"] as? [String] ?? []
            #expect(warnings.contains { $0.contains("TTL index d_1") }, "\(allowed)")
        }
    }

    @Test("but a TTL index that fires after the policy is only warned of", .timeLimit(.minutes(30)))
    func laterTTL() async throws {
        try await Bench.with { bench in
            try await bench.database.createIndex(
                on: "users",
                ["d": 1],
                options: [("expireAfterSeconds", .int(100 * 86_400))]
            )
            try bench.configure()
            let result = try await bench.run(["migrate", "--all", "--json"])
            #expect(result.exitCode == 0, "\(result)")
            #expect(result.standardOutput.contains("a delayed run loses them"), "\(result)")
        }
    }

    @Test(
        "or with 78 for a filter that the server does not know, or lacks an index for",
        .timeLimit(.minutes(30)),
        arguments: [#"{"a": {"$near": 1, "$foo": 1}}"#, #"{"$text": {"$search": "x"}}"#]
    )
    func filter(text: String) async throws {
        try await Bench.with { bench in
            for name in ["users", "orders"] { try await bench.fill(name) }
            try bench.configure(
                #""users": {\#(Bench.policy), "filter": \#(text)}, "orders": {\#(Bench.policy)}"#
            )
            let result = try await bench.run(["migrate", "--all", "--json"])
            #expect(result.exitCode == 78, "\(result)")
            let answer = try Answer(result)
            #expect(answer.document["status"] as? String == "failed")
            let error = try answer.collection("users")["error"] as? [String: Any]
            #expect(error?["code"] as? Int == 78)
            #expect((error?["message"] as? String)?.contains("does not accept the filter") == true, "\(result)")
            #expect(result.standardError.hasPrefix("hotcold: users: the server does not accept"), "\(result)")
            #expect(try await bench.database.count("orders_archive") == 3)
            #expect(try await bench.database.count("users") == 3)
        }
    }

    @Test(
        "and of several things that go wrong the worst gives the exit code, whatever the order",
        .timeLimit(.minutes(30))
    )
    func precedence() async throws {
        let entries = [
            #""cap": {\#(Bench.policy)}"#, #""odd": {\#(Bench.policy), "filter": {"$foo": 1}}"#, Bench.users,
            #""same": {\#(Bench.policy)}"#,
        ]
        for entries in [entries, entries.reversed()] {
            try await Bench.with { bench in
                try await bench.database.run(["create": "cap", "capped": true, "size": 10_000])
                for name in ["users", "odd", "same"] { try await bench.fill(name) }
                try await bench.database.insert([["_id": 1, "other": true]], into: "same_archive")
                try bench.configure(entries.joined(separator: ", "))
                let result = try await bench.run(["migrate", "--all"])
                #expect(result.exitCode == 78, "\(result)")
                // One paragraph for each that could not be done, with its name, and the rest is done.
                #expect(result.standardError.components(separatedBy: "hotcold: ").count == 3, "\(result)")
                for name in ["cap", "odd"] { #expect(result.standardError.contains("hotcold: \(name): "), "\(result)") }
                #expect(try await bench.database.count("users_archive") == 3)
                #expect(try await bench.database.count("same_archive") == 3)

                let left = try await bench.run(["migrate", "--collection", "cap", "--collection", "same"])
                #expect(left.exitCode == 1, "\(left)")
            }
        }
    }
}

extension BSONDocument {
    /// Its fields, to make a longer one of.
    fileprivate func pairs() throws -> [(String, BSONValue)] { try elements().map { ($0.name, $0.value) } }
}

extension Bench {
    /// The server's time in milliseconds.
    fileprivate func now() async throws -> Int64 {
        try await database.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
    }
}
