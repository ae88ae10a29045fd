import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// A run leaves the servers to others when it is asked to, says why, and goes on afterwards.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct PauseTests {
    @Test(arguments: Topology.allCases)
    func `nothing moves as long as there is a pause file`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(100)
            let file = fixture.directory.appendingPathComponent("pause")
            try Data().write(to: file)
            let process = try fixture.start("migrate", "--all", "--verbose", "--pause-file", "pause")
            try #require(await process.standardError.contains("paused: pause is there"))
            #expect(try await fixture.movedCount() == 0)
            try FileManager.default.removeItem(at: file)
            let run = MoveRun(await process.wait())
            run.expect(0, "completed", ["migrated": 100])
            #expect(run.rests.keys.sorted() == ["pause_file"])
            #expect(run.detail("pause_file") == "pause is there")
            try await fixture.expect(hot: [], cold: documents)
            let history = try await fixture.history(of: run.id)
            #expect((history["throttled_seconds"]?.document?["pause_file"]?.number ?? 0) > 0)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a run that pauses ends in time`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(100)
            try Data().write(to: fixture.directory.appendingPathComponent("pause"))
            let run = try await fixture.run("migrate", "--all", "--pause-file", "pause", "--max-duration", "2s")
            run.expect(0, "stopped", ["migrated": 0, "scanned": 0])
            #expect(run.first["stopped_by"]?.string == "max-duration")
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.expectNoLease()
        }
    }

    @Test(arguments: Topology.allCases)
    func `a signal ends a pause`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(100)
            try Data().write(to: fixture.directory.appendingPathComponent("pause"))
            let process = try fixture.start("migrate", "--all", "--verbose", "--pause-file", "pause")
            try #require(await process.standardError.contains("paused"))
            process.send(signal: SIGTERM)
            MoveRun(await process.wait()).expect(143, "interrupted", ["migrated": 0])
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.expectNoLease()
        }
    }

    @Test(arguments: Topology.allCases)
    func `without room on the disk that documents go to nothing moves`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(100)
            try fixture.edit {
                $0.replacing(#""max_cpu_percent": 0"#, with: #""min_free_disk_gb": 1000000"#)
            }
            // Time to come as far as the first look at the servers, on a busy machine too.
            let run = try await fixture.run("migrate", "--all", "--max-duration", "15s")
            run.expect(0, "stopped", ["migrated": 0])
            let server = topology == .oneCluster ? "the server" : "the cold server"
            let detail = try #require(run.detail("disk_space"))
            #expect(run.result.standardError.contains("nothing was moved, since it rested: \(detail)"))
            #expect(detail.hasPrefix("the disk of \(server) has ") && detail.hasSuffix("(limit 1,024,000,000 MB)"))
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    @Test(arguments: Topology.allCases)
    func `where there is nothing to move nothing is waited for`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.run(["create": "items"])
            try Data().write(to: fixture.directory.appendingPathComponent("pause"))
            try await fixture.run("migrate", "--all", "--pause-file", "pause").expect(0, "completed", ["migrated": 0])
        }
    }

    @Test(arguments: Topology.allCases)
    func `a nice run rests for most of its time and moves one batch at a time`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(4000)
            let run = try await fixture.run("migrate", "--all", "--nice", "10", "--batch-size", "500")
            run.expect(0, "completed", ["migrated": 4000, "batches": 8])
            let (rest, duration) = (run.rests["nice"] ?? 0, run.first["duration_seconds"]?.number ?? 0)
            // The last batch has no rest after it, and short rests are saved up.
            #expect(rest > 0.5 * duration)
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a restore minds others too`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(100)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try Data().write(to: fixture.directory.appendingPathComponent("pause"))
            let run = try await fixture.run(
                ["restore", "--collection", "items", "--query", "{}", "--pause-file", "pause", "--max-duration", "15s"]
            )
            run.expect(0, "stopped", ["restored": 0])
            #expect(run.rests.keys.sorted() == ["pause_file"])
        }
    }

    @Test(arguments: Topology.allCases)
    func `a run leaves a busy server to others who ask for something`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(4000)
            try fixture.edit { $0.replacing(#""max_cpu_percent": 0"#, with: #""max_cpu_percent": 1"#) }
            let run = try await fixture.besideApplication {
                try await fixture.run("migrate", "--all", "--batch-size", "100", "--max-rate", "1000")
            }
            run.expect(0, "completed", ["migrated": 4000])
            #expect((run.rests["other_clients"] ?? 0) > 0)
            let detail = try #require(run.detail("other_clients"))
            #expect(detail.contains("busy (limit 1 %), and others ask it for "))
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a pause that does not end ends the run, and is told of before`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(100)
            try Data().write(to: fixture.directory.appendingPathComponent("pause"))
            let heard = fixture.directory.appendingPathComponent("heard").path
            let program = #"["/bin/sh", "-c", "echo $HOTCOLD_EVENT $HOTCOLD_PAUSED_BY >> \#(heard)"]"#
            try fixture.edit { $0.replacing(#""throttle""#, with: #""on_event": {"pause": \#(program)}, "throttle""#) }
            let run = try await fixture.run("migrate", "--all", "--pause-file", "pause", "--max-pause", "6s")
            run.expect(75, "failed", ["migrated": 0])
            #expect(run.result.standardError.contains("it paused for longer than it may (--max-pause): pause is there"))
            #expect(try String(contentsOfFile: heard, encoding: .utf8) == "pause pause_file\n")
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.expectNoLease()
        }
    }
}

extension MoveFixture {
    /// Carries out a closure while somebody else asks the hot server for something again and again.
    func besideApplication<Success>(_ body: () async throws -> Success) async throws -> Success {
        let (uri, database) = (hot.uri, hot.name)
        let application = Task {
            let pool = try TestServer.pool(at: uri)
            while !Task.isCancelled {
                try await pool.main.withClient { client in
                    for _ in 0..<20 { try client.run(["find": "application"], on: database) }
                }
            }
        }
        defer { application.cancel() }
        return try await body()
    }
}

extension MoveRun {
    /// The reasons for which the run rested, with the seconds.
    var rests: [String: Double] {
        let members = try? first["throttled_seconds"]?.document?.elements()
        return Dictionary(uniqueKeysWithValues: (members ?? []).map { ($0.name, $0.value.number ?? 0) })
    }

    /// Why it rested, as it says it.
    func detail(_ reason: String) -> String? { first["throttled_by"]?.document?[reason]?.string }
}
