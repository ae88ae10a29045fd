import Foundation
import TestSupport
import Testing

@Suite("A wrong configuration is refused", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RefusalConfigurationTests {
    static let all = ["migrate", "--all"]

    @Test("with line and column where it is no JSON")
    func malformed() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.write("{\"schema_version\": 1,\n  \"hot\" {}}")
            try await bench.expectRefusal(Self.all, 78, saying: ["policies.json", "line 2, column 9"])
        }
    }

    @Test("with line and column where it ends too early", arguments: [0, 1, 30, 200])
    func truncated(length: Int) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            let text = try String(contentsOf: bench.directory.appending(path: "policies.json"), encoding: .utf8)
            try bench.write(String(text.prefix(length)))
            try await bench.expectRefusal(Self.all, 78, saying: ["policies.json", "line ", "column "])
        }
    }

    static let wrong: [(entry: String, parts: [String], hint: String?)] = [
        (#""users": {\#(Bench.policy), "batch_size": "many"}"#, ["collections.users.batch_size"], nil),
        (#""users": {\#(Bench.policy), "enabled": 1}"#, ["collections.users.enabled"], nil),
        (#""users": {\#(Bench.policy), "batch_siz": 10}"#, ["batch_siz"], "batch_size"),
        (#""users": {"policy": "time-based", "date_field": "d"}"#, ["time-based"], "time_based"),
        (#""users": {"policy": "time_based"}"#, ["collections.users", "date_field"], nil),
        (
            #""users": {\#(Bench.policy), "cold_collection": "users"}"#, ["hot and cold are the same"],
            "archive to another"
        ),
        (#""users": {\#(Bench.policy), "hot_collection": "system.users"}"#, ["system."], nil),
        (#""users": {\#(Bench.policy), "cold_collection": "system.views"}"#, ["system."], nil),
        (#""users": {\#(Bench.policy), "filter": {"a": {}}}"#, ["empty operator document"], nil),
        ("", ["collections"], "at least one"),
    ]

    @Test("with the path of the key, and the nearest known one", arguments: wrong)
    func refusesWrong(entry: String, parts: [String], hint: String?) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(entry)
            try await bench.expectRefusal(Self.all, 78, saying: parts + ["policies.json, line"], hint: hint)
        }
    }

    @Test("as a whole: two mistakes are told at once, still in one paragraph")
    func several() async throws {
        try await Bench.with { bench in
            try bench.configure(#""users": {\#(Bench.policy), "batch_size": 0, "enable": true}"#)
            try await bench.expectRefusal(Self.all, 78, saying: ["batch_size", "enable"])
        }
    }

    @Test("also where a variable of the environment is what is wrong")
    func environment() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.expectRefusal(
                Self.all,
                78,
                saying: ["MIGRATION_BATCH_SIZE"],
                environment: ["MIGRATION_BATCH_SIZE": "lots"]
            )
        }
    }

    @Test("where the file is missing, with the name as given")
    func missing() async throws {
        try await Bench.with { bench in
            try await bench.expectRefusal(Self.all + ["--config", "no/such.json"], 78, saying: ["no/such.json"])
        }
    }

    @Test("for a connection string that is none: 78 from the file or the environment, 64 from an option")
    func invalidURI() async throws {
        try await Bench.with { bench in
            try bench.configure(hot: "mongo://h")
            try await bench.expectRefusal(Self.all, 78, saying: ["hot.uri"])
            try bench.configure()
            try await bench.expectRefusal(
                Self.all,
                78,
                saying: ["HOT_MONGO_URI"],
                environment: ["HOT_MONGO_URI": "mongodb://"]
            )
            try await bench.expectRefusal(Self.all + ["--hot-uri", "mongodb://h:x/"], 64, saying: ["--hot-uri"])
        }
    }

    @Test("but --all with every collection disabled is done at once, and says why")
    func nothingEnabled() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(#""users": {\#(Bench.policy), "enabled": false}"#)
            let before = try await bench.contents()
            let told = try await bench.run(Self.all)
            #expect(told.exitCode == 0 && told.standardOutput.isEmpty, "\(told)")
            #expect(told.standardError.contains("no collection is enabled"), "\(told)")
            expectParagraph(told)
            let asked = try await bench.run(Self.all + ["--json"])
            #expect(try Answer(asked).document["status"] as? String == "completed")
            #expect(try Answer(asked).collections.isEmpty)
            #expect(try await bench.contents() == before)
        }
    }

    @Test("but a disabled collection can still be named")
    func disabledButNamed() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(#""users": {\#(Bench.policy), "enabled": false}"#)
            let result = try await bench.run(["migrate", "--collection", "users"])
            #expect(result.exitCode == 0, "\(result)")
            #expect(try await bench.database.count("users_archive") == 3)
        }
    }
}
