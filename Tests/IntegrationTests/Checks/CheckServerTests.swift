import Foundation
import Mongo
import TestSupport
import Testing

@Suite("check finds of a server", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct CheckServerTests {
    static let nowhere = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300"

    @Test("that it is away, and goes on with the other one", arguments: ["hot", "cold"])
    func oneAway(tier: String) async throws {
        try await Bench.with { bench in
            try await bench.database.run(["create": "users", "capped": true, "size": 4096])
            try await bench.database.run(["create": "users_archive", "validator": ["x": 1]])
            if tier == "hot" { try bench.configure(hot: Self.nowhere, cold: try TestServer.uri) }
            if tier == "cold" { try bench.configure(cold: Self.nowhere) }
            let check = try await bench.check()
            let other = tier == "hot" ? "warning validator" : "error capped"
            check.expect(1, ["error server_unreachable", other])
            #expect(try check.text("server", of: "server_unreachable") == tier)
            #expect(check.servers.map { $0["server"] as? String } == [tier == "hot" ? "cold" : "hot"])
        }
    }

    @Test("nothing where both are away: 69, as of every command")
    func bothAway() async throws {
        try await Bench.with { bench in
            try bench.configure(hot: Self.nowhere, cold: Self.nowhere + "&appName=x")
            try await bench.expectRefusal(["check"], 69, saying: ["127.0.0.1:1"], hint: "check that the server runs")
            try bench.configure(hot: Self.nowhere)
            let one = try await bench.run(["check", "--hot-uri", Self.nowhere, "--cold-uri", Self.nowhere])
            #expect(one.exitCode == 69, "\(one)")
        }
    }

    @Test("that two connection strings lead to one, and which entries meet there")
    func meeting() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(
                #""users": {\#(Bench.policy), "cold_collection": "users"}"#,
                cold: try RefusalServerTests.otherSpelling()
            )
            let check = try await bench.check()
            check.expect(1, ["error same_namespace"])
            #expect(check.servers.map { $0["server"] as? String } == ["both"])
            let message = try check.text("message", of: "same_namespace")
            let migrate = try await bench.run(["migrate", "--all"])
            #expect(migrate.exitCode == 78 && migrate.standardError.contains(message), "\(migrate)")
        }
    }

    @Test("its version, its clock and its room, and no findings about a good one")
    func facts() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            let check = try await bench.check()
            check.expect(0, [])
            let server = try #require(check.servers.first)
            let build = try await bench.database.run(["buildInfo": 1])
            #expect(server["version"] as? String == build["version"]?.string)
            #expect(server["replica_set"] as? Bool == true && server["access_control"] as? Bool == false)
            let difference = try #require(server["clock_difference_seconds"] as? Double)
            #expect(abs(difference) < 5, "both are on this machine")
            let stats = try await bench.database.run(["dbStats": 1])
            #expect(server["disk_total_bytes"] as? Double == stats["fsTotalSize"]?.number)
        }
    }

    @Test("that it is standalone, which is no reason to refuse", .enabled(if: TestServer.isStandaloneConfigured))
    func standalone() async throws {
        let uri = try TestServer.standaloneURI
        try await Bench.with(at: uri) { bench in
            try await bench.fill("users")
            try bench.configure(hot: uri)
            let check = try await bench.check()
            check.expect(0, ["warning no_transactions"])
            #expect(check.servers.first?["replica_set"] as? Bool == false)
        }
    }

    @Test("two of them, each with what is on it", .enabled(if: TestServer.isSecondConfigured))
    func twoClusters() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(cold: try TestServer.secondURI)
            let check = try await bench.check()
            check.expect(0, [])
            #expect(check.servers.map { $0["server"] as? String } == ["hot", "cold"])
        }
    }

    @Test(
        "that the connection string leads to a secondary, as migrate does",
        .enabled(if: TestServer.isReplicatedConfigured)
    )
    func secondary() async throws {
        let uri = try await Self.secondary(of: try TestServer.replicatedURI)
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(cold: uri)
            let check = try await bench.check()
            check.expect(1, ["error server_unreachable"])
            let message = try check.text("message", of: "server_unreachable")
            #expect(message.contains("and not its primary; that is 127.0.0.1:"), "\(message)")
            let migrate = try await bench.run(["migrate", "--all"])
            #expect(migrate.exitCode == 69 && migrate.standardError.contains(message), "\(migrate)")
            #expect(migrate.standardError.contains("without directConnection"), "\(migrate)")
        }
    }

    /// A connection string that leads to a secondary alone.
    private static func secondary(of uri: String) async throws -> String {
        try await TestServer.withDatabase(at: uri) { database in
            let hello = try await database.run(["hello": 1])
            let hosts = hello["hosts"]?.array?.compactMap(\.string) ?? []
            let host = try #require(hosts.first { $0 != hello["primary"]?.string })
            return "mongodb://\(host)/?directConnection=true"
        }
    }
}
