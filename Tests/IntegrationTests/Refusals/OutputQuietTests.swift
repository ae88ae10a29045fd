import Foundation
import Mongo
import TestSupport
import Testing

/// With `--quiet` standard error is what cron mails: nothing, or one line for each thing that is wrong.
@Suite("A nightly job", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct OutputQuietTests {
    static let arguments = ["migrate", "--all", "--quiet"]
    static let hint = "(hotcold stats --history --json names them with their reasons)"

    /// Runs the job, and expects these lines on standard error and no others.
    private func expect(
        _ code: Int32,
        _ beginnings: [String],
        _ arguments: [String] = arguments,
        in bench: Bench,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await bench.run(arguments)
        let lines = result.standardError.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(result.exitCode == code, "\(result)", sourceLocation: sourceLocation)
        #expect(lines.count == beginnings.count, "\(result)", sourceLocation: sourceLocation)
        for (line, beginning) in zip(lines, beginnings) {
            #expect(line.hasPrefix("hotcold: \(beginning)"), "\(result)", sourceLocation: sourceLocation)
        }
    }

    @Test("says nothing where all is well, also where there is nothing to do")
    func silence() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            try await expect(0, [], in: bench)
            #expect(try await bench.database.count("users_archive") == 3)
            try await expect(0, [], in: bench)
        }
    }

    @Test("says in a line what was left behind, which the report alone says to a person")
    func leftBehind() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.database.insert(
                [["_id": 1, "other": true], ["_id": 2, "other": true]],
                into: "users_archive"
            )
            try bench.configure()
            try await expect(1, ["left 2 documents behind: 2 conflicts \(Self.hint)"], in: bench)
            try await expect(
                1,
                ["left 2 documents behind: 2 conflicts \(Self.hint)"],
                Self.arguments + ["--json"],
                in: bench
            )
            try await expect(1, [], ["migrate", "--all"], in: bench)
            // What the line promises.
            let history = try await bench.run(["stats", "--history", "--json"]).standardOutput
            #expect(history.contains("has this _id with other content"), "\(history)")
        }
    }

    @Test("says a line for each collection that is not done, with its name, and does the others")
    func collections() async throws {
        try await Bench.with { bench in
            try await bench.database.run(["create": "cap", "capped": true, "size": 10_000])
            for name in ["users", "same", "cap", "odd"] { try await bench.fill(name) }
            try await bench.database.insert([["_id": 1, "other": true]], into: "same_archive")
            let entries = ["cap", "same", "users"].map { #""\#($0)": {\#(Bench.policy)}"# }
            try bench.configure(
                (entries + [#""odd": {\#(Bench.policy), "filter": {"$foo": 1}}"#]).joined(separator: ", ")
            )
            try await expect(
                78,
                ["cap: ", "same: left 1 document behind: 1 conflict \(Self.hint)", "odd: the server does not accept "],
                in: bench
            )
            #expect(try await bench.database.count("users_archive") == 3)
            #expect(try await bench.database.count("same_archive") == 3)
        }
    }

    @Test("says in a line what check and verify have found")
    func findings() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            for command in ["check", "verify"] { try await expect(0, [], [command, "--quiet"], in: bench) }
            let moved = try Answer(try await bench.run(["migrate", "--all", "--json"]))
            let run = try #require(moved.document["run_id"] as? String)
            try await expect(0, [], ["verify", "--run", run, "--quiet"], in: bench)
            try await bench.database.run(["delete": "users_archive", "deletes": [["q": ["_id": 1], "limit": 1]]])
            try await expect(1, ["1 document gone since"], ["verify", "--run", run, "--quiet"], in: bench)
            try await expect(1, [""], ["verify", "--run", run, "--quiet", "--json"], in: bench)
            try await bench.database.insert([["_id": 2, "d": Bench.coldDate, "other": true]], into: "users")
            try await expect(1, ["1 document is in both tiers and should not be"], ["verify", "-q"], in: bench)
            try await expect(1, [], ["verify"], in: bench)
            try await bench.database.run(["create": "cap", "capped": true, "size": 10_000])
            try bench.configure(#""cap": {\#(Bench.policy)}, "users": {\#(Bench.policy)}"#)
            try await expect(1, ["1 error: migrate would be refused or fail for cap"], ["check", "-q"], in: bench)
        }
    }

    @Test("says a line where no server is there")
    func unreachable() async throws {
        try await Bench.with { bench in
            try bench.configure(hot: "mongodb://127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=50")
            try await expect(69, [""], in: bench)
        }
    }

    @Test("says a line where several things are wrong with the configuration, and one where none is enabled")
    func configuration() async throws {
        try await Bench.with { bench in
            try bench.configure(#""users": {\#(Bench.policy), "batch_size": 0, "enabled": 3}"#)
            try await expect(78, ["policies.json, line 5, "], in: bench)
            try bench.configure(#""users": {\#(Bench.policy), "enabled": false}"#)
            try await expect(0, ["no collection is enabled"], in: bench)
        }
    }

    @Test("says a line when it is stopped")
    func stopped() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 2000)
            try bench.configure()
            let process = try HotcoldProcess.start(
                Self.arguments + ["--max-rate", "50", "--confirm", "users"],
                in: bench.directory
            )
            while process.isRunning, try await bench.database.count("users_archive") == 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            process.send(signal: SIGTERM)
            let result = await process.wait()
            #expect(result.exitCode == 143, "\(result)")
            #expect(
                result.standardError
                    == "hotcold: stopped by a signal before the end; the next run goes on from there\n",
                "\(result)"
            )
        }
    }
}
