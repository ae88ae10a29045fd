import Foundation
import Mongo
import TestSupport
import Testing

/// A server that fails costs time, never a document and never a right number.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(10)))
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
        Case("find", "items", lost, times: 3), Case("find", "items", code(10107)), Case("find", "items_archive", lost),
        Case("find", "items_archive", code(112)), Case("delete", "items", lost), Case("delete", "items", code(112)),
        Case("delete", "items", code(91)), Case("getMore", "items", lost, times: 1),
        Case("getMore", "items", code(43), times: 1), Case("getMore", "items", code(11602), times: 1),
    ]

    @Test(arguments: passing)
    func `a server that fails now and then loses and doubles nothing`(fault: Case) async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            // The ids come 5,000 to a reply, so a few more make it two.
            let count = fault.fault.commands == ["getMore"] ? 5500 : 600
            let documents = try await fixture.insert(count)
            let namespace = fixture.database.namespace(fault.collection)
            let hits = try await fault.fault.whileActive(on: namespace) { _ in
                try await fixture.run("migrate", "--all", "--batch-size", "200").expect(
                    0,
                    "completed",
                    ["migrated": count, "deleted": count, "verified": count, "changed": 0, "vanished": 0]
                )
            }
            #expect(hits == fault.fault.times)
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
            try await fixture.expectNoLease()
        }
    }

    static let lasting = [
        Case("insert", "items_archive", lost, times: nil), Case("find", "items", lost, times: nil),
        Case("delete", "items", code(91), times: nil),
    ]

    @Test(arguments: lasting)
    func `a server that keeps failing ends the run with 69 and everything where it was`(fault: Case) async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            let documents = try await fixture.insert(100)
            try await fault.fault.whileActive(on: fixture.database.namespace(fault.collection)) { _ in
                for patience in ["0s", "1s"] {
                    let run = try await fixture.run("migrate", "--all", "--retry-for", patience)
                    run.expect(69, "failed", ["migrated": 0, "deleted": 0])
                    #expect(run.first["error"]?.document?["code"]?.integer == 69, "\(run.result)")
                    #expect(!run.result.standardError.isEmpty)
                }
            }
            try await fixture.expect(hot: documents, cold: [])
            #expect(try await fixture.journal().isEmpty)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `a connection that breaks while the run starts is tried again`() async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            let documents = try await fixture.insert(100)
            for collection in ["locks", "runs"] {
                let fault = Fault(commands: ["insert", "update", "findAndModify"], times: 1, failure: Self.lost)
                try await fault.whileActive(on: fixture.state.namespace(collection)) { _ in
                    try await fixture.run("migrate", "--all", "--limit", "50").expect(0, "stopped", ["migrated": 50])
                }
            }
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// Runs a migration of 100 documents whose updates of a state collection fail after its first batch.
    private static func run(_ fixture: MoveFixture, withoutUpdatesOf collection: String) async throws -> MoveRun {
        try await fixture.insert(100)
        let process = try fixture.start("migrate", "--all", "--retry-for", "1s", "--max-rate", "25")
        try await fixture.wait(for: "the first batch") { try await fixture.movedCount() > 0 }
        process.send(signal: SIGSTOP)
        let fault = Fault(commands: ["update"], failure: lost)
        let hits = try await fault.whileActive(on: fixture.state.namespace(collection)) { _ in
            process.send(signal: SIGCONT)
            await process.wait()
        }
        #expect(hits > 0)
        #expect(try await fixture.database.count("items_archive") == 100)
        return MoveRun(await process.wait())
    }

    @Test func `what was moved is reported even if the lease can't be given back`() async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            let run = try await Self.run(fixture, withoutUpdatesOf: "locks")
            #expect(run["migrated"] == 100 && run["deleted"] == 100, "\(run.result)")
            // The process is dead, so nobody waits for the lease to expire.
            try await fixture.run("migrate", "--all").expect(0, "completed")
        }
    }

    @Test func `what was moved is reported even if the history can't be written`() async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            let run = try await Self.run(fixture, withoutUpdatesOf: "runs")
            run.expect(0, "completed", ["migrated": 100])
            #expect(!run.warnings.filter { $0.contains("history") }.isEmpty, "\(run.result)")
        }
    }
}
