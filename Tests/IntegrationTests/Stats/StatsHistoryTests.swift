import Mongo
import TestSupport
import Testing

@Suite("Stats of past runs", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StatsHistoryTests {
    @Test("are none where there is no state database")
    func none() async throws {
        try await Bench.with { bench in
            try bench.configure()
            let run = try await bench.stats("--history")
            #expect(run["runs"] == [] && run["run_count"]?.integer == 0 && run["status"] == "completed")
            #expect(
                try await bench.run(["stats", "--history"]).standardOutput.hasPrefix("No runs in the last 30 days.")
            )
            #expect(try await bench.contents().isEmpty)
        }
    }

    @Test("are the records as they are stored, the newest first")
    func records() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.database.run(["create": "logs"])
            try bench.configure(#"\#(Bench.users), "logs": {\#(Bench.policy)}"#)
            for arguments in [["migrate", "--all"], ["restore", "--collection", "users", "--id", "1"]] {
                #expect(try await bench.run(arguments).exitCode == 0)
            }
            let run = try await bench.stats("--history")
            let state = bench.state
            let stored = try await bench.database.withClient { client, _ in
                try client.all(["find": "runs", "sort": ["started_at": -1]], on: state)
            }
            #expect(run.runs.map { $0["command"]?.string } == ["restore", "migrate", "migrate"])
            #expect(run.runs.first?["restored"]?.integer == 1)
            #expect(run["runs_by_status", "completed"]?.integer == 3)
            for record in run.runs {
                let original = try #require(stored.first { $0["_id"] == record["_id"] })
                #expect(try record.elements().map(\.name) == original.elements().map(\.name))
                for name in ["run_id", "status", "bytes", "migrated", "restored", "pid"] {
                    #expect(record[name] == original[name], "\(name)")
                }
            }
            let users = try await bench.stats("--history", "--collection", "users")
            #expect(users.runs.count == 2 && users.runs.allSatisfy { $0["collection"] == "users" })
            let text = try await bench.run(["stats", "--history"]).standardOutput
            #expect(text.hasPrefix("3 runs in the last 30 days: 3 completed\n"), "\(text)")
        }
    }

    /// Writes records of one run a minute, the first of them that many minutes ago.
    fileprivate static func write(_ count: Int, _ collections: [String], in bench: Bench) async throws {
        let now = try await bench.database.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
        let namespace = Namespace(database: bench.state, collection: "runs")
        try await bench.database.withClient { client, _ in
            let documents = (0..<count).map { index -> BSONDocument in
                let collection = collections[index % collections.count]
                return [
                    "_id": .string("\(index)/\(collection)"), "collection": .string(collection), "command": "migrate",
                    "status": index % 10 == 0 ? "abandoned" : "completed", "migrated": .int(index),
                    "started_at": .date(milliseconds: now - Int64(index) * 60_000),
                ]
            }
            _ = try client.insert(DocumentBatch(documents), into: namespace, comment: "test").orThrow()
        }
    }

    @Test("are as many as there are in so many days, of entries that are gone too, in one document")
    func many() async throws {
        try await Bench.with { bench in
            try bench.configure()
            // Two days of a run a minute, in more pages than one.
            try await Self.write(2880, ["users", "gone", "also gone"], in: bench)
            let run = try await bench.stats("--history", "--days", "1")
            #expect((1439...1440).contains(run.runs.count))
            #expect(run["run_count"]?.integer == Int64(run.runs.count))
            #expect(run["runs_by_status", "abandoned"]?.integer == 144)
            #expect(run.runs.compactMap { $0["migrated"]?.integer } == (0..<Int64(run.runs.count)).map(\.self))
            let text = try await bench.run(["stats", "--history", "--days", "2"]).standardOutput
            #expect(text.split(separator: "\n").count > 2870)
        }
    }

    @Test("are found along the index, without sorting")
    func index() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.fill("users")
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 0)
            try await Self.write(300, ["users", "gone", "also gone"], in: bench)
            let state = bench.state
            let profiler = { (level: BSONValue) in
                try await bench.database.withClient { client, _ in
                    _ = try client.run(["profile": level], on: state)
                }
            }
            try await profiler(2)
            #expect(try await bench.stats("--history").runs.count == 301)
            try await profiler(0)
            let finds = try await bench.database.withClient { client, _ in
                try client.all(
                    ["find": "system.profile", "filter": ["command.find": "runs", "appName": "hotcold"]],
                    on: state
                )
            }
            #expect(finds.count == 1)
            #expect(finds.first?["planSummary"]?.string?.contains("IXSCAN") == true, "\(finds)")
            #expect(finds.first?["hasSortStage"]?.bool != true, "\(finds)")
        }
    }
}

/// In line with the other tests for the server's fail point, hence the time.
@Suite("Stats of past runs, half-way", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StatsHistoryFaultTests {
    @Test("are still one document when the server is lost, which says so")
    func lost() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await StatsHistoryTests.write(500, ["users"], in: bench)
            let fault = Fault(commands: ["getMore"], failure: ["closeConnection": true])
            let runs = Namespace(database: bench.state, collection: "runs")
            let failures = try await fault.whileActive(on: runs) { _ in
                let run = try await bench.stats("--history", endingWith: 69)
                #expect(run.runs.count == 200 && run["run_count"]?.integer == 200)
                #expect(run["status"] == "failed" && run["error", "code"]?.integer == 69)
                #expect(run.result.standardError.hasPrefix("hotcold: "))
                let told = try await bench.run(["stats", "--history"])
                #expect(told.exitCode == 69 && told.standardOutput.isEmpty, "\(told)")
            }
            #expect(failures == 2)
        }
    }
}
