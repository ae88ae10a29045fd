import Foundation
import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// A replica set of three members that nobody else uses, one test after another.
@Suite(
    .serialized,
    .enabled(if: TestServer.isConfigured && TestServer.isReplicatedConfigured),
    .timeLimit(.minutes(30))
)
struct MembersTests {
    /// A container may have but a part of what its machine tells of.
    private static let mayUseWholeMachine: Bool = {
        func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        let processors = text("/proc/stat").split(separator: "\n").count { $0.hasPrefix("cpu") } - 1
        let quota = text("/sys/fs/cgroup/cpu.max")
        return processors == ProcessInfo.processInfo.activeProcessorCount && (quota.isEmpty || quota.hasPrefix("max"))
    }()

    @Test
    func `a run waits for a member that falls behind, says which, and goes on when it has caught up`() async throws {
        let uri = try TestServer.replicatedURI
        try await MoveFixture.using(hot: uri, cold: uri) { fixture in
            let documents = try await fixture.insert(3000)
            let admin = try TestServer.pool(at: uri).makeConnection()
            let hello = try await admin.withClient { try $0.run(["hello": 1], on: "admin") }
            let hosts = (hello["hosts"]?.array ?? []).compactMap(\.string)
            let name = try #require(hosts.first { $0 != hello["me"]?.string })
            let memberURI = "mongodb://\(name)/?directConnection=true"
            // It is there and fetches nothing: one that is not there would not be waited for.
            let fetching = FailPoint("stopReplProducer")

            let process = try fixture.start(
                "migrate",
                "--all",
                "--verbose",
                "--max-rate",
                "500",
                "--max-lag",
                "2s",
                "--no-verify"
            )
            try await fixture.wait(for: "the first batch") { try await fixture.movedCount() > 0 }
            try await fetching.whileActive(at: memberURI) {
                // On a busy machine the member is late now and then by itself: this pause begins after it was stopped, and
                // lasts.
                let before = process.standardError.text.split(separator: "\n").count
                try await fixture.wait(for: "a pause that lasts") {
                    let lines = process.standardError.text.split(separator: "\n").dropFirst(before).suffix(4)
                    return lines.count == 4 && lines.allSatisfy { $0.contains("paused: \(name) is ") }
                }
                let moved = try await fixture.movedCount()
                let lines = process.standardError.text.split(separator: "\n").count
                // A pause says so once a second.
                try await fixture.wait(for: "some more of the pause") {
                    process.standardError.text.split(separator: "\n").count > lines + 2
                }
                #expect(try await fixture.movedCount() == moved && moved < 3000)
            }
            let run = MoveRun(await process.wait())
            run.expect(0, "completed", ["migrated": 3000])
            #expect((run.rests["replication_lag"] ?? 0) > 1)
            #expect(run.detail("replication_lag")?.contains("behind (limit 2 s)") == true)
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `what a run asks for itself, and what members fetch of it, nobody else wants`() async throws {
        let uri = try TestServer.replicatedURI
        try await MoveFixture.using(hot: uri, cold: uri) { fixture in
            let documents = try await fixture.insert(5000)
            try fixture.edit { $0.replacing(#""max_cpu_percent": 0"#, with: #""max_cpu_percent": 0.1"#) }
            let run = try await fixture.run("migrate", "--all", "--batch-size", "20", "--max-rate", "1000")
            run.expect(0, "completed", ["migrated": 5000])
            #expect(run.rests["other_clients"] == nil)
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `a server's own settings say what is too much for its cache`() async throws {
        let pool = try TestServer.pool(at: TestServer.replicatedURI)
        func triggers() async throws -> EvictionTriggers {
            var probe = try LoadProbe(pool, as: .both, database: "test", mindingProcessors: false)
            return try await probe.look().triggers
        }
        #expect(try await triggers() == EvictionTriggers())
        let name = "wiredTigerEngineRuntimeConfig"
        let settings: BSONValue = "eviction_dirty_trigger=30,eviction_updates_trigger=20"
        let usual: BSONValue = "eviction_dirty_trigger=20,eviction_updates_trigger=0"
        let own = try await pool.makeConnection().having(name, settings, then: usual) { try await triggers() }
        #expect((own.dirty, own.updates, own.used) == (0.3, 0.2, 0.95))
    }

    /// The server alone can't keep its processors that busy where others have all of them.
    @Test(.enabled(if: mayUseWholeMachine, "only some of the machine's processors may be used"))
    func `a run leaves a machine to others that programs beside the server keep busy`() async throws {
        let uri = try TestServer.replicatedURI
        try await MoveFixture.using(hot: uri, cold: uri) { fixture in
            let documents = try await fixture.insert(4000)
            try fixture.edit { $0.replacing(#""max_cpu_percent": 0"#, with: #""max_cpu_percent": 95"#) }
            var others: [Process] = []
            defer { for process in others { kill(process.processIdentifier, SIGKILL) } }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
                // Busy, in nobody's way, and over by itself should the test be killed.
                let arguments = ["-n", "19", "sh", "-c", "i=0; while [ $i -lt 100000000 ]; do i=$((i + 1)); done"]
                others.append(try Process.run(URL(fileURLWithPath: "/usr/bin/nice"), arguments: arguments))
            }
            let admin = try TestServer.pool(at: uri).makeConnection()
            let run = try await admin.having("diagnosticDataCollectionEnabled", true, then: false) {
                try await fixture.besideApplication {
                    try await fixture.run("migrate", "--all", "--batch-size", "100", "--max-rate", "1000")
                }
            }
            run.expect(0, "completed", ["migrated": 4000])
            #expect((run.rests["other_clients"] ?? 0) > 0)
            #expect(run.detail("other_clients")?.contains("busy (limit 95 %), and others ask it for ") == true)
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// On servers of its own: they are not brought back.
    @Test func `a member that is gone is not waited for while a majority is there`() async throws {
        try await OwnSandbox.using(["--members", "3"]) { server in
            try await MoveFixture.using(hot: server.uri, cold: server.uri) { fixture in
                let documents = try await fixture.insert(3000)
                let hello = try await fixture.hot.run(["hello": 1])
                let own = hello["me"]?.string?.split(separator: ":").last.flatMap { Int($0) }
                let others = try (1...3).filter { try server.port(of: $0) != own }
                let gone = try #require(others.first)
                try server.kill(member: gone)
                let name = "127.0.0.1:\(try server.port(of: gone))"
                let run = try await fixture.run("migrate", "--all", "--max-lag", "2s", "--max-rate", "500")
                run.expect(0, "completed", ["migrated": 3000])
                #expect(run.warnings.contains { $0.contains("down") && $0.contains(name) }, "\(run.result)")
                try await fixture.expect(hot: [], cold: documents)
                let check = try await HotcoldProcess.run(["check"], in: fixture.directory)
                #expect(check.standardOutput.contains("\(name) is down"), "\(check)")
            }
        }
    }

    /// Has the secondaries fetch nothing while a body runs.
    private static func withoutReplication(_ body: () async throws -> Void) async throws {
        let admin = try TestServer.pool(at: TestServer.replicatedURI).makeConnection()
        let hello = try await admin.withClient { try $0.run(["hello": 1], on: "admin") }
        let secondaries = (hello["hosts"]?.array ?? []).compactMap(\.string).filter { $0 != hello["me"]?.string }
        let members = try secondaries.map {
            try TestServer.pool(at: "mongodb://\($0)/?directConnection=true").makeConnection()
        }
        let fetching = FailPoint("stopReplProducer")
        for member in members {
            let count = try await fetching.set(with: member)
            let stopped: BSONDocument = [
                "waitForFailPoint": "stopReplProducer", "timesEntered": .int(count + 1), "maxTimeMS": 60_000,
            ]
            _ = try await member.withClient { try $0.run(stopped, on: "admin") }
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        for member in members { _ = try await fetching.off.set(with: member) }
        try outcome.get()
    }

    /// Somebody deletes from hot what the archive has, and no majority knows yet: what a majority had a moment ago would
    /// still have the documents, whose copies would be discarded.
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints))
    func `a recovery sees deletions that no majority has had before`() async throws {
        let uri = try TestServer.replicatedURI
        try await MoveFixture.using(on: .twoClusters, hot: uri, cold: TestServer.uri) { fixture in
            let documents = try await fixture.insert(50)
            let first = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:1")
            first.send(signal: SIGKILL)
            await first.wait()
            let second = try await fixture.halted(.migrate, inBatchesOf: 50, at: "settled:1")
            func probes() async throws -> Int64 {
                try await fixture.state.documents(in: "seats").compactMap { $0["probes"]?.integer }.max() ?? 0
            }
            try await Self.withoutReplication {
                let all: BSONDocument = [
                    "delete": "items", "deletes": [["q": [:], "limit": 0]], "writeConcern": ["w": 1],
                ]
                _ = try await fixture.hot.withClient { try $0.run(all, on: $1) }
                let before = try await probes()
                second.send(signal: SIGCONT)
                try await fixture.wait(for: "the look on hot") {
                    let isDiscarded = try await fixture.coldState.count("quarantine") == 0
                    let after = try await probes()
                    return isDiscarded || after > before
                }
            }
            MoveRun(await second.wait()).expect(0, "completed", ["recovered": 50, "quarantined": 50])
            #expect(Set(try await fixture.quarantined()) == Set(documents))
        }
    }
}

extension Connection {
    /// Carries out a closure while a server has another value of a parameter.
    fileprivate func having<Success>(
        _ parameter: String,
        _ value: BSONValue,
        then usual: BSONValue,
        _ body: () async throws -> Success
    ) async throws -> Success {
        func set(_ value: BSONValue) async throws {
            try await withClient { client in
                _ = try client.run(BSONDocument([("setParameter", 1), (parameter, value)]), on: "admin")
            }
        }
        try await set(value)
        let success: Success
        do { success = try await body() } catch {
            try? await set(usual)
            throw error
        }
        try await set(usual)
        return success
    }
}
