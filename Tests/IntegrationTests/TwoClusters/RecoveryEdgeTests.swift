import Foundation
import Mongo
import TestSupport
import Testing

/// What a dead run left between two clusters is settled, or stands in the way, whatever was done in the meantime.
@Suite(.enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(30)))
struct RecoveryEdgeTests {
    /// A lock that says 75 invites to that.
    @Test func `copies of a dead run are taken back though an operator has dropped the locks`() async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = try await fixture.insert(MoveFixture.haltedBatch)
            try await fixture.killing(.migrate) { copied in
                try #require(copied.count == documents.count, "the run died at another moment")
                for state in fixture.states { try await state.drop("locks") }
                let run = try await fixture.run("migrate", "--all")
                run.expect(
                    0,
                    "completed",
                    ["migrated": documents.count, "already_in_target": 0, "recovered": documents.count]
                )
                try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 0, "recovered": 0])
                try await fixture.expect(hot: [], cold: documents)
            }
        }
    }

    @Test func `an archive with copies in hand is no hot collection of another configuration`() async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = try await fixture.insert(MoveFixture.haltedBatch)
            let (hotURI, coldURI) = try fixture.uris
            try await fixture.killing(.migrate) { copied in
                try #require(copied.count == documents.count, "the run died at another moment")
                try fixture.configureArchiveAsHot(
                    collections: #"{"items_archive": {"policy": "time_based", "date_field": "d"}}"#
                )
                let refused = try await HotcoldProcess.run(["migrate", "--all"], in: fixture.directory)
                #expect(refused.exitCode == 1, "\(refused)")
                #expect(refused.standardError.contains("on another cluster is at work on"), "\(refused)")
                try await fixture.expect(hot: documents, cold: copied)

                try fixture.configure(hot: hotURI, cold: coldURI)
                let run = try await fixture.run("migrate", "--all")
                run.expect(0, "completed", ["migrated": documents.count, "recovered": documents.count])
                try await fixture.expect(hot: [], cold: documents)
            }
        }
    }

    @Test func `an archive on another cluster is none that a copy-only run has filled`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = try await fixture.insert(10)
            let others = documents.map(MoveFixture.changed)
            try await fixture.cold.insert(others, into: "items_archive")
            let (hotURI, coldURI) = try fixture.uris
            try fixture.configure(hot: hotURI, cold: hotURI)
            let copied = try await HotcoldProcess.run(["migrate", "--all", "--no-delete"], in: fixture.directory)
            #expect(copied.exitCode == 0, "\(copied)")
            let name = fixture.cold.name
            try await fixture.hot.withClient { client, _ in _ = try client.run(["dropDatabase": 1], on: name) }

            try fixture.configure(hot: hotURI, cold: coldURI)
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0, "conflicts": 10])
            try await fixture.expect(hot: documents, cold: others)
        }
    }

    @Test func `what the archive does not take back is laid aside byte for byte`() async throws {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            try await fixture.cold.createIndex(on: "items_archive", ["key": 1], options: [("unique", true)])
            let replaced: BSONDocument = ["_id": 1, "key": "a", "at": .timestamp(seconds: 0, increment: 0), "v": "old"]
            let thief: BSONDocument = ["_id": 2, "key": "a"]
            let document: BSONDocument = ["_id": 1, "key": "b", "d": .date(milliseconds: MoveFixture.cold)]
            try await fixture.put([replaced], into: "items_archive")
            try await fixture.hot.insert([document], into: "items")
            try await fixture.killing(.migrate, "--on-conflict", "replace") { copied in
                try #require(copied == [document], "the run died at another moment")
                try await fixture.cold.insert([thief], into: "items_archive")
                let run = try await fixture.run("migrate", "--all")
                run.expect(1, "partial", ["migrated": 1, "recovered": 1])
                #expect(run.problems.map { $0["id"] } == [1], "\(run.result)")
                #expect(run.problems.first?["reason"]?.string?.contains("quarantine") == true, "\(run.result)")
                try await fixture.expect(hot: [], cold: [document, thief])
                #expect(try await fixture.quarantined() == [replaced])
            }
        }
    }

    @Test(arguments: Topology.allCases)
    func `copies of an attempt that failed are on record as copies`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(10)
            let fault = Fault(commands: ["insert"], times: 1, failure: ["closeConnection": true])
            let hits = try await fault.whileActive(on: "batches", in: fixture.state) { _ in
                try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed", ["migrated": 10])
            }
            #expect(hits == 1)
            for document in documents { try await fixture.change(document["_id"] ?? .null, MoveFixture.change) }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10, "conflicts": 0])
            try await fixture.expect(hot: [], cold: documents.map(MoveFixture.changed))
        }
    }
}
