import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Holds the list of privileges that `check` asks for to what the commands do: one that is forgotten fails here with 77.
@Suite(
    "A user who is granted what check says, and nothing else,",
    .enabled(if: TestServer.isAuthConfigured),
    .timeLimit(.minutes(30))
)
struct CheckPrivilegeTests {
    @Test("can migrate and restore within one cluster, also where originals stay", arguments: [true, false])
    func oneCluster(deletes: Bool) async throws {
        try await RefusalAuthTests.withUser({ _ in [] }) { bench, uri in
            try await bench.fill("users")
            try bench.configure(#""users": {\#(Bench.policy), "delete_after_migration": \#(deletes)}"#, hot: uri)
            try await expectEnough(on: bench)
        }
    }

    @Test(
        "can migrate and restore between two clusters, of which either has access control",
        .enabled(if: TestServer.isConfigured),
        arguments: ["hot", "cold"]
    )
    func twoClusters(tier: String) async throws {
        try await RefusalAuthTests.withUser({ _ in [] }) { bench, uri in
            // The other cluster has databases of the same names.
            try await TestServer.withDatabase(named: bench.database.name) { other in
                try await TestServer.withDatabase(named: bench.state) { _ in
                    let document: BSONDocument = ["_id": 1, "d": Bench.coldDate]
                    try await (tier == "hot" ? bench.database : other).insert([document], into: "users")
                    let plain = try TestServer.uri
                    try bench.configure(hot: tier == "hot" ? uri : plain, cold: tier == "hot" ? plain : uri)
                    try await expectEnough(on: bench)
                }
            }
        }
    }

    private func expectEnough(on bench: Bench) async throws {
        let role = BSONValue.string(TestServer.uniqueName("role"))
        let admin = try TestServer.pool(at: try TestServer.authURI).makeConnection()
        // A role of any other database can't have privileges on two.
        try await admin.withClient { client in
            _ = try client.run(["createRole": role, "privileges": [], "roles": []], on: "admin")
        }
        try await bench.database.run(["grantRolesToUser": "op", "roles": [["role": role, "db": "admin"]]])
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await grant(on: bench, to: role, with: admin))
        } catch { outcome = .failure(error) }
        try await admin.withClient { client in _ = try client.run(["dropRole": role], on: "admin") }
        try outcome.get()
    }

    private func grant(on bench: Bench, to role: BSONValue, with admin: Connection) async throws {
        let privileges = try await bench.check().missingPrivileges
        let update: BSONDocument = ["updateRole": role, "privileges": .array(privileges)]
        try await admin.withClient { client in _ = try client.run(update, on: "admin") }
        let last = try await bench.check()
        #expect(!privileges.isEmpty && last.missingPrivileges.isEmpty, "\(last)")
        for command in [["migrate", "--all"], ["restore", "--collection", "users", "--id", "1"]] {
            let result = try await bench.run(command)
            #expect(result.exitCode == 0, "\(result)")
        }
    }
}

extension CheckRun {
    /// What `… lacks find, insert on db.a and db.b; listCollections on db` names, as privileges of a role.
    fileprivate var missingPrivileges: [BSONValue] {
        let messages = findings.filter { $0["code"] as? String == "missing_privilege" }
            .compactMap { $0["message"] as? String }
        let clauses = messages.compactMap { $0.components(separatedBy: " lacks ").last }
            .flatMap { $0.components(separatedBy: "; ") }
        return clauses.flatMap { clause -> [BSONValue] in
            let parts = clause.components(separatedBy: " on ")
            let actions = BSONValue.array(parts[0].components(separatedBy: ", ").map(BSONValue.string))
            return parts[1].replacing(" and ", with: ", ").components(separatedBy: ", ").map { name in
                let namespace = Namespace(name) ?? Namespace(database: name, collection: "")
                let resource: BSONDocument = [
                    "db": .string(namespace.database), "collection": .string(namespace.collection),
                ]
                return ["resource": .document(resource), "actions": actions]
            }
        }
    }
}
