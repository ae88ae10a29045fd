import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// A server that answers nothing more keeps nobody waiting for longer than it may.
@Suite(.serialized, .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct FrozenServerTests {
    /// Gives a test two clusters, of which the archive's is its own.
    fileprivate static func using(_ body: (_ fixture: MoveFixture, _ cold: OwnSandbox) async throws -> Void)
        async throws
    {
        try await OwnSandbox.using { cold in
            try await MoveFixture.using(on: .twoClusters, cold: cold.uri) { fixture in
                defer { try? cold.thaw() }
                try await body(fixture, cold)
            }
        }
    }

    /// A hot transaction has to end ten seconds after its beginning; the rest is for a busy machine.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: [ProtocolStep.read, .copied, .copiesCommitted])
    func `nobody waits long for a hot transaction while the archive is frozen`(step: ProtocolStep) async throws {
        try await Self.using { fixture, cold in
            let documents = try await fixture.insert(150)
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, at: "\(step.rawValue):2")
            try cold.freeze()
            process.send(signal: SIGCONT)
            let start = ContinuousClock.now
            try await fixture.hot.createIndex(on: "items", ["v": 1])
            #expect(ContinuousClock.now - start < .seconds(30))
            try cold.thaw()
            MoveRun(await process.wait()).expect(0, "completed", ["migrated": 150, "failed": 0])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    /// What is to end a run that waits.
    enum Limit: CaseIterable {
        case retryFor, duration, signal

        var arguments: [String] {
            switch self {
            case .retryFor: ["--retry-for", "5s"]
            case .duration: ["--retry-for", "1h", "--max-duration", "30s"]
            case .signal: ["--retry-for", "1h"]
            }
        }

        var exitCode: Int32 { self == .signal ? 143 : 69 }

        /// The sum of what is promised, and some time for a busy machine.
        var bound: Duration { self == .duration ? .seconds(150) : .seconds(90) }
    }

    /// A server is known to be gone when its monitor has not heard of it for ten to twenty seconds.
    @Test(
        .enabled(if: HotcoldProcess.hasHaltingPoints),
        arguments: zip(Limit.allCases, [Command.migrate, .restore, .migrate])
    )
    func `a run ends in time though the archive is frozen`(limit: Limit, command: Command) async throws {
        try await Self.using { fixture, cold in
            let documents = MoveFixture.documents(150)
            try await fixture.insert(documents, into: command.source)
            let step = command == .migrate ? "copied:2" : "committed:2"
            let process = try await fixture.halted(command, inBatchesOf: 50, limit.arguments, at: step)
            try cold.freeze()
            let start = ContinuousClock.now
            process.send(signal: SIGCONT)
            if limit.exitCode == 143 { process.send(signal: SIGTERM) }
            let run = MoveRun(await process.wait(), owesDeletes: true)
            #expect(ContinuousClock.now - start < limit.bound)
            #expect(run.exitCode == limit.exitCode, "\(run.result)")
            try cold.thaw()
            try await fixture.run(command.arguments).expect(0, "completed", ["failed": 0, "conflicts": 0])
            try await fixture.expect(command.source, holds: [])
            try await fixture.expect(command.target, holds: documents)
        }
    }

    /// There is no other server to go to, and nothing to undo.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints))
    func `a run within a frozen cluster ends in time`() async throws {
        try await OwnSandbox.using { server in
            try await MoveFixture.using(hot: server.uri, cold: server.uri) { fixture in
                defer { try? server.thaw() }
                let documents = try await fixture.insert(150)
                let limits = ["--retry-for", "5s"]
                let process = try await fixture.halted(.migrate, inBatchesOf: 50, limits, at: "copied:2")
                try server.freeze()
                let start = ContinuousClock.now
                process.send(signal: SIGCONT)
                MoveRun(await process.wait()).expect(69, "failed")
                #expect(ContinuousClock.now - start < .seconds(75))
                try server.thaw()
                try await fixture.run("migrate", "--all").expect(0, "completed", ["failed": 0])
                try await fixture.expect(hot: [], cold: documents)
            }
        }
    }
}

/// The same for commands that change nothing.
@Suite(.serialized, .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct FrozenServerReadTests {
    /// Passes over collections may take hours for a command, for as long as the server is there.
    @Test(arguments: ["verify", "analyze", "stats", "check"])
    func `a command that reads ends in time when the archive freezes under it`(name: String) async throws {
        try await FrozenServerTests.using { fixture, cold in
            try await fixture.insert(100)
            try await fixture.insert(MoveFixture.documents(100), into: "items_archive")
            let fault = Fault(
                commands: ["find", "aggregate", "collStats", "dbStats", "listCollections", "listIndexes"],
                times: 1,
                failure: ["blockConnection": true, "blockTimeMS": 2000]
            )
            try await fault.whileActive(on: nil, at: cold.uri) { watch in
                let process = try HotcoldProcess.start([name], in: fixture.directory)
                try await watch.waits(for: 1)
                try cold.freeze()
                let start = ContinuousClock.now
                let result = await process.wait()
                #expect([1, 69].contains(result.exitCode), "\(result)")
                #expect(ContinuousClock.now - start < .seconds(75))
                try cold.thaw()
            }
        }
    }

    /// The driver's own limit, if nothing else, would have ended it.
    @Test func `a command may take long while its server answers others`() async throws {
        try await FrozenServerTests.using { fixture, cold in
            try await fixture.insert(100)
            let fault = Fault(
                commands: ["find", "aggregate"],
                times: 1,
                failure: ["blockConnection": true, "blockTimeMS": 30_000]
            )
            try await fault.whileActive(on: nil, at: cold.uri) { _ in
                let result = try await HotcoldProcess.run(["verify"], in: fixture.directory)
                #expect(result.exitCode == 0, "\(result)")
            }
        }
    }
}
