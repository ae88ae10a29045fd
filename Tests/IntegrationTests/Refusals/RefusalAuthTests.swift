import Foundation
import Mongo
import TestSupport
import Testing

@Suite("A user is refused with 77", .enabled(if: TestServer.isAuthConfigured), .timeLimit(.minutes(30)))
struct RefusalAuthTests {
    static let all = ["migrate", "--all"]

    /// A user's connection string; the user is known in the test's database.
    static func uri(_ user: String, _ password: String, of bench: Bench) throws -> String {
        try TestServer.authURI
            .replacing("root:sandbox@", with: "\(user):\(password)@")
            .replacing("authSource=admin", with: "authSource=\(bench.database.name)")
    }

    /// Makes a user with these roles, gives its connection string to the body, and takes it away.
    static func withUser(
        _ roles: (Bench) -> [(role: String, database: String)],
        _ body: (Bench, String) async throws -> Void
    ) async throws {
        try await Bench.with(at: try TestServer.authURI) { bench in
            let granted = roles(bench).map {
                BSONValue.document(["role": .string($0.role), "db": .string($0.database)])
            }
            try await bench.database.run(["createUser": "op", "pwd": "s3cret", "roles": .array(granted)])
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(bench, try uri("op", "s3cret", of: bench)))
            } catch { outcome = .failure(error) }
            try await bench.database.run(["dropUser": "op"])
            try outcome.get()
        }
    }

    @Test("whose password is wrong, in both commands, with what to check")
    func wrongPassword() async throws {
        try await Bench.with(at: try TestServer.authURI) { bench in
            try await bench.fill("users")
            let uri = try TestServer.authURI.replacing("root:sandbox@", with: "root:Wr0ngOne@")
            try bench.configure(hot: uri)
            for arguments in [Self.all, ["restore", "--collection", "users", "--id", "1"]] {
                try await bench.expectRefusal(arguments, 77, saying: ["uthentication failed"], hint: "authSource")
            }
        }
    }

    @Test("who may not log in at all: no credentials in the connection string")
    func noCredentials() async throws {
        try await Bench.with(at: try TestServer.authURI) { bench in
            try await bench.fill("users")
            try bench.configure(hot: try TestServer.authURI.replacing("root:sandbox@", with: ""))
            let result = try await bench.run(Self.all + ["--json"])
            #expect(result.exitCode == 77, "\(result)")
            #expect(try Answer(result).document["status"] as? String == "failed")
        }
    }

    @Test("who may not write to the archive, with the database that it is about")
    func coldIsReadOnly() async throws {
        try await Self.withUser {
            [("readWrite", $0.state), ("readWrite", $0.database.name)]
        } _: { bench, uri in
            let cold = bench.database.name + "_cold"
            try await bench.fill("users")
            try bench.configure(hot: uri)
            let file = bench.directory.appending(path: "policies.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            let parts = text.components(separatedBy: "\"database\": \"\(bench.database.name)\"")
            try bench.write(
                parts[0] + "\"database\": \"\(bench.database.name)\"" + parts[1] + "\"database\": \"\(cold)\""
                    + parts[2]
            )
            let result = try await bench.run(Self.all + ["--json"])
            #expect(result.exitCode == 77, "\(result)")
            let error = try Answer(result).collection("users")["error"] as? [String: Any]
            #expect(error?["code"] as? Int == 77)
            #expect((error?["message"] as? String)?.contains(cold) == true, "\(result)")
            #expect((error?["hint"] as? String)?.contains("role") == true, "\(result)")
            #expect(try await bench.database.count("users") == 3)
            expectParagraph(result)
        }
    }

    @Test("who may not write to the state database, with its name; nothing is moved")
    func stateIsReadOnly() async throws {
        try await Self.withUser {
            [("readWrite", $0.database.name), ("read", $0.state)]
        } _: { bench, uri in
            try await bench.fill("users")
            try bench.configure(hot: uri)
            let before = try await bench.contents()
            let result = try await bench.run(Self.all + ["--json"])
            #expect(result.exitCode == 77, "\(result)")
            let error = try Answer(result).collection("users")["error"] as? [String: Any]
            #expect((error?["message"] as? String)?.contains(bench.state) == true, "\(result)")
            #expect(try await bench.contents() == before)
        }
    }

    @Test("who may only read can still look: a dry run writes nothing")
    func readOnlyDryRun() async throws {
        try await Self.withUser {
            [("read", $0.database.name), ("read", $0.state)]
        } _: { bench, uri in
            try await bench.fill("users")
            try bench.configure(hot: uri)
            let before = try await bench.contents()
            let result = try await bench.run(Self.all + ["--dry-run", "--json"])
            #expect(result.exitCode == 0, "\(result)")
            #expect(try Answer(result).collection("users")["eligible"] as? Int == 3)
            #expect(try await bench.contents() == before)
        }
    }
}
