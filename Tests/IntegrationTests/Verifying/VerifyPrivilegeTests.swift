import Foundation
import Mongo
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isAuthConfigured), .timeLimit(.minutes(30)))
struct VerifyPrivilegeTests {
    @Test func `a user who may only read can verify, and is refused a fix`() async throws {
        try await RefusalAuthTests.withUser {
            [("read", $0.database.name), ("read", $0.state)]
        } _: { bench, uri in
            try await bench.fill("users")
            try await bench.fill("users_archive", 2)
            try bench.configure(hot: uri)
            let (name, state) = (bench.database.name, bench.state)
            let record: BSONDocument = [
                "direction": "migrate", "source": .string("\(name).users"), "target": .string("\(name).users_archive"),
                "ids": [0, 1],
                "committed_at": .date(milliseconds: 1),
            ]
            try await bench.database.withClient { client, _ in
                _ = try client.write(["insert": "batches", "documents": [.document(record)]], on: state)
            }
            let before = try await bench.contents()
            let looked = try await bench.run(["verify", "--json"])
            #expect(looked.exitCode == 1, "\(looked)")
            let collections = try Answer(looked).document["collections"] as? [String: Any]
            #expect((collections?["users"] as? [String: Any])?["identical"] as? Int == 2, "\(looked)")
            let asked = try await bench.run(["verify", "--run", "nobody's"])
            #expect(asked.exitCode == 64, "\(asked)")
            let refused = try await bench.run(["verify", "--fix"])
            #expect(refused.exitCode == 77, "\(refused)")
            #expect(try await bench.contents() == before)
        }
    }
}
