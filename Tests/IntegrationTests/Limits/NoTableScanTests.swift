import Foundation
import Mongo
import TestSupport
import Testing

/// Servers that refuse to look at each document of a collection (`notablescan`): hotcold asks for its own state along
/// indexes, and says what is missing where the operator's collections have none.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct NoTableScanTests {
    /// Gives a test cold documents, with an index on their date, on servers of its own, and afterwards forbids scans.
    private static func using(
        on topology: Topology,
        documents count: Int = 200,
        indexed: Bool = true,
        _ body: (MoveFixture, [BSONDocument]) async throws -> Void
    ) async throws {
        try await OwnSandbox.using { hot in
            guard topology == .twoClusters else {
                return try await using(on: topology, [hot], count, isIndexed: indexed, body)
            }
            try await OwnSandbox.using { cold in
                try await using(on: topology, [hot, cold], count, isIndexed: indexed, body)
            }
        }
    }

    private static func using(
        on topology: Topology,
        _ servers: [OwnSandbox],
        _ count: Int,
        isIndexed: Bool,
        _ body: (MoveFixture, [BSONDocument]) async throws -> Void
    ) async throws {
        try await MoveFixture.using(on: topology, hot: servers.first?.uri, cold: servers.last?.uri) { fixture in
            let documents = try await fixture.insert(count)
            if isIndexed { try await fixture.hot.createIndex(on: "items", ["d": 1]) }
            try await forbidScans(on: servers)
            try await body(fixture, documents)
            try await forbidScans(false, on: servers)
        }
    }

    private static func forbidScans(_ areForbidden: Bool = true, on servers: [OwnSandbox]) async throws {
        for server in servers { try await server.run(["setParameter": 1, "notablescan": .bool(areForbidden)]) }
    }

    /// The documents are moved by a run that is killed, by the next one, and by the one after a restore.
    @Test(arguments: Topology.allCases)
    func `every command works where an index serves the policy`(topology: Topology) async throws {
        try await Self.using(on: topology) { fixture, documents in
            let killed = try await fixture.halted(.migrate, inBatchesOf: 50, at: "verified:2")
            killed.send(signal: SIGKILL)
            await killed.wait()
            for arguments in [["check"], ["analyze"], ["migrate", "--all", "--dry-run"]] {
                let result = try await fixture.start(arguments).wait()
                #expect(result.exitCode == 0, "\(result)")
            }
            // What the killed run has left is in both tiers between two clusters.
            let left = try await fixture.start("verify").wait()
            #expect(left.exitCode == (topology == .twoClusters ? 1 : 0), "\(left)")
            let run = try await fixture.run("migrate", "--all", "--max-duration", "10m")
            run.expect(0, "completed")
            try await fixture.expect(hot: [], cold: documents)
            let commands = [
                ["verify"], ["verify", "--run", run.id], ["stats"], ["stats", "--history"], ["quarantine", "list"],
                ["analyze", "--collection", "items", "--explain", "7"],
                ["restore", "--collection", "items", "--id", "7"],
                ["restore", "--collection", "items", "--query", "{}"], ["verify", "--run", run.id],
            ]
            for arguments in commands {
                let result = try await fixture.start(arguments).wait()
                let isProofOfWhatIsBack = arguments == commands.last
                #expect(result.exitCode == 0 || isProofOfWhatIsBack && result.exitCode == 1, "\(arguments): \(result)")
            }
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    /// What a command says of an operator's collection without an index, in the same words.
    @Test func `a collection without an index is named with what to do`() async throws {
        try await Self.using(on: .oneCluster, documents: 3, indexed: false) { fixture, documents in
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial")
            #expect(run.error?.contains("(notablescan)") == true, "\(run)")
            let hint = run.first["error"]?.document?["hint"]?.string
            #expect(hint?.contains("create an index") == true, "\(run)")
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    /// On an archive without an index on what the query asks for.
    @Test func `a restore that no index serves is no bug`() async throws {
        try await Self.using(on: .oneCluster) { fixture, documents in
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let restore = try await fixture.run("restore", "--collection", "items", "--query", #"{"v": 0}"#)
            restore.expect(1, "partial")
            #expect(restore.error?.contains("(notablescan)") == true, "\(restore)")
            try await fixture.expect(hot: [], cold: documents)
        }
    }
}
