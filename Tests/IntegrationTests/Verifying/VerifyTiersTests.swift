import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// `verify` tells what both tiers have, why, and whether it should be so; it writes nothing.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct VerifyTiersTests {
    @Test(arguments: Topology.allCases)
    func `identical and different documents are told apart, byte for byte`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(MoveFixture.documents(3000), into: "items")
            let doubles = (5000..<5030).map { MoveFixture.document(.int($0)) }
            try await fixture.insertTwice(doubles)
            // The same value, size and names: only the bytes tell.
            try await fixture.insert([["_id": "a", "n": .int64(1)], ["_id": "b"]], into: "items")
            try await fixture.insert([["_id": "a", "n": .double(1)], ["_id": "c"]], into: "items_archive")
            let before = try await fixture.contents()
            let run = try await fixture.verify()
            run.expect(1, ["in_both": 31, "identical": 30, "different": 1, "problem_count": 31, "compared": 32])
            #expect(run.problems.count == 20)
            #expect(Set(run.ids("identical")).isSubset(of: Set(doubles.compactMap { $0["_id"] })))
            #expect(try await fixture.contents() == before, "it has written something")
        }
    }

    @Test func `an _id that the server takes for equal is the same one`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert([["_id": .int32(1)], ["_id": .int64(2)], ["_id": "A"]], into: "items")
            let archive: [BSONDocument] = [["_id": .double(1)], ["_id": .int64(2)], ["_id": "a"]]
            try await fixture.insert(archive, into: "items_archive")
            try await fixture.verify().expect(1, ["in_both": 2, "identical": 1, "different": 1])
        }
    }

    @Test(arguments: ["items", "items_archive"])
    func `a collation of one tier decides which ids are the same`(collection: String) async throws {
        try await MoveFixture.using { fixture in
            try await fixture.hot.run([
                "create": .string(collection), "collation": ["locale": "en", "strength": 2],
            ])
            let other = collection == "items" ? "items_archive" : "items"
            try await fixture.insert([["_id": "A"], ["_id": "B"], ["_id": "C"]], into: collection)
            try await fixture.insert([["_id": "a"], ["_id": "A"], ["_id": "B"]], into: other)
            let run = try await fixture.verify()
            run.expect(1, ["in_both": 3, "identical": 2, "different": 1])
            #expect(run.ids("different") == [collection == "items" ? "A" : "a"])
            #expect(run.first["warnings"]?.array?.count == 1)
        }
    }

    @Test(arguments: Topology.allCases)
    func `copies of copy-only runs are expected, and stale once hot has changed`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(100)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed")
            try await fixture.verify().expect(0, ["in_both": 100, "copies": 100, "problem_count": 0])
            try await fixture.change(3, MoveFixture.change)
            try await fixture.verify().expect(0, ["copies": 99, "stale_copies": 1, "problem_count": 0])
            try await fixture.verify("--fix").expect(0, ["copies": 99, "stale_copies": 1, "removed_from_hot": 0])
            #expect(try await fixture.hot.count("items") == 100)
            #expect(try await fixture.cold.count("items_archive") == 100)
            // Moved for good, and written anew: that is no copy any more.
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100])
            try await fixture.insert([MoveFixture.documents(4)[2]], into: "items")
            try await fixture.verify().expect(1, ["in_both": 1, "identical": 1])
        }
    }

    @Test func `where migrations delete nothing the archive may have everything`() async throws {
        let collections =
            #""items": {"policy": "time_based", "date_field": "d", "delete_after_migration": false}"#
        try await MoveFixture.using(collections: collections) { fixture in
            let documents = MoveFixture.documents(10)
            try await fixture.insertTwice(documents)
            try await fixture.insert([["_id": "d", "v": 1]], into: "items")
            try await fixture.insert([["_id": "d", "v": 2]], into: "items_archive")
            try await fixture.verify("--fix").expect(1, ["copies": 10, "different": 1, "removed_from_cold": 0])
            #expect(try await fixture.hot.count("items") == 11)
            #expect(try await fixture.hot.count("items_archive") == 11)
        }
    }

    @Test(arguments: Topology.allCases)
    func `missing and empty collections have nothing in both`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            // With neither the names are hardly those that are meant.
            for arguments in [["verify"], ["verify", "--fix"]] {
                let result = try await fixture.start(arguments).wait()
                #expect(result.exitCode == 1 && result.standardError.contains("neither"), "\(result)")
            }
            try await fixture.insert(3)
            try await fixture.verify().expect(0, ["in_both": 0])
            try await fixture.cold.run(["create": "items_archive"])
            try await fixture.verify().expect(0, ["in_both": 0])
            try await fixture.hot.drop("items")
            try await fixture.insert([["_id": 1]], into: "items_archive")
            try await fixture.verify().expect(0, ["in_both": 0])
        }
    }

    @Test func `a view can't be compared, which keeps no other collection from it`() async throws {
        let rest = #""policy": "time_based", "date_field": "d"}"#
        try await MoveFixture.using(collections: #""seen": {\#(rest), "items": {\#(rest)"#) { fixture in
            try await fixture.insertTwice(MoveFixture.documents(1))
            try await fixture.hot.run(["create": "seen", "viewOn": "items", "pipeline": []])
            let run = try await fixture.verify()
            run.expect(1)
            let collections = try #require(run.report["collections"]?.document)
            #expect(collections["seen"]?.document?["error"]?.document?["code"]?.integer == 1)
            #expect(collections["items"]?.document?["identical"]?.integer == 1)
            try await fixture.verify("--collection", "items").expect(1, ["identical": 1])
        }
    }

    @Test func `a collection that is not configured is refused`() async throws {
        try await MoveFixture.using { fixture in
            let run = try await fixture.verify("--collection", "itmes")
            run.expect(64)
            #expect(run.report["error"]?.document?["hint"]?.string?.contains("items") == true)
        }
    }

    /// Every document is in both tiers' answers at some moment, and none is a duplicate.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases, Command.allCases)
    func `documents that move meanwhile are no finding`(topology: Topology, command: Command) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = MoveFixture.documents(6000)
            try await fixture.insert(documents, into: command.source)
            let process = try await fixture.halted(command.arguments + ["--batch-size", "50"], at: "committed:3")
            repeat {
                let run = try await fixture.verify()
                run.expect(0, ["problem_count": 0])
                #expect(run["dead_runs"] == nil && run.first["dead_runs"]?.array?.isEmpty == true, "\(run.result)")
                process.send(signal: SIGCONT)
            } while try await fixture.movedCount() < documents.count
            MoveRun(await process.wait()).expect(0, "completed", [command.count: documents.count])
            try await fixture.expectEachOnce(documents)
        }
    }

    /// The ids were read in the one tier, and are found in the other when the servers answer again.
    @Test(arguments: Topology.allCases, Command.allCases)
    func `documents that move between two questions are no finding`(topology: Topology, command: Command) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = MoveFixture.documents(50)
            let others = (100..<200).map { MoveFixture.document(.int($0), at: MoveFixture.hot) }
            try await fixture.insert(documents, into: command.source)
            try await fixture.insert(others, into: command.target)
            let target = fixture.tier(of: command.target)
            let verification = try await fixture.verify(stoppedAtQuery: 2, of: command.target, in: target) {
                try await fixture.run(command.arguments).expect(0, "completed", [command.count: 50])
            }
            verification.expect(0, ["compared": 50, "in_both": 0, "problem_count": 0])
        }
    }

    @Test func `what is settled between the two looks is no finding`() async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            let documents = MoveFixture.documents(3)
            try await fixture.insertTwice(documents)
            // The journal is asked after the first look at the documents and before the second.
            let verification = try await fixture.verify(stoppedAtQuery: 1, of: "batches", in: fixture.state) {
                try await fixture.run("migrate", "--all").expect(0, "completed", ["already_in_target": 3])
            }
            verification.expect(0, ["compared": 3, "in_both": 0, "problem_count": 0])
        }
    }

    /// The ids are read from the one and looked up in the other; none are in both, or none are left, where it has gone.
    @Test(arguments: ["items", "items_archive"], [true, false])
    func `a collection that is renamed while it is compared is not called clean`(name: String, isReplaced: Bool)
        async throws
    {
        try await MoveFixture.using(line: .faults) { fixture in
            try await fixture.insertTwice(MoveFixture.documents(3))
            try await fixture.insert((100..<110).map { MoveFixture.document(.int($0)) }, into: "items_archive")
            let run = try await fixture.verify(stoppedAtQuery: 2, of: name, in: fixture.hot) {
                try await fixture.hot.rename(name, to: "renamed")
                if isReplaced { try await fixture.hot.run(["create": .string(name)]) }
            }
            run.expect(1)
            let error = try #require(run.first["error"]?.document, "\(run.result)")
            #expect(error["hint"]?.string?.contains("give it its name back") == true, "\(run.result)")
        }
    }

    @Test(arguments: [["errorCode": 11_600], ["closeConnection": true]] as [BSONDocument])
    func `a lost cursor is opened again where it was`(failure: BSONDocument) async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            // The next page begins with ids of another type.
            let documents: [BSONDocument] = (0..<2500).map { ["_id": $0 < 1000 ? .int($0) : .string("\($0)")] }
            try await fixture.insertTwice(documents)
            let fault = Fault(commands: ["getMore"], times: 1, failure: failure)
            let hits = try await fault.whileActive(on: "items", in: fixture.hot) { _ in
                try await fixture.verify().expect(1, ["compared": 2500, "identical": 2500])
            }
            #expect(hits > 0)
        }
    }

    @Test func `ids of any size are looked up`() async throws {
        try await MoveFixture.using { fixture in
            let large = (0..<20).map { number -> BSONDocument in
                ["_id": .string("\(number)" + String(repeating: "x", count: 1 << 20)), "n": .int(number)]
            }
            for document in large { try await fixture.insertTwice([document]) }
            try await fixture.verify().expect(1, ["in_both": 20, "identical": 20])
        }
    }
}
