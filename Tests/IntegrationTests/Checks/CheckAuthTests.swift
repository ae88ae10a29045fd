import Foundation
import Mongo
import TestSupport
import Testing

@Suite("check finds of a user", .enabled(if: TestServer.isAuthConfigured), .timeLimit(.minutes(30)))
struct CheckAuthTests {
    @Test("who may do everything: nothing but what only an administrator may see")
    func readWrite() async throws {
        try await RefusalAuthTests.withUser {
            [("readWrite", $0.database.name), ("readWrite", $0.state)]
        } _: { bench, uri in
            try await bench.fill("users")
            try bench.configure(hot: uri)
            let check = try await bench.check()
            check.expect(0, ["notice not_checked"])
            #expect(check.servers.first?["access_control"] as? Bool == true)
            #expect(check.servers.first?["user"] as? String == "op@\(bench.database.name)")
        }
    }

    @Test("who may only read: what is missing, and the command that grants it, after which nothing is")
    func readOnly() async throws {
        try await RefusalAuthTests.withUser {
            [("read", $0.database.name), ("readWrite", $0.state)]
        } _: { bench, uri in
            try await bench.fill("users")
            try bench.configure(hot: uri)
            let check = try await bench.check()
            check.expect(
                1,
                ["notice not_checked", "error missing_privilege"]
                    + Array(repeating: "warning missing_privilege", count: 2)
            )
            let finding = try #require(check.findings.first { $0["severity"] as? String == "error" })
            let (database, message) = (bench.database.name, finding["message"] as? String ?? "")
            #expect(message.contains("remove on \(database).users; insert on \(database).users_archive"), "\(check)")
            let role = #"{role: "readWrite", db: "\#(database)"}"#
            let command = #"db.getSiblingDB("\#(database)").grantRolesToUser("op", [\#(role)])"#
            #expect(finding["command"] as? String == command)
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 77)

            // What the command says.
            try await bench.database.run(
                ["grantRolesToUser": "op", "roles": [["role": "readWrite", "db": .string(database)]]]
            )
            let after = try await bench.check()
            #expect(!after.gist.contains { $0.contains("missing_privilege") }, "\(after)")
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 0)
        }
    }

    @Test("who may do nothing: that, and what could not be looked at, and no crash")
    func nothing() async throws {
        try await RefusalAuthTests.withUser({ _ in [] }) { bench, uri in
            try await bench.fill("users")
            try bench.configure(hot: uri)
            let check = try await bench.check()
            #expect(check.result.exitCode == 1, "\(check)")
            #expect(check.gist.filter { $0 == "error missing_privilege" }.count == 2, "\(check)")
            #expect(check.gist.filter { $0 == "notice not_checked" }.count == 4, "\(check)")
            let text = try await bench.run(["check"])
            #expect(text.standardOutput.contains("the user may not"), "\(text)")
        }
    }

    @Test("who is not logged in, on a server that asks for it")
    func noLogin() async throws {
        try await Bench.with(at: try TestServer.authURI) { bench in
            try await bench.fill("users")
            try bench.configure(hot: try TestServer.authURI.replacing("root:sandbox@", with: ""))
            let check = try await bench.check()
            #expect(check.result.exitCode == 1 && check.gist.first == "error login_refused", "\(check)")
        }
    }

    @Test("whose password is wrong on both tiers: 77; on one of them: that")
    func wrongPassword() async throws {
        try await Bench.with(at: try TestServer.authURI) { bench in
            try await bench.fill("users")
            let wrong = try TestServer.authURI.replacing("root:sandbox@", with: "root:Wr0ngOne@")
            try bench.configure(hot: wrong)
            try await bench.expectRefusal(["check"], 77, saying: ["uthentication failed"], hint: "authSource")
            try bench.configure(hot: wrong, cold: try TestServer.authURI)
            let check = try await bench.check()
            check.expect(1, ["error login_refused"])
            #expect(!check.result.standardOutput.contains("Wr0ngOne"))
        }
    }

    @Test("who may not change the journal's expiry, where the configuration has changed it")
    func journalDays() async throws {
        try await RefusalAuthTests.withUser {
            [("readWrite", $0.database.name), ("readWrite", $0.state)]
        } _: { bench, uri in
            try await bench.fill("users")
            try bench.configure(hot: uri)
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 0)
            try await bench.check().expect(0, ["notice not_checked"])
            try bench.configure(hot: uri, top: #" "journal_days": 7,"#)
            let check = try await bench.check()
            check.expect(1, ["error missing_privilege", "notice not_checked"])
            #expect(try check.text("message", of: "missing_privilege").contains("collMod on \(bench.state).batches"))
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 77)
        }
    }
}
