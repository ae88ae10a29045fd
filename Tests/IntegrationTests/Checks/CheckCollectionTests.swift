import Foundation
import Mongo
import TestSupport
import Testing

@Suite("check finds of a collection", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct CheckCollectionTests {
    typealias Case = (name: String, prepare: @Sendable (TestDatabase) async throws -> Void, found: [String])

    static let day = 86_400
    static let documents: [BSONDocument] = [["_id": 1, "d": Bench.coldDate]]

    /// What is prepared, and what is found.
    static let cases: [Case] = [
        ("nothing", { try await $0.insert(documents, into: "users") }, []),
        ("a missing one", { _ in }, ["error source_missing"]),
        ("an empty one", { try await $0.run(["create": "users"]) }, []),
        ("capped", { try await $0.run(["create": "users", "capped": true, "size": 4096]) }, ["error capped"]),
        ("a view", { try await $0.run(["create": "users", "viewOn": "x", "pipeline": []]) }, ["error view"]),
        (
            "a time series", { try await $0.run(["create": "users", "timeseries": ["timeField": "d"]]) },
            ["error time_series"]
        ),
        (
            "a capped archive", { try await $0.run(["create": "users_archive", "capped": true, "size": 4096]) },
            [
                "error capped", "error source_missing",
            ]
        ),
        (
            "a TTL index before the policy",
            { try await $0.createIndex(on: "users", ["d": 1], options: [("expireAfterSeconds", .int(30 * day))]) },
            ["error ttl_before_policy", "warning ttl_on_target"]
        ),
        (
            "a TTL index after the policy",
            { try await $0.createIndex(on: "users", ["d": 1], options: [("expireAfterSeconds", .int(100 * day))]) },
            ["warning ttl_after_policy", "warning ttl_on_target"]
        ),
        (
            "a TTL index on the archive",
            { database in
                try await database.insert(documents, into: "users")
                try await database.createIndex(
                    on: "users_archive",
                    ["d": 1],
                    options: [("expireAfterSeconds", .int(400 * day))]
                )
            }, ["error ttl_on_target"]
        ),
        (
            "a unique index on the archive",
            { database in
                try await database.insert(documents, into: "users")
                try await database.createIndex(on: "users_archive", ["k": 1], options: [("unique", true)])
            }, ["warning unique_index"]
        ),
        (
            "a unique index on hot",
            { database in
                try await database.insert(documents, into: "users")
                try await database.createIndex(on: "users", ["k": 1], options: [("unique", true)])
            }, ["notice unique_index"]
        ),
        (
            "a validator on the archive",
            { database in
                try await database.insert(documents, into: "users")
                try await database.run(["create": "users_archive", "validator": ["d": ["$exists": true]]])
            }, ["warning validator"]
        ),
        (
            "another collation of the archive",
            { database in
                try await database.insert(documents, into: "users")
                try await database.run(["create": "users_archive", "collation": ["locale": "cs"]])
            }, ["warning different_collations"]
        ),
        (
            "pre-images",
            { database in
                try await database.run(["create": "users", "changeStreamPreAndPostImages": ["enabled": true]])
            }, ["notice pre_images"]
        ),
        ("a missing field", { try await $0.insert([["_id": 1, "D": 1]], into: "users") }, ["error field_not_found"]),
        (
            "wrong types", { try await $0.insert(documents + [["_id": 2, "d": "2024-01-01"]], into: "users") },
            ["warning wrong_type"]
        ),
        ("some without", { try await $0.insert(documents + [["_id": 2]], into: "users") }, ["notice field_missing"]),
    ]

    @Test("what a migration is refused for, and what may surprise", arguments: cases.indices)
    func finds(index: Int) async throws {
        let (name, prepare, found) = Self.cases[index]
        try await Bench.with { bench in
            try await prepare(bench.database)
            try bench.configure()
            let errors = found.filter { $0.hasPrefix("error") }
            let check = try await bench.check()
            check.expect(errors.isEmpty ? 0 : 1, found)
            // One set of rules: what is called an error is what migrate refuses, and nothing else.
            let plan = try await bench.run(["migrate", "--all", "--dry-run", "--json"])
            #expect(plan.exitCode == (errors.isEmpty ? 0 : 1), "\(name): \(plan)")
            guard found.contains("warning ttl_on_target") else { return }
            let restore = try await bench.run(["restore", "--collection", "users", "--query", "{}", "--dry-run"])
            #expect(restore.exitCode == 1, "\(name): \(restore)")
        }
    }

    @Test(
        "a text that exclude compares with dates, which the configuration can't know",
        arguments: [
            (#"{"paid": {"$gte": "2019-01-01"}}"#, true), (#"{"$expr": {"$gt": ["$paid", "2019-01-01"]}}"#, true),
            (#"{"paid": {"$gte": {"$date": "2019-01-01"}}}"#, false), (#"{"paid": "never"}"#, true),
        ]
    )
    func comparison(exclude: String, isFound: Bool) async throws {
        try await Bench.with { bench in
            try await bench.database.insert([["_id": 1, "d": Bench.coldDate, "paid": Bench.coldDate]], into: "users")
            try bench.configure(#""users": {\#(Bench.policy), "exclude": \#(exclude)}"#)
            try await bench.check().expect(0, isFound ? ["warning type_mismatch"] : [])
        }
    }

    @Test("the index that is missing, in a command, and none where there is one")
    func index() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            let without = try await bench.check()
            let create = #"db.getSiblingDB("\#(bench.database.name)").getCollection("users").createIndex({"d": 1})"#
            #expect(try without.text("command", of: "no_index") == create)
            try await bench.database.createIndex(on: "users", ["d": 1])
            let with = try await bench.check()
            #expect(!with.gist.contains("warning no_index"), "\(with)")
        }
    }

    @Test("fields inside arrays, and that a multikey index gives no order")
    func arrays() async throws {
        try await Bench.with { bench in
            let date = Bench.coldDate
            try await bench.database.insert(
                [["_id": 1, "a": [["d": date], ["d": date]]], ["_id": 2, "a": ["d": date]]],
                into: "users"
            )
            try await bench.database.createIndex(on: "users", ["a.d": 1])
            try bench.configure(#""users": {"policy": "time_based", "date_field": "a.d"}"#)
            let check = try await bench.check()
            check.expect(0, ["warning field_in_array", "notice index_without_order"])
            #expect(try check.text("message", of: "field_in_array") == "1 of 2 documents has a.d inside an array")
        }
    }

    @Test("the name that a mistyped field was meant to have")
    func mistypedField() async throws {
        try await Bench.with { bench in
            try await bench.database.insert([["_id": 1, "created_at": Bench.coldDate]], into: "users")
            try bench.configure(#""users": {"policy": "time_based", "date_field": "craeted_at"}"#)
            let check = try await bench.check()
            #expect(try check.text("remedy", of: "field_not_found").hasPrefix("did you mean created_at?"), "\(check)")
        }
    }

    @Test("a filter that the server does not know, as migrate does")
    func filter() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(#""users": {\#(Bench.policy), "filter": {"$foo": 1}}"#)
            let check = try await bench.check()
            check.expect(1, ["error filter_refused"])
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 78)
        }
    }

    @Test("what a bounded sample shows of a large one, and what of it would move")
    func sample() async throws {
        try await Bench.with { bench in
            let recent = BSONValue.date(milliseconds: 4_102_444_800_000)
            try await bench.fill("users", 1500)
            try await bench.database.insert((2000..<2500).map { ["_id": .int($0), "d": recent] }, into: "users")
            try bench.configure()
            let users = try await bench.check().collection("users")
            #expect(users["sampled"] as? Int == 1000, "\(users)")
            let eligible = try #require(users["sampled_eligible"] as? Int)
            // 750 expected; the standard deviation of such a sample is below 14.
            #expect((600...900).contains(eligible), "\(eligible)")
        }
    }

    @Test("of every entry, disabled ones too, or of those that are named")
    func selection() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.fill("orders")
            try bench.configure(#"\#(Bench.users), "orders": {\#(Bench.policy), "enabled": false}"#)
            let all = try await bench.check()
            all.expect(0, ["notice entry_disabled"])
            #expect(try all.collection("orders")["enabled"] as? Bool == false)
            let one = try await bench.check(["--collection", "users"])
            one.expect(0, [])
            let text = try await bench.run(["check", "--collection", "users"])
            #expect(text.standardOutput.contains(": nothing stands against a migration. "), "\(text)")
            try await bench.expectRefusal(["check", "--collection", "user"], 64, saying: ["no collection user"])
        }
    }
}
