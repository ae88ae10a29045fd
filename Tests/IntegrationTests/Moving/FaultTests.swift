import Foundation
import Mongo
import TestSupport
import Testing

/// A server that fails costs time, never a document and never a right number.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct FaultTests {
    /// A fault, and the collection whose commands it hits.
    struct Case: CustomTestStringConvertible {
        let fault: Fault
        let collection: String

        var testDescription: String { "\(fault) on \(collection)" }

        init(_ command: String, _ collection: String, _ failure: BSONDocument, times: Int? = 2) {
            fault = Fault(commands: [command], times: times, failure: failure)
            self.collection = collection
        }
    }

    private static let lost: BSONDocument = ["closeConnection": true]

    private static func code(_ code: Int) -> BSONDocument { ["errorCode": .int(code)] }

    static let passing = [
        Case("insert", "items_archive", lost), Case("insert", "items_archive", code(112)),
        Case("find", "items", lost, times: 3), Case("find", "items", code(10107)), Case("find", "items", code(50)),
        Case("find", "items", code(112)), Case("delete", "items", code(50)),
        Case("find", "items_archive", lost),
        Case("find", "items_archive", code(112)), Case("delete", "items", lost), Case("delete", "items", code(112)),
        Case("delete", "items", code(91)), Case("getMore", "items", lost, times: 1),
        Case("getMore", "items", code(43), times: 1), Case("getMore", "items", code(11602), times: 1),
    ]

    @Test(arguments: Topology.allCases, passing)
    func `a server that fails now and then loses and doubles nothing`(topology: Topology, fault: Case) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            // The ids come 5,000 to a reply, so a few more make it two.
            let count = fault.fault.commands == ["getMore"] ? 5500 : 600
            let documents = try await fixture.insert(count)
            let tier = fixture.tier(of: fault.collection)
            let hits = try await fault.fault.whileActive(on: fault.collection, in: tier) { _ in
                try await fixture.run("migrate", "--all", "--batch-size", "200").expect(
                    0,
                    "completed",
                    ["migrated": count, "deleted": count, "verified": count, "changed": 0, "vanished": 0]
                )
            }
            #expect(hits >= fault.fault.times ?? 1)
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
            try await fixture.expectNoLease()
        }
    }

    static let lasting = [
        Case("insert", "items_archive", lost, times: nil), Case("find", "items", lost, times: nil),
        Case("delete", "items", code(91), times: nil),
        // A lock that somebody holds, as for a backup or a validate(): not the documents' fault.
        Case("delete", "items", locked, times: nil), Case("insert", "items_archive", full, times: nil),
    ]

    private static let locked: BSONDocument = ["errorCode": 24, "errorLabels": ["TransientTransactionError"]]

    /// No room on the disk.
    private static let full: BSONDocument = ["errorCode": 14_031, "errorLabels": []]

    @Test(arguments: Topology.allCases, lasting)
    func `a server that keeps failing ends the run with 69 and everything where it was`(topology: Topology, fault: Case)
        async throws
    {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(100)
            let tier = fixture.tier(of: fault.collection)
            try await fault.fault.whileActive(on: fault.collection, in: tier) { _ in
                for patience in ["0s", "1s"] {
                    let run = try await fixture.run("migrate", "--all", "--retry-for", patience)
                    run.expect(69, "failed", ["migrated": 0, "deleted": 0])
                    #expect(run.first["error"]?.document?["code"]?.integer == 69, "\(run.result)")
                    #expect(!run.result.standardError.isEmpty)
                }
            }
            try await fixture.expect(hot: documents)
            if topology == .twoClusters, fault.fault.commands == ["delete"] {
                // Copies that the hot cluster did not confirm wait for the next run; they are never other ones.
                let copies = try await fixture.cold.documents(in: "items_archive")
                #expect(Set(copies).isSubset(of: documents) && Set(copies).count == copies.count)
            } else {
                try await fixture.expect(cold: [])
            }
            #expect(try await fixture.journal().isEmpty)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a connection that breaks while the run starts is tried again`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let documents = try await fixture.insert(100)
            let collections =
                fixture.states.map { ("locks", $0) } + [("runs", fixture.state)]
                + (topology == .twoClusters ? fixture.states.map { ("seats", $0) } : [])
            for (collection, state) in collections {
                let fault = Fault(commands: ["insert", "update", "findAndModify"], times: 1, failure: Self.lost)
                let hits = try await fault.whileActive(on: collection, in: state) { _ in
                    try await fixture.run("migrate", "--all", "--limit", "20").expect(0, "stopped", ["migrated": 20])
                }
                #expect(hits == 1, "\(collection) at \(state.uri ?? "the first cluster")")
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100 - 20 * collections.count])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// Runs a migration of 100 documents whose updates of a state collection fail after its first batch.
    private static func run(
        _ fixture: MoveFixture,
        withoutUpdatesOf collection: String,
        in state: TestDatabase
    ) async throws -> MoveRun {
        try await fixture.insert(100)
        let process = try await fixture.haltedAfterBatch(of: 25, ["--retry-for", "1s"])
        let fault = Fault(commands: ["update"], failure: lost)
        let hits = try await fault.whileActive(on: collection, in: state) { _ in
            process.send(signal: SIGCONT)
            await process.wait()
        }
        #expect(hits > 0)
        #expect(try await fixture.cold.count("items_archive") == 100)
        return MoveRun(await process.wait())
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases, ["items", "items_archive"])
    func `what was moved is reported even if the lease can't be given back`(
        topology: Topology,
        collection: String
    ) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let run = try await Self.run(fixture, withoutUpdatesOf: "locks", in: fixture.state(of: collection))
            #expect(run["migrated"] == 100 && run["deleted"] == 100, "\(run.result)")
            // The process is dead, so nobody waits for the lease to expire.
            try await fixture.run("migrate", "--all").expect(0, "completed")
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases)
    func `what was moved is reported even if the history can't be written`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, line: .faults) { fixture in
            let run = try await Self.run(fixture, withoutUpdatesOf: "runs", in: fixture.state)
            run.expect(0, "completed", ["migrated": 100])
            #expect(!run.warnings.filter { $0.contains("history") }.isEmpty, "\(run.result)")
        }
    }
}
