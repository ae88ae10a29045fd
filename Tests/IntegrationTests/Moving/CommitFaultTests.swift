import Mongo
import TestSupport
import Testing

/// The commit is the one moment at which an answer that is lost leaves it open what happened.
///
/// A commit names no collection, so that the fail point would meet all programs: these tests have the server with
/// access control to themselves.
@Suite(.enabled(if: TestServer.isAuthConfigured), .timeLimit(.minutes(10)))
struct CommitFaultTests {
    static let faults: [Fault] = [
        ["closeConnection": true], ["errorCode": 10107], ["errorCode": 91], ["errorCode": 11602],
        ["errorCode": 50, "errorLabels": ["UnknownTransactionCommitResult"]],
        ["errorCode": 112, "errorLabels": ["TransientTransactionError"]],
        ["errorCode": 251, "errorLabels": ["TransientTransactionError"]],
        ["writeConcernError": ["code": 64, "errmsg": "waiting for replication timed out"]],
        ["writeConcernError": ["code": 91, "errmsg": "shutting down"]],
        // The driver does not label these two as unknown.
        ["writeConcernError": ["code": 79, "errmsg": "unknown write concern"]],
        ["writeConcernError": ["code": 100, "errmsg": "can't be satisfied"]],
    ].map { Fault(commands: ["commitTransaction"], times: 3, failure: $0) }

    @Test(arguments: faults)
    func `a commit whose answer is lost or bad is settled without loss`(fault: Fault) async throws {
        let uri = try TestServer.authURI
        try await MoveFixture.using(at: uri, line: .faults) { fixture in
            let documents = try await fixture.insert(600)
            let hits = try await fault.whileActive(on: nil, at: uri) { _ in
                try await fixture.run("migrate", "--all", "--batch-size", "100").expect(
                    0,
                    "completed",
                    ["migrated": 600, "deleted": 600, "verified": 600, "changed": 0, "vanished": 0]
                )
            }
            #expect(hits == 3)
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(arguments: ["closeConnection", "writeConcernError"])
    func `a commit that nobody answers ends the run with 69 and the next run settles it`(kind: String) async throws {
        let uri = try TestServer.authURI
        // The first never gets through; the second does, and is never confirmed.
        let failure: BSONDocument =
            kind == "closeConnection"
            ? ["closeConnection": true] : ["writeConcernError": ["code": 64, "errmsg": "timeout"]]
        try await MoveFixture.using(at: uri, line: .faults) { fixture in
            let documents = try await fixture.insert(100)
            try await Fault(commands: ["commitTransaction"], failure: failure).whileActive(on: nil, at: uri) { _ in
                let run = try await fixture.run("migrate", "--all", "--retry-for", "1s")
                run.expect(69, "failed")
                #expect(run.first["error"]?.document?["hint"]?.string != nil, "\(run.result)")
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["conflicts": 0, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test func `a run that gives up leaves no transaction open for writers to wait for`() async throws {
        let uri = try TestServer.authURI
        try await MoveFixture.using(at: uri, line: .faults) { fixture in
            try await fixture.insert(100)
            let fault = Fault(commands: ["commitTransaction"], failure: ["closeConnection": true])
            try await fault.whileActive(on: nil, at: uri) { _ in
                try await fixture.run("migrate", "--all", "--retry-for", "1s").expect(69, "failed")
            }
            let start = ContinuousClock.now
            try await fixture.change(50, [["$set": ["v": "changed"]]])
            // The server itself would end the transaction after 60 s.
            #expect(ContinuousClock.now - start < .seconds(15))
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100, "changed": 0])
        }
    }
}
