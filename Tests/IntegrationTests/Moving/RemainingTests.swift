import Foundation
import Mongo
import TestSupport
import Testing

@Suite("What remains after a run", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RemainingTests {
    @Test("is counted, with and without an index", arguments: Topology.allCases, [true, false])
    func counted(topology: Topology, isIndexed: Bool) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            if isIndexed { try await fixture.hot.createIndex(on: "items", ["d": 1]) }
            let documents = try await fixture.insert(40)
            let dry = try await fixture.run("migrate", "--all", "--limit", "10", "--dry-run")
            dry.expect(0, "completed", ["eligible": 40, "would_move": 10])
            #expect(dry["remaining"] == nil)
            let first = try await fixture.run("migrate", "--all", "--limit", "10", "--batch-size", "10")
            first.expect(0, "stopped", ["eligible": 40, "migrated": 10, "remaining": 30])
            // One is there with other content.
            let moved = Set(try await fixture.cold.documents(in: "items_archive").map { $0["_id"] })
            let conflict = try #require(documents.first { !moved.contains($0["_id"]) }?["_id"])
            try await fixture.cold.insert([["_id": conflict, "v": "other"]], into: "items_archive")
            let second = try await fixture.run("migrate", "--all")
            second.expect(1, "partial", ["eligible": 30, "migrated": 29, "conflicts": 1, "remaining": 1])
            let third = try await fixture.run("restore", "--collection", "items", "--query", #"{"v": 0}"#)
            third.expect(0, "completed", ["eligible": 39, "restored": 39, "remaining": 0])
            // They are held now.
            try await fixture.run("migrate", "--all").expect(1, "partial", ["eligible": 1, "remaining": 1])
        }
    }

    @Test("is everything where originals stay")
    func copied() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed", ["remaining": 10])
        }
    }

    @Test("has every collection that was asked for, also those whose turn did not come", arguments: [true, false])
    func notBegun(isDryRun: Bool) async throws {
        try await Bench.with { bench in
            let names = ["a", "b", "c", "e"]
            for name in names { try await bench.fill(name, 4) }
            try bench.configure(names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ","))
            let limited = ["migrate", "--all", "--limit", "6"] + (isDryRun ? ["--dry-run"] : [])
            let told = try await bench.run(limited)
            #expect(told.standardOutput.contains("\nNot begun: 2 collections\n  c, e\n"), "\(told)")
            if isDryRun {
                #expect(told.standardOutput.contains("\nb: 2 of 4 documents would move"), "\(told)")
            } else {
                #expect(told.standardOutput.contains("  remaining   2 documents still to be moved\n"), "\(told)")
            }
        }
    }

    @Test("is in the report of a run that a signal has ended")
    func signalled() async throws {
        try await Bench.with { bench in
            let names = ["a", "b", "c"]
            for name in names { try await bench.fill(name, 40) }
            try bench.configure(names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ","))
            let run = try HotcoldProcess.start(
                ["migrate", "--all", "--json", "--batch-size", "1", "--max-rate", "1", "--workers", "1"],
                in: bench.directory
            )
            while run.isRunning, try await bench.database.count("a_archive") == 0 { await Task.yield() }
            run.send(signal: SIGINT)
            let result = await run.wait()
            #expect(result.exitCode == 130, "\(result)")
            let answer = try Answer(result)
            let a = try answer.collection("a")
            let moved = try #require(a["migrated"] as? Int)
            #expect(moved > 0 && a["remaining"] as? Int == 40 - moved, "\(result)")
            #expect(a["status"] as? String == "interrupted")
            for name in ["b", "c"] {
                #expect(try answer.collection(name)["status"] as? String == "not_begun", "\(result)")
            }
        }
    }
}
