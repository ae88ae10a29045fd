import Foundation
import Mongo
import TestSupport
import Testing

/// The commit is the one moment at which an answer that is lost leaves it open what happened.
@Suite(.enabled(if: TestServer.isAuthConfigured), .timeLimit(.minutes(30)))
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

    @Test(arguments: GuardedServer.each(faults))
    func `a commit whose answer is lost or bad is settled without loss`(server: GuardedServer, fault: Fault)
        async throws
    {
        try await server.using { fixture, uri in
            let documents = try await fixture.insert(600)
            let hits = try await fault.whileActive(on: nil, at: uri) { _ in
                try await fixture.run("migrate", "--all", "--batch-size", "100").expect(
                    0,
                    "completed",
                    ["migrated": 600, "deleted": 600, "verified": 600, "changed": 0, "vanished": 0]
                )
            }
            #expect(hits >= 3)
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    /// On two clusters a run commits before its first batch, too: these meet the batches.
    @Test(
        .enabled(if: HotcoldProcess.hasHaltingPoints),
        arguments: GuardedServer.each([faults[0], faults[4], faults[5], faults[7], faults[9]])
    )
    func `a commit in the middle of a run whose answer is lost or bad is settled without loss`(
        server: GuardedServer,
        fault: Fault
    ) async throws {
        try await server.using { fixture, uri in
            let documents = try await fixture.insert(100)
            let process = try await fixture.haltedAfterBatch(of: 50)
            let hits = try await fault.whileActive(on: nil, at: uri) { _ in
                process.send(signal: SIGCONT)
                await process.wait()
            }
            #expect(hits >= 3)
            MoveRun(await process.wait()).expect(
                0,
                "completed",
                ["migrated": 100, "deleted": 100, "verified": 100, "changed": 0, "vanished": 0]
            )
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    /// What a server does to every commit: the first never gets through; the second does, and is never confirmed.
    private static let unanswered: [Fault] = [
        ["closeConnection": true], ["writeConcernError": ["code": 64, "errmsg": "timeout"]],
    ].map { Fault(commands: ["commitTransaction"], failure: $0) }

    /// The hot seat tells a mover on two clusters what became of a commit that did get through: it may go on.
    private static func expectGivenUp(_ run: MoveRun, _ server: GuardedServer, _ fault: Fault) {
        if server == .hot, fault.failure["writeConcernError"] != nil, run.exitCode == 0 { return }
        run.expect(69, "failed")
        #expect(run.first["error"]?.document?["hint"]?.string != nil, "\(run.result)")
    }

    @Test(arguments: GuardedServer.each(unanswered))
    func `a commit that nobody answers ends the run with 69 and the next run settles it`(
        server: GuardedServer,
        fault: Fault
    ) async throws {
        try await server.using { fixture, uri in
            let documents = try await fixture.insert(100)
            try await fault.whileActive(on: nil, at: uri) { _ in
                Self.expectGivenUp(try await fixture.run("migrate", "--all", "--retry-for", "1s"), server, fault)
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["conflicts": 0, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: GuardedServer.each(unanswered, from: 1))
    func `a commit in the middle of a run that nobody answers is settled by the next run`(
        server: GuardedServer,
        fault: Fault
    ) async throws {
        try await server.using { fixture, uri in
            let documents = try await fixture.insert(100)
            let process = try await fixture.haltedAfterBatch(of: 50, ["--retry-for", "1s"])
            try await fault.whileActive(on: nil, at: uri) { _ in
                process.send(signal: SIGCONT)
                await process.wait()
            }
            let run = MoveRun(await process.wait())
            Self.expectGivenUp(run, server, fault)
            #expect((run["migrated"] ?? 0) >= 50, "what was committed is reported\n\(run.result)")
            try await fixture.run("migrate", "--all").expect(0, "completed", ["conflicts": 0, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(arguments: GuardedServer.allCases)
    func `a run that gives up leaves no transaction open for writers to wait for`(server: GuardedServer) async throws {
        try await server.using { fixture, uri in
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
