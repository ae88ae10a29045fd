import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// `verify --fix` settles by runs of the engine, loses nothing and brings nothing back.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct VerifyFixTests {
    private static func hot(_ id: BSONValue) -> BSONDocument { MoveFixture.document(id, at: MoveFixture.hot) }

    @Test(arguments: Topology.allCases)
    func `the policy decides which of two identical documents goes`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let cold = MoveFixture.documents(30)
            let hot = (100..<120).map { Self.hot(.int($0)) }
            try await fixture.insertTwice(cold + hot)
            let different: [BSONDocument] = [["_id": "d", "v": 1], ["_id": "d", "v": 2]]
            try await fixture.insert([different[0]], into: "items")
            try await fixture.insert([different[1]], into: "items_archive")
            let run = try await fixture.verify("--fix")
            run.expect(
                1,
                ["identical": 50, "different": 1, "removed_from_hot": 30, "removed_from_cold": 20, "problem_count": 1]
            )
            try await fixture.expect(hot: hot + [different[0]], cold: cold + [different[1]])
            try await fixture.verify().expect(1, ["in_both": 1, "different": 1])
            try await fixture.expectNoLease()

            // As any other move it is in the history and the journal.
            let names = run.first["fixed"]?.document?["run_ids"]?.array?.compactMap(\.string) ?? []
            try #require(names.count == 2)
            #expect(try await fixture.history(of: names[0])["migrated"]?.integer == 30)
            #expect(try await fixture.history(of: names[1])["restored"]?.integer == 20)
            try await fixture.verify("--run", names[0]).expect(0, ["intact": 30])
        }
    }

    @Test func `what is held or filtered stays hot`() async throws {
        let collections = #""items": {"policy": "time_based", "date_field": "d", "filter": {"v": 0}}"#
        try await MoveFixture.using(collections: collections) { fixture in
            let documents = MoveFixture.documents(3)
            try await fixture.insert(documents, into: "items_archive")
            try await fixture.run("restore", "--collection", "items", "--id", "1").expect(0, "completed")
            let other = MoveFixture.document(9, version: 1)
            try await fixture.insert([documents[1]], into: "items_archive")
            try await fixture.insertTwice([other])
            try await fixture.verify("--fix").expect(0, ["identical": 2, "removed_from_cold": 2])
            try await fixture.expect(hot: [documents[1], other], cold: [documents[0], documents[2]])
            try await fixture.verify().expect(0, ["in_both": 0])
            #expect(try await fixture.held().count == 1, "a fix holds nothing")
        }
    }

    /// Copied by other means, by a run whose record is lost, or archived under another name: nobody knows.
    @Test(arguments: Topology.allCases)
    func `what no run has moved may be there on purpose and is left`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = MoveFixture.documents(3) + [Self.hot("h")]
            try await fixture.insertTwice(documents, areRecorded: false)
            let run = try await fixture.verify("--fix")
            run.expect(1, ["identical": 4, "removed_from_hot": 0, "removed_from_cold": 0, "problem_count": 4])
            try await fixture.expect(hot: documents, cold: documents)
            // Its way back is on record: then the archived one is too many.
            try await fixture.run("restore", "--collection", "items", "--id", "h").expect(0, "completed")
            try await fixture.insert([Self.hot("h")], into: "items_archive")
            try await fixture.verify("--fix").expect(1, ["identical": 4, "removed_from_cold": 1, "problem_count": 3])
            try await fixture.expect(hot: documents, cold: Array(documents[..<3]))
        }
    }

    /// The archive's document is all that the other collection has.
    @Test func `what another collection has archived there is left`() async throws {
        try await MoveFixture.using { fixture in
            let documents = [Self.hot(1), Self.hot(2)]
            try await fixture.insertTwice(documents)
            try await fixture.record([documents[0]], from: Namespace(database: "elsewhere", collection: "items"))
            try await fixture.verify("--fix").expect(1, ["identical": 2, "removed_from_cold": 1, "problem_count": 1])
            try await fixture.expect(hot: documents, cold: [documents[0]])
        }
    }

    /// Between the look and the fix an operator has had a copy made.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases, Command.allCases)
    func `what was copied before the fix is left`(topology: Topology, command: Command) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let other = MoveFixture.document("other")
            try await fixture.insert([other], into: "items")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 1])
            let documents = command == .migrate ? MoveFixture.documents(3) : (0..<3).map { Self.hot(.int($0)) }
            try await fixture.insertTwice(documents)
            let process = try await fixture.halted(["verify", "--fix"], at: "leased:1")
            try await fixture.record([documents[0]], from: fixture.hot.namespace("items"), isCopy: true)
            process.send(signal: SIGCONT)
            VerifyRun(await process.wait()).expect(0, ["identical": 3, "problem_count": 0])
            let isMigration = command == .migrate
            try await fixture.expect(
                hot: isMigration ? [documents[0]] : documents,
                cold: (isMigration ? documents : [documents[0]]) + [other]
            )
            try await fixture.verify().expect(0, ["in_both": 1, "copies": 1])
        }
    }

    @Test(arguments: ["items", "items_archive"])
    func `where an index deletes what would stay nothing is settled`(collection: String) async throws {
        try await MoveFixture.using { fixture in
            let documents = (0..<3).map { Self.hot(.int($0)) }
            try await fixture.insertTwice(documents)
            try await fixture.hot.createIndex(
                on: collection,
                ["d": 1],
                options: [("expireAfterSeconds", .int(10 * 86_400))]
            )
            let run = try await fixture.verify("--fix")
            run.expect(1, ["identical": 3, "removed_from_hot": 0, "removed_from_cold": 0, "problem_count": 3])
            let error = try #require(run.first["error"]?.document, "\(run.result)")
            #expect(error["message"]?.string?.contains("TTL") == true, "\(run.result)")
            #expect(error["hint"]?.string?.contains("--allow-ttl; verify --fix has no such option") == true, "\(error)")
            try await fixture.expect(hot: documents, cold: documents)
        }
    }

    @Test func `what a migration has to ask about is not settled, and the migration is named`() async throws {
        try await MoveFixture.using { fixture in
            let documents = MoveFixture.documents(3)
            try await fixture.insertTwice(documents)
            let now = try await fixture.hot.run(["hello": 1])["localTime"] ?? .null
            let earlier: BSONDocument = [
                "run_id": "an earlier run", "command": "migrate", "status": "completed", "started_at": now,
                "source": .string(fixture.hot.namespace("items").description),
                "target": .string(fixture.hot.namespace("elsewhere").description),
            ]
            try await fixture.state.insert([earlier], into: "runs")
            let run = try await fixture.verify("--fix")
            run.expect(1, ["identical": 3, "removed_from_hot": 0, "removed_from_cold": 0])
            let hint = run.first["error"]?.document?["hint"]?.string ?? ""
            #expect(hint.contains("--confirm items; verify --fix has no such option"), "\(run.result)")
            #expect(hint.contains("hotcold migrate --collection items does"), "\(run.result)")
            try await fixture.expect(hot: documents, cold: documents)
            try await fixture.run("migrate", "--collection", "items", "--confirm", "items").expect(0, "completed")
            try await fixture.verify("--fix").expect(0, ["in_both": 0])
        }
    }

    /// Between the look and the fix: one is deleted, one changed, in each of the tiers where the policy would look.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases)
    func `what the application writes before the fix is respected`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = (0..<4).map { Self.hot(.int($0)) }
            try await fixture.insertTwice(documents)
            // The leases are taken after everything was looked at and planned.
            let process = try await fixture.halted(["verify", "--fix"], at: "leased:1")
            try await fixture.delete(0)
            try await fixture.change(1, MoveFixture.change)
            process.send(signal: SIGCONT)
            VerifyRun(await process.wait()).expect(1, ["identical": 4, "removed_from_cold": 2, "problem_count": 1])
            try await fixture.expect(
                hot: [MoveFixture.changed(documents[1])] + documents[2...],
                cold: Array(documents[..<2])
            )
            try await fixture.verify().expect(1, ["in_both": 1, "different": 1])
        }
    }

    @Test(arguments: Topology.allCases)
    func `it is refused while another run has the leases, and names it`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = MoveFixture.documents(5)
            try await fixture.insertTwice(documents)
            let elsewhere = HostIdentity(host: "far.example", machineID: "1", bootID: "2", pid: 1)
            try await fixture.putLease(of: "items", elsewhere, for: 60)
            let run = try await fixture.verify("--fix")
            run.expect(75, ["identical": 5, "removed_from_hot": 0, "problem_count": 5])
            #expect(run.result.standardError.contains("far.example"), "\(run.result)")
            #expect(run.first["held_by"]?.document?["host"]?.string == "far.example")
            try await fixture.expect(hot: documents, cold: documents)
        }
    }

    @Test(.enabled(if: TestServer.isSecondConfigured), arguments: Command.allCases)
    func `what a run has in hand is its own while it lives and is settled when it is dead`(command: Command)
        async throws
    {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = MoveFixture.documents(120)
            let count = MoveFixture.haltedBatch
            try await fixture.insert(documents, into: command.source)
            try await fixture.halting(command.arguments, at: "delete", on: command.source) { process in
                let alive = try await fixture.verify()
                alive.expect(0, ["in_both": count, "in_progress": count, "problem_count": 0])
                #expect(alive.first["held_by"]?.document?["pid"]?.integer == Int64(process.processID))
                #expect(alive.first["dead_runs"]?.array?.isEmpty == true)

                process.send(signal: SIGKILL)
                await process.wait()
                let dead = try await fixture.verify()
                dead.expect(1, ["in_both": count, "leftovers": count, "problem_count": count])
                #expect(dead.first["dead_runs"]?.array?.count == 1)

                try await fixture.verify("--fix").expect(0, ["recovered": count, "in_both": 0, "problem_count": 0])
                try await fixture.expectEachOnce(documents)
                try await fixture.expectNoSeat()
                try await fixture.verify().expect(0, ["in_both": 0])
            }
        }
    }

    /// Its copies are the only thing that a deleted document has left, and they must not stay.
    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `a killed run's copies of what was deleted since are a finding`() async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            try await fixture.insert(50)
            try await fixture.killing(.migrate) { copied in
                try #require(copied.count == 50)
                for document in copied { try await fixture.delete(document["_id"] ?? .null) }
                try await fixture.verify().expect(1, ["in_both": 0, "problem_count": 0])
                try await fixture.verify("--fix").expect(0, ["recovered": 50])
                #expect(try await fixture.cold.count("items_archive") == 0)
            }
        }
    }

    @Test(.enabled(if: TestServer.isStandaloneConfigured), arguments: StandaloneTiers.allCases)
    func `what a killed run without transactions has left is found and settled`(tiers: StandaloneTiers) async throws {
        try await tiers.using(line: .faults) { fixture in
            let documents = try await fixture.insert(50)
            try await fixture.killing(.beforeDelete(.migrate), of: ["migrate", "--all"])
            try await fixture.verify().expect(1, ["in_both": 50, "leftovers": 50])
            try await fixture.verify("--fix").expect(0, ["recovered": 50, "in_both": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.insertTwice([Self.hot("h")])
            try await fixture.verify("--fix").expect(0, ["removed_from_cold": 1])
            try await fixture.expect(hot: [Self.hot("h")], cold: documents)
        }
    }

    /// Somebody has put another archive in the place of the one that runs had moved to.
    @Test func `records of another archive of the name prove nothing`() async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(10)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            try await fixture.run("restore", "--collection", "items", "--query", "{}", "--hold-days", "0")
                .expect(0, "completed")
            try await fixture.cold.rename("items_archive", to: "items_archive_2025")
            try await fixture.cold.insert(documents, into: "items_archive")
            let fix = try await fixture.verify("--fix")
            #expect(fix.result.exitCode == 1, "\(fix)")
            try await fixture.expect(hot: documents, cold: documents)
        }
    }
}
