import Foundation
import Mongo
import TestSupport
import Testing

/// Seats are what recovery goes by: a batch whose seat can't be written is not moved.
@Suite(.enabled(if: TestServer.isSecondConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct SeatFaultTests {
    private static let writes = ["update", "findAndModify"]

    static let failures: [BSONDocument] = [["closeConnection": true], ["errorCode": 112], ["errorCode": 91]]

    /// Runs a migration of 100 documents whose seats on a cluster fail after its first batch.
    private static func run(
        _ fixture: MoveFixture,
        _ fault: Fault,
        seatsOf collection: String,
        _ arguments: [String] = []
    ) async throws -> (run: MoveRun, hits: Int) {
        let process = try await fixture.haltedAfterBatch(of: 50, arguments)
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
            let (run, hits) = try await Self.run(fixture, fault, seatsOf: collection, ["--retry-for", "1s"])
            #expect(hits > 0)
            run.expect(69, "failed", ["migrated": 50])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50, "conflicts": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    /// Its seats stay, with copies that nobody has decided about, when the same command goes on with the next one.
    @Test func `a collection whose seats can't be settled leaves the next one alone`() async throws {
        let others = MoveFixture.items.replacingOccurrences(of: "items", with: "others")
        try await MoveFixture.using(
            on: .twoClusters,
            collections: "\(MoveFixture.items), \(others)",
            line: .faults
        ) { fixture in
            let documents = try await fixture.insert(100)
            let younger = (1000..<1010).map { MoveFixture.documents(from: $0) }
            try await fixture.hot.insert(younger, into: "others")
            // Of the same ids, as it happens.
            let archived = documents.map(MoveFixture.changed)
            try await fixture.cold.insert(archived, into: "others_archive")
            let fault = Fault(commands: Self.writes, failure: ["errorCode": 8000])
            let hits = try await fault.whileActive(on: "seats", in: fixture.state) { _ in
                let run = try await HotcoldProcess.run(["migrate", "--all", "--json"], in: fixture.directory)
                #expect(run.exitCode != 0, "\(run)")
            }
            #expect(hits > 2)
            #expect(try await fixture.state.count("seats", matching: ["ns": .string("\(fixture.hot.name).items")]) > 0)
            let untouched = try await fixture.cold.documents(in: "others_archive", sort: ["_id": 1])
            #expect(untouched.prefix(100) == archived[...])
            let next = try await HotcoldProcess.run(["migrate", "--all", "--json"], in: fixture.directory)
            #expect(next.exitCode == 0, "\(next)")
            try await fixture.expect(hot: [], cold: documents)
            #expect(try await fixture.cold.documents(in: "others_archive", sort: ["_id": 1]) == archived + younger)
            try await fixture.expectNoSeat()
        }
    }
}
