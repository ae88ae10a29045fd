import Foundation
import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// A replica set of three members that nobody else uses, one test after another.
@Suite(
    .serialized,
    .enabled(if: TestServer.isConfigured && TestServer.isReplicatedConfigured),
    .timeLimit(.minutes(10))
)
struct MembersTests {
    @Test
    func `a run waits for a member that falls behind, says which, and goes on when it has caught up`() async throws {
        let uri = try TestServer.replicatedURI
        try await MoveFixture.using(hot: uri, cold: uri) { fixture in
            let documents = try await fixture.insert(3000)
            let admin = try TestServer.pool(at: uri).makeConnection()
            let hello = try await admin.withClient { try $0.run(["hello": 1], on: "admin") }
            let hosts = (hello["hosts"]?.array ?? []).compactMap(\.string)
            let name = try #require(hosts.first { $0 != hello["me"]?.string })
            let member = try TestServer.pool(at: "mongodb://\(name)/?directConnection=true").makeConnection()
            let status = try await member.withClient { try $0.run(["serverStatus": 1], on: "admin") }
            let processID = pid_t(try #require(status["pid"]?.integer))

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
            kill(processID, SIGSTOP)
            defer { kill(processID, SIGCONT) }
            // On a busy machine the member is late now and then by itself: this pause begins after it was stopped, and lasts.
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
            kill(processID, SIGCONT)
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
        var probe = try LoadProbe(pool, as: .both, database: "test", mindingProcessors: false)
        #expect(try await probe.look().triggers == EvictionTriggers())
        let admin = try pool.makeConnection()
        try await admin.withClient { try $0.configureEngine("eviction_dirty_trigger=30,eviction_updates_trigger=20") }
        probe = try LoadProbe(pool, as: .both, database: "test", mindingProcessors: false)
        let triggers = try await probe.look().triggers
        try await admin.withClient { try $0.configureEngine("eviction_dirty_trigger=20,eviction_updates_trigger=0") }
        #expect((triggers.dirty, triggers.updates, triggers.used) == (0.3, 0.2, 0.95))
    }

    /// The server alone can't keep its processors that busy where others have all of them.
    @Test func `a run leaves a machine to others that programs beside the server keep busy`() async throws {
        let uri = try TestServer.replicatedURI
        try await MoveFixture.using(hot: uri, cold: uri) { fixture in
            let documents = try await fixture.insert(4000)
            try fixture.edit { $0.replacing(#""max_cpu_percent": 0"#, with: #""max_cpu_percent": 95"#) }
            let admin = try TestServer.pool(at: uri).makeConnection()
            try await admin.withClient { try $0.collectDiagnosticData(true) }
            let others = try (0..<ProcessInfo.processInfo.activeProcessorCount).map { _ in
                // Busy, in nobody's way, and over by itself should the test be killed.
                let arguments = ["-n", "19", "sh", "-c", "i=0; while [ $i -lt 100000000 ]; do i=$((i + 1)); done"]
                return try Process.run(URL(fileURLWithPath: "/usr/bin/nice"), arguments: arguments)
            }
            defer { for process in others { kill(process.processIdentifier, SIGKILL) } }
            let run = try await fixture.besideApplication {
                try await fixture.run("migrate", "--all", "--batch-size", "100", "--max-rate", "1000")
            }
            try await admin.withClient { try $0.collectDiagnosticData(false) }
            run.expect(0, "completed", ["migrated": 4000])
            #expect((run.rests["other_clients"] ?? 0) > 0)
            #expect(run.detail("other_clients")?.contains("busy (limit 95 %), and others ask it for ") == true)
            try await fixture.expect(hot: [], cold: documents)
        }
    }
}

extension Client {
    fileprivate borrowing func configureEngine(_ settings: String) throws {
        try run(["setParameter": 1, "wiredTigerEngineRuntimeConfig": .string(settings)], on: "admin")
    }

    /// Whether a server collects what `getDiagnosticData` tells; it has to be told to where it was started without.
    fileprivate borrowing func collectDiagnosticData(_ isOn: Bool) throws {
        try run(["setParameter": 1, "diagnosticDataCollectionEnabled": .bool(isOn)], on: "admin")
    }
}
