import Foundation
import Mongo
import TestSupport
import Testing

@Suite("--json", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct OutputShapeTests {
    enum Kind { case text, int, number, flag, date, list, object, textOrNull, dateOrNull, intOrNull, null }

    static let top: [String: Kind] = [
        "schema_version": .int, "command": .text, "run_id": .textOrNull, "dry_run": .flag, "status": .text,
        "started_at": .date, "finished_at": .date, "duration_seconds": .number, "as_of": .date, "collections": .list,
        "totals": .object,
    ]

    static let perCollection: [String: Kind] = [
        "collection": .text, "policy": .text, "source": .text, "target": .text, "status": .text,
        "stopped_by": .textOrNull, "eligible": .int, "scanned": .int, "already_in_target": .int, "verified": .int,
        "deleted": .int, "changed": .int, "vanished": .int, "held": .int, "conflicts": .int, "failed": .int,
        "unclassified": .intOrNull, "recovered": .int, "bytes": .int, "batches": .int, "documents_per_second": .number,
        "oldest": .dateOrNull, "newest": .dateOrNull, "phases": .object, "problems": .list, "problem_count": .int,
        "warnings": .list, "error": .null,
    ]

    static let commands: [(arguments: [String], name: String, count: String)] = [
        (["migrate", "--all"], "migrate", "migrated"),
        (["migrate", "--all", "--dry-run"], "migrate", "migrated"),
        (["migrate", "--all", "--no-delete"], "migrate", "migrated"),
        (["restore", "--collection", "users", "--query", "{}"], "restore", "restored"),
        (["restore", "--collection", "users", "--id", "1", "--dry-run"], "restore", "restored"),
        (["restore", "--collection", "users", "--id", "1", "--keep-cold"], "restore", "restored"),
    ]

    @Test("has every key of the contract with its type", arguments: commands)
    func keys(command: (arguments: [String], name: String, count: String)) async throws {
        try await Bench.with { bench in
            try await bench.fill(command.name == "migrate" ? "users" : "users_archive")
            try bench.configure()
            let result = try await bench.run(command.arguments + ["--json"])
            #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
            let answer = try Answer(result)
            let isDryRun = command.arguments.contains("--dry-run")
            expect(Self.top, in: answer.document)
            #expect(answer.document["command"] as? String == command.name)
            #expect(answer.document["dry_run"] as? Bool == isDryRun)
            let users = try answer.collection("users")
            expect(Self.perCollection.merging([command.count: .int]) { $1 }, in: users)
            expect(["read": .number, "copy": .number, "verify": .number, "delete": .number], in: users["phases"])
            let keys = ["eligible", command.count, "deleted", "conflicts", "failed", "bytes"]
            expect(Dictionary(uniqueKeysWithValues: keys.map { ($0, Kind.int) }), in: answer.document["totals"])
            #expect(users["query"] != nil || command.name == "migrate")
            #expect(users[command.count == "migrated" ? "restored" : "migrated"] == nil)
        }
    }

    @Test("counts the same in a dry run and the run after it")
    func numbers() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 5)
            try await bench.database.insert([["_id": "odd", "d": "yesterday"]], into: "users")
            try bench.configure()
            let plan = try Answer(try await bench.run(["migrate", "--all", "-n", "--json"])).collection("users")
            let run = try Answer(try await bench.run(["migrate", "--all", "--json"])).collection("users")
            for key in ["eligible", "bytes"] { #expect(plan[key] as? Int == run[key] as? Int, "\(key)") }
            #expect(plan["eligible"] as? Int == 5 && plan["migrated"] as? Int == 0 && plan["unclassified"] as? Int == 1)
            #expect(run["migrated"] as? Int == 5 && run["scanned"] as? Int == 5 && run["deleted"] as? Int == 5)
            #expect(plan["oldest"] as? String == "2020-01-01T00:00:00Z")
        }
    }

    @Test("names documents that were left behind, and asks for no attention elsewhere")
    func problems() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 25)
            let others = (0..<22).map { BSONDocument([("_id", .int($0)), ("other", true)]) }
            try await bench.database.insert(others, into: "users_archive")
            try bench.configure()
            let result = try await bench.run(["migrate", "--all", "--json"])
            #expect(result.exitCode == 1 && result.standardError.isEmpty, "\(result)")
            let users = try Answer(result).collection("users")
            #expect(users["status"] as? String == "partial" && users["conflicts"] as? Int == 22)
            let problems = users["problems"] as? [[String: Any]] ?? []
            #expect(problems.count == 20 && users["problem_count"] as? Int == 22)
            for problem in problems { expect(["kind": .text, "reason": .text], in: problem) }
        }
    }

    @Test("can be read by jq", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jq")))
    func jq() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            let pipe = #""\#(HotcoldProcess.binary.path)" migrate --all --json | jq -c .totals"#
            let result = try await runProgram("/bin/sh", ["-c", pipe], in: bench.directory)
            let bytes = 3 * 25
            #expect(
                result.standardOutput
                    == #"{"eligible":3,"migrated":3,"deleted":3,"conflicts":0,"failed":0,"bytes":\#(bytes)}"# + "\n"
            )
        }
    }

    private func expect(_ kinds: [String: Kind], in value: Any?, sourceLocation: SourceLocation = #_sourceLocation) {
        let object = value as? [String: Any] ?? [:]
        for (key, kind) in kinds {
            #expect(object[key].map { fits($0, kind) } == true, "\(key) in \(object)", sourceLocation: sourceLocation)
        }
    }

    private func fits(_ value: Any, _ kind: Kind) -> Bool {
        let isNull = value is NSNull
        let isDate = (value as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/) != nil
        switch kind {
        case .text: return (value as? String)?.isEmpty == false
        case .int: return value is Int
        case .number: return value is Double
        case .flag: return value is Bool
        case .date: return isDate
        case .list: return value is [Any]
        case .object: return value is [String: Any]
        case .textOrNull: return isNull || value is String
        case .dateOrNull: return isNull || isDate
        case .intOrNull: return isNull || value is Int
        case .null: return isNull
        }
    }
}
