import Foundation
import Mongo
import TestSupport
import Testing

/// Seats are what recovery goes by: a batch whose seat can't be written is not moved.
@Suite(.enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(10)))
struct SeatFaultTests {
    private static let writes = ["update", "findAndModify"]

    static let failures: [BSONDocument] = [["closeConnection": true], ["errorCode": 112], ["errorCode": 91]]

    /// Runs a migration of 100 documents whose seats on a cluster fail after its first batch.
    private static func run(
        _ fixture: MoveFixture,
        _ fault: Fault,
        seatsOf collection: String,
        _ arguments: String...
    ) async throws -> (run: MoveRun, hits: Int) {
        let process = try fixture.start(["migrate", "--all", "--max-rate", "50", "--workers", "1"] + arguments)
        try await fixture.freezeAfterFirstBatch(process)
        let hits = try await fault.whileActive(on: "seats", in: fixture.state(of: collection)) { _ in
            process.send(signal: SIGCONT)
            await process.wait()
        }
        return (MoveRun(await process.wait()), hits)
    }

    @Test(arguments: ["items", "items_archive"], failures)
    func `a seat that can't be written now and then costs time only`(collection: String, failure: BSONDocument)
        async throws
    {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = try await fixture.insert(100)
            let fault = Fault(commands: Self.writes, times: 2, failure: failure)
            let (run, hits) = try await Self.run(fixture, fault, seatsOf: collection)
            #expect(hits >= 2)
            run.expect(0, "completed", ["migrated": 100, "deleted": 100, "verified": 100, "changed": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(arguments: ["items", "items_archive"])
    func `a seat that can't be written any more ends the run with 69 and the next one goes on`(collection: String)
        async throws
    {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = try await fixture.insert(100)
            let fault = Fault(commands: Self.writes, failure: Self.failures[0])
            let (run, hits) = try await Self.run(fixture, fault, seatsOf: collection, "--retry-for", "1s")
            #expect(hits > 0)
            run.expect(69, "failed", ["migrated": 50])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50, "conflicts": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }
}
