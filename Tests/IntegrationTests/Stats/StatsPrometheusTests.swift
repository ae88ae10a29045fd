import Foundation
import Mongo
import TestSupport
import Testing

@Suite("Stats for Prometheus", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StatsPrometheusTests {
    /// The program that knows the format: `HOTCOLD_TEST_PROMTOOL`, else the one on the PATH.
    static let promtool: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["HOTCOLD_TEST_PROMTOOL"], !path.isEmpty { return path }
        let places = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
        return places.first(where: FileManager.default.isExecutableFile)
    }()

    /// The samples of a text, by name and labels.
    private func samples(_ text: String) -> [Substring: Substring] {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            lines.compactMap { line in
                line.lastIndex(of: " ").map { (line[..<$0], line[line.index(after: $0)...]) }
            },
            uniquingKeysWith: { first, _ in first + " twice" }
        )
    }

    /// Two collections with what there is to tell of them: a migration with a conflict, and backlog.
    private func prepare(_ bench: Bench) async throws {
        try await bench.fill("users", 10)
        try await bench.fill("logs", 5)
        try await bench.database.insert([["_id": 3, "d": .date(milliseconds: 1)]], into: "users_archive")
        try bench.configure(#"\#(Bench.users), "logs": {\#(Bench.policy)}"#)
        #expect(try await bench.run(["migrate", "--collection", "users"]).exitCode == 1)
    }

    @Test("have storage, backlog and runs of each collection, in a file for all to read")
    func file() async throws {
        try await Bench.with { bench in
            try await prepare(bench)
            let run = try await bench.stats("--prometheus", "m.prom")
            #expect(run["prometheus", "file"] == "m.prom")
            let file = bench.directory.appending(path: "m.prom")
            let samples = samples(try String(contentsOf: file, encoding: .utf8))
            #expect(samples[#"hotcold_documents{collection="users",tier="hot"}"#] == "1")
            #expect(samples[#"hotcold_documents{collection="users",tier="cold"}"#] == "10")
            #expect(samples[#"hotcold_documents{collection="logs",tier="cold"}"#] == "0")
            let size = try #require(run["hot", "logs", "size_bytes"]?.integer)
            #expect(samples[#"hotcold_data_bytes{collection="logs",tier="hot"}"#] == "\(size)")
            #expect(samples[#"hotcold_eligible_documents{collection="users"}"#] == "1")
            #expect(samples[#"hotcold_eligible_documents{collection="logs"}"#] == "5")
            let labels = #"{collection="users",command="migrate"}"#
            #expect(samples["hotcold_last_run_moved_documents\(labels)"] == "9")
            #expect(samples["hotcold_last_run_conflict_documents\(labels)"] == "1")
            #expect(samples["hotcold_last_run_timestamp_seconds\(labels)"] != nil)
            // It was partial, so it is no success.
            #expect(samples["hotcold_last_success_timestamp_seconds\(labels)"] == nil)
            #expect(samples[#"hotcold_alert_active{kind="hot_size"}"#] == "0")
            let names = try FileManager.default.contentsOfDirectory(atPath: bench.directory.path).sorted()
            #expect(names == ["m.prom", "policies.json"])
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            #expect(attributes[.posixPermissions] as? Int == 0o644)
        }
    }

    @Test("are all that stands on standard output, where they are wanted there")
    func standardOutput() async throws {
        try await Bench.with { bench in
            try await prepare(bench)
            let result = try await bench.run(["stats", "--prometheus", "-", "--collection", "users"])
            #expect(result.exitCode == 0 && result.standardOutput.hasPrefix("# HELP hotcold_build_info "), "\(result)")
            #expect(samples(result.standardOutput).allSatisfy { $0.key.hasPrefix("hotcold_") })
            #expect(!result.standardOutput.contains("logs"))
        }
    }

    @Test("that can't be written leave the report, 1, and nothing else")
    func unwritable() async throws {
        try await Bench.with { bench in
            try await prepare(bench)
            let run = try await bench.stats("--prometheus", "none/m.prom", endingWith: 1)
            #expect(run["total", "total_documents"]?.integer == 16)
            #expect(run["error", "message"] == "none/m.prom can't be written: No such file or directory")
            #expect(try FileManager.default.contentsOfDirectory(atPath: bench.directory.path) == ["policies.json"])
        }
    }

    @Test("are what promtool likes", .enabled(if: promtool != nil))
    func check() async throws {
        try await Bench.with { bench in
            try await prepare(bench)
            let odd = #""o \"d\" \\ \n d": {\#(Bench.policy), "hot_collection": "odd"}"#
            try bench.configure(#"\#(Bench.users), "logs": {\#(Bench.policy)}, \#(odd)"#)
            let promtool = try #require(Self.promtool)
            let line = #""$0" stats --prometheus - | "$1" check metrics"#
            let arguments = ["-c", line, HotcoldProcess.binary.path, promtool]
            let result = try await runProgram("/bin/sh", arguments, in: bench.directory)
            #expect(result.exitCode == 0 && result.standardOutput.isEmpty && result.standardError.isEmpty, "\(result)")
        }
    }
}
