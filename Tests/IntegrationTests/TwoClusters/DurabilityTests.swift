import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// What a server has acknowledged it still has after it was killed, also where a majority acknowledges what is not on
/// disk.
@Suite(.serialized, .enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct DurabilityTests {
    /// A replica set that acknowledges before its journal is written, and writes it as seldom as can be.
    private static func usingForgetful(_ body: (OwnSandbox) async throws -> Void) async throws {
        let interval = ["--mongod", "--journalCommitInterval", "--mongod", "500"]
        try await OwnSandbox.using(interval) { sandbox in
            let reply = try await sandbox.run(["replSetGetConfig": 1])
            try await sandbox.run(.reconfiguration(of: reply, isMajorityJournaled: false))
            try await body(sandbox)
        }
    }

    /// Kills the target's server as soon as documents are deleted from the source.
    @Test(arguments: Command.allCases)
    func `what was moved outlives the death of the server that it was moved to`(command: Command) async throws {
        try await Self.usingForgetful { sandbox in
            let (hot, cold) = command == .migrate ? (nil, sandbox.uri) : (sandbox.uri, nil)
            try await MoveFixture.using(on: .twoClusters, hot: hot, cold: try cold ?? TestServer.uri) { fixture in
                let documents = MoveFixture.documents(100)
                try await fixture.insert(documents, into: command.source)
                let step = command == .migrate ? "committed:2" : "cleared:2"
                let process = try await fixture.halted(
                    command,
                    inBatchesOf: 25,
                    ["--allow-nondurable"],
                    at: step
                )
                try sandbox.send(signal: SIGKILL)
                try await sandbox.start()
                process.send(signal: SIGCONT)
                await process.wait()
                try await fixture.run(command.arguments + ["--allow-nondurable"]).expect(0, "completed")
                try await fixture.expect(command.source, holds: [])
                try await fixture.expect(command.target, holds: documents)
            }
        }
    }

    /// Somebody else has written it, and did not wait for the disk.
    @Test(.enabled(if: TestServer.isStandaloneConfigured))
    func `without transactions a document that the archive had is on disk before its original is deleted`() async throws
    {
        let interval = ["--standalone", "--mongod", "--journalCommitInterval", "--mongod", "500"]
        try await OwnSandbox.using(interval) { sandbox in
            let hot = try TestServer.standaloneURI
            try await MoveFixture.using(on: .twoClusters, hot: hot, cold: sandbox.uri, line: .faults) { fixture in
                let documents = try await fixture.insert(10)
                try await fixture.cold.run(["create": "items_archive"])
                let journal: BSONDocument = ["blockConnection": true, "blockTimeMS": 3000]
                let fault = Fault(commands: ["insert"], times: 1, failure: journal)
                let halt = {
                    let process = try await fixture.halted(.migrate, inBatchesOf: 10, at: "read:1")
                    try await fixture.cold.run([
                        "insert": "items_archive", "documents": .array(documents.map(BSONValue.document)),
                        "writeConcern": ["w": 1, "j": false],
                    ])
                    return process
                }
                try await fault.whileActive(
                    on: "batches",
                    in: fixture.state,
                    forRunHaltedBy: halt
                ) { process, watch in
                    try await watch.waits(for: 1)
                    try sandbox.send(signal: SIGKILL)
                    try await fixture.expect(hot: [])
                    try await sandbox.start()
                    await process.wait()
                }
                try await fixture.expect(cold: documents)
            }
        }
    }

    @Test func `a set whose majority acknowledges what is not on disk is refused, unless the operator goes on`()
        async throws
    {
        try await Self.usingForgetful { sandbox in
            try await MoveFixture.using(hot: sandbox.uri, cold: sandbox.uri) { fixture in
                let documents = try await fixture.insert(10)
                try await fixture.run("migrate", "--all").expectRefusal(naming: "writeConcernMajorityJournalDefault")
                try await fixture.expect(hot: documents, cold: [])
                let check = try await HotcoldProcess.run(["check", "--json"], in: fixture.directory)
                #expect(check.exitCode == 1 && check.standardOutput.contains("majority_not_journaled"), "\(check)")
                let run = try await fixture.run("migrate", "--all", "--allow-nondurable")
                run.expect(0, "completed", ["migrated": 10])
                #expect(run.warnings.contains { $0.contains("writeConcernMajorityJournalDefault") }, "\(run.result)")
                let restore = ["restore", "--collection", "items", "--query", "{}"]
                try await fixture.run(restore).expectRefusal(naming: "writeConcernMajorityJournalDefault")
                try await fixture.run(restore + ["--allow-nondurable"]).expect(0, "completed", ["restored": 10])
            }
        }
    }

    @Test func `a server without a journal is refused, unless the operator goes on`() async throws {
        try await OwnSandbox.using(["--standalone", "--mongod", "--nojournal"]) { sandbox in
            try await MoveFixture.using(hot: sandbox.uri, cold: sandbox.uri) { fixture in
                let documents = try await fixture.insert(10)
                try await fixture.run("migrate", "--all").expectRefusal(naming: "no journal")
                try await fixture.expect(hot: documents, cold: [])
                let run = try await fixture.run("migrate", "--all", "--allow-nondurable")
                run.expect(0, "completed", ["migrated": 10])
                try await fixture.expect(hot: [], cold: documents)
            }
        }
    }
}

extension MoveRun {
    /// Expects the run not to have begun, with words that hold these.
    fileprivate func expectRefusal(naming words: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(exitCode == 1 && result.description.contains(words), "\(result)", sourceLocation: sourceLocation)
    }
}
