import Foundation
import Mongo
import TestSupport
import Testing

/// What is a part of a sharded cluster is not worked on past its router: it has documents that are not its own.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ShardTests {
    /// Makes a shard of a server, as a router does that adds it.
    private static func identify(_ server: PrivateServer) async throws {
        let identity: BSONValue = [
            "$set": [
                "shardName": "first", "clusterId": .objectID(Array(1...12)),
                "configsvrConnectionString": "configuration/127.0.0.1:1",
            ]
        ]
        let update: BSONValue = ["q": ["_id": "shardIdentity"], "u": identity, "upsert": true]
        let pool = try TestServer.pool(at: server.uri)
        try await pool.main.withClient { client in
            _ = try client.run(
                ["update": "system.version", "updates": [update], "writeConcern": ["w": "majority"]],
                on: "admin"
            )
        }
    }

    /// Expects that neither direction moves anything, and that `check` says why.
    private static func expectRefusal(
        _ fixture: MoveFixture,
        for code: String,
        saying word: String,
        leaving count: Int = 10
    ) async throws {
        let check = try CheckRun(try await HotcoldProcess.run(["check", "--json"], in: fixture.directory))
        #expect(check.result.exitCode == 1, "\(check.result)")
        #expect(check.gist.contains("error \(code)"), "\(check.result)")
        for arguments in [["migrate", "--all"], ["restore", "--collection", "items", "--query", "{}"]] {
            for more in [[], ["--dry-run"]] {
                let refused = try await HotcoldProcess.run(arguments + more, in: fixture.directory)
                #expect(refused.exitCode == 1, "\(refused)")
                #expect(refused.standardError.contains(word), "\(refused)")
            }
        }
        #expect(try await fixture.hot.count("items") == count)
        #expect(try await fixture.cold.count("items_archive") == 0)
    }

    @Test func `a shard is not worked on past its router, and before it is one that is said`() async throws {
        try await PrivateServer.using(.shard) { server in
            try await MoveFixture.using(hot: server.uri, cold: server.uri) { fixture in
                try await fixture.insert(5)
                let check = try CheckRun(try await HotcoldProcess.run(["check", "--json"], in: fixture.directory))
                #expect(check.gist.contains("warning not_yet_sharded"), "\(check.result)")
                try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 5])
                try await fixture.cold.drop("items_archive")
                try await fixture.insert(10)
                try await Self.identify(server)
                try await Self.expectRefusal(fixture, for: "sharded_cluster", saying: "shard")
            }
        }
    }

    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `an archive on a shard is none`() async throws {
        try await PrivateServer.using(.shard) { server in
            try await Self.identify(server)
            try await MoveFixture.using(on: .twoClusters, hot: TestServer.uri, cold: server.uri) { fixture in
                try await fixture.insert(10)
                try await Self.expectRefusal(fixture, for: "sharded_cluster", saying: "shard")
            }
        }
    }

    /// It takes no other databases, so that there is nothing to move.
    @Test func `a server with a cluster's configuration is not worked on`() async throws {
        try await PrivateServer.using(.configuration) { server in
            try await MoveFixture.using(hot: server.uri, cold: server.uri) { fixture in
                try await Self.expectRefusal(
                    fixture,
                    for: "sharded_cluster",
                    saying: "config server",
                    leaving: 0
                )
            }
        }
    }

    /// What is kept of its data is a shard's, also where it is started alone for maintenance.
    @Test func `a shard's data on a server of its own are not worked on`() async throws {
        try await PrivateServer.using(.standalone) { server in
            try await Self.identify(server)
            try await MoveFixture.using(hot: server.uri, cold: server.uri) { fixture in
                try await fixture.insert(10)
                try await Self.expectRefusal(fixture, for: "sharded_cluster", saying: "shard")
            }
        }
    }
}
