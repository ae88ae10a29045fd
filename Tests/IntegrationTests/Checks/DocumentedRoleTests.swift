import Foundation
import Mongo
import TestSupport
import Testing

/// Holds the roles of `docs/operations.md` to what the commands do: with them all is done, with less it is said what is
/// missing, and nothing stands there that could be left out.
@Suite(
    "A user with the documented roles",
    .enabled(if: TestServer.isAuthConfigured && TestServer.isConfigured),
    .timeLimit(.minutes(20))
)
struct DocumentedRoleTests {
    /// Which cluster has access control.
    enum Place: String, CaseIterable {
        case both, hot, cold

        /// The block that makes the roles there.
        var block: String {
            switch self {
            case .both: "Roles, hot and cold in one cluster"
            case .hot: "Roles, on the hot cluster of two"
            case .cold: "Roles, on the cold cluster of two"
            }
        }
    }

    private static let monitor = "Role of the monitor, on each cluster"
    private static let users = "Users, on each cluster"

    /// Makes databases, roles and users, as changed by a closure.
    ///
    /// - Parameter hasArchive: whether the archive exists already, on the server with access control.
    private static func with(
        _ place: Place,
        hasArchive: Bool = false,
        _ change: (DocumentedCommands) -> DocumentedCommands = { $0 },
        _ body: (Bench, DocumentedCommands) async throws -> Void
    ) async throws {
        try await Bench.with(at: try TestServer.authURI) { bench in
            let names = ["shop": bench.database.name, "hotcold": bench.state]
            let all = try DocumentedCommands([place.block, monitor, users], names: names)
            let commands = change(all)
            if hasArchive, place != .hot {
                try await bench.database.insert([["_id": 100, "d": Bench.coldDate]], into: "users_archive")
            }
            try await commands.carryOut {
                guard place != .both else {
                    try await bench.fill("users")
                    return try await body(bench, commands)
                }
                // The other cluster has databases of the same names.
                try await TestServer.withDatabase(named: bench.database.name) { other in
                    try await TestServer.withDatabase(named: bench.state) { _ in
                        let documents: [BSONDocument] = (0..<3).map { ["_id": .int($0), "d": Bench.coldDate] }
                        try await (place == .hot ? bench.database : other).insert(documents, into: "users")
                        try await body(bench, commands)
                    }
                }
            }
        }
    }

    private static func configure(
        _ bench: Bench,
        _ place: Place,
        as user: String,
        _ commands: DocumentedCommands,
        top: String = ""
    ) throws {
        let (uri, plain) = (try commands.uri(of: user), try TestServer.uri)
        try bench.configure(hot: place == .cold ? plain : uri, cold: place == .hot ? plain : uri, top: top)
    }

    private static let restore = ["restore", "--collection", "users", "--id", "1"]

    // MARK: Enough

    /// It is written to, so that nobody can take it away meanwhile.
    @Test("need not bypass the archive's validator for what the archive has already")
    func validator() async throws {
        try await Self.with(.both, hasArchive: true) { bench, commands in
            try await bench.fill("users_archive", 2)
            try await bench.database.run(["collMod": "users_archive", "validator": ["d": ["$type": "date"]]])
            try Self.configure(bench, .both, as: "archive_operator", commands)
            let run = try await bench.run(["migrate", "--all"])
            #expect(run.exitCode == 0, "\(run)")
            #expect(try await bench.database.count("users") == 0)
            #expect(try await bench.database.count("users_archive") == 4)
        }
    }

    @Test("without the right to bypass a validator leaves what that does not take, and nothing else")
    func refusedByValidator() async throws {
        try await Self.with(.both, hasArchive: true) { bench, commands in
            try await bench.fill("users_archive", 2)
            try await bench.database.run(["collMod": "users_archive", "validator": ["_id": ["$ne": 0]]])
            try Self.configure(bench, .both, as: "archive_operator", commands)
            let run = try await bench.run(["migrate", "--all"])
            #expect(run.exitCode == 1 && run.standardOutput.contains("may not bypass that"), "\(run)")
            #expect(try await bench.database.documents(in: "users").compactMap { $0["_id"] } == [0])
        }
    }

    @Test("for an operator can do everything and see everything", arguments: Place.allCases)
    func operatorUser(place: Place) async throws {
        try await Self.with(place) { bench, commands in
            try Self.configure(bench, place, as: "archive_operator", commands)
            let check = try await bench.check()
            #expect(check.result.exitCode == 0, "\(check)")
            #expect(!check.gist.contains { $0.contains("missing_privilege") }, "\(check)")
            #expect(!check.gist.contains { $0.contains("not_checked") }, "\(check)")
            for command in [
                ["analyze"], ["analyze", "--explain", "1"], ["stats", "--prometheus", "-"], ["migrate", "--all", "-n"],
                ["migrate", "--all"], ["verify"], Self.restore, ["verify", "--fix"], ["stats", "--history"],
                ["migrate", "--all", "--no-delete"], ["check"],
            ] {
                let result = try await bench.run(command)
                #expect(result.exitCode == 0, "\(result)")
                #expect(!result.standardOutput.contains("may not see"), "\(result)")
                #expect(result.standardError.isEmpty, "\(result)")
            }
        }
    }

    @Test("for an operator can settle duplicates either way")
    func fix() async throws {
        try await Self.with(.both) { bench, commands in
            try Self.configure(bench, .both, as: "archive_operator", commands)
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 0)
            #expect(try await bench.run(Self.restore).exitCode == 0)
            let document = { (id: Int) -> BSONDocument in ["_id": .int(id), "d": Bench.coldDate] }
            try await bench.database.insert([document(1)], into: "users_archive")  // Held in hot.
            try await bench.database.insert([document(2)], into: "users")
            #expect(try await bench.run(["verify"]).exitCode == 1)
            let fixed = try await bench.run(["verify", "--fix"])
            #expect(fixed.exitCode == 0, "\(fixed)")
            #expect(try await bench.database.count("users") == 1)
            #expect(try await bench.database.count("users_archive") == 2)
        }
    }

    @Test("for the nightly run can migrate, and is told what a restore needs")
    func archiver() async throws {
        try await Self.with(.both) { bench, commands in
            try Self.configure(bench, .both, as: "archiver", commands)
            for command in [["check"], ["migrate", "--all"], ["verify"], ["stats", "--prometheus", "-"]] {
                let result = try await bench.run(command)
                #expect(result.exitCode == 0, "\(result)")
                #expect(!result.standardOutput.contains("may not see"), "\(result)")
            }
            // A copy whose original has changed since gives way.
            try await bench.fill("users", 6)
            #expect(try await bench.run(["migrate", "--all", "--no-delete", "--confirm", "users"]).exitCode == 0)
            let change: BSONDocument = ["q": ["_id": 5], "u": ["$set": ["changed": true]]]
            try await bench.database.run(["update": "users", "updates": [.document(change)]])
            let moved = try await bench.run(["migrate", "--all", "--confirm", "users"])
            #expect(moved.exitCode == 0, "\(moved)")
            let name = bench.database.name
            let refused = try await bench.run(Self.restore)
            #expect(refused.exitCode == 77, "\(refused)")
            let hint = "lacks insert, update on \(name).users; hotcold check"
            #expect(refused.standardError.contains(hint), "\(refused)")
            expectParagraph(refused)
        }
    }

    @Test("for reading can do all that writes nothing, and nothing else", arguments: Place.allCases)
    func reader(place: Place) async throws {
        try await Self.with(place) { bench, commands in
            try Self.configure(bench, place, as: "archive_operator", commands)
            #expect(try await bench.run(["migrate", "--all", "--limit", "2"]).exitCode == 0)
            try Self.configure(bench, place, as: "archive_reader", commands)
            let before = try await bench.contents()
            for command in [
                ["analyze"], ["analyze", "--explain", "1"], ["stats", "--prometheus", "-"], ["migrate", "--all", "-n"],
                Self.restore + ["-n"], ["verify"], ["stats", "--history"],
            ] {
                let result = try await bench.run(command)
                #expect(result.exitCode == 0, "\(result)")
                #expect(result.standardError.isEmpty, "\(result)")
            }
            for command in [["migrate", "--all"], Self.restore] {
                let result = try await bench.run(command)
                #expect(result.exitCode == 77, "\(result)")
                #expect(result.standardError.contains("lacks "), "\(result)")
            }
            // It is about the user that asks.
            #expect(try await bench.run(["check"]).exitCode == 1)
            #expect(try await bench.contents() == before)
        }
    }

    @Test("can change how long the journal is kept after one more command, and not before")
    func journalDays() async throws {
        let days = #" "journal_days": 7,"#
        try await Self.with(.both) { bench, commands in
            try Self.configure(bench, .both, as: "archiver", commands)
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 0)
            try Self.configure(bench, .both, as: "archiver", commands, top: days)
            let lack = "collMod on \(bench.state).batches"
            #expect(try await bench.check().text("message", of: "missing_privilege", worst: true).contains(lack))
            let refused = try await bench.run(["migrate", "--all"])
            #expect(refused.exitCode == 77 && refused.standardError.contains("lacks \(lack); hotcold"), "\(refused)")
        }
        try await Self.with(.both) { bench, commands in
            try Self.configure(bench, .both, as: "archiver", commands)
            #expect(try await bench.run(["migrate", "--all"]).exitCode == 0)
            try Self.configure(bench, .both, as: "archiver", commands, top: days)
            var names = ["shop": bench.database.name, "hotcold": bench.state]
            names["hotcoldMigrate"] = commands.name("hotcoldMigrate")
            try await DocumentedCommands(["To change journal_days"], names: names).carryOut {
                let result = try await bench.run(["migrate", "--all"])
                #expect(result.exitCode == 0, "\(result)")
            }
        }
    }

    // MARK: Not less

    @Test("needs each action of them, and is told which one is missing", arguments: Place.allCases)
    func less(place: Place) async throws {
        let all = try DocumentedCommands([place.block], names: [:]).granted
        #expect(all.count > 10)
        for granted in all {
            try await Self.with(place, hasArchive: true, { $0.without(granted) }) { bench, commands in
                try Self.configure(bench, place, as: "archive_operator", commands)
                try await expectNeed(of: granted, on: bench)
            }
        }
    }

    private func expectNeed(of granted: DocumentedCommands.Granted, on bench: Bench) async throws {
        let database = granted.resource["db"] as? String == "shop" ? bench.database.name : bench.state
        let collection = granted.resource["collection"] as? String ?? ""
        let isState = database == bench.state
        // By it `check` sees that journal_days was changed: journalDays().
        guard !(isState && granted.action == "listIndexes") else { return }
        let name = isState ? "\(database)." : collection.isEmpty ? database : "\(database).\(collection)"
        let check = try await bench.check()
        let findings = check.findings.filter { $0["code"] as? String == "missing_privilege" }
        let message = findings.first?["message"] as? String ?? ""
        #expect(
            message.contains(granted.action) && message.contains(name),
            "without \(granted.testDescription): \(check)"
        )
        let fails =
            findings.contains { $0["severity"] as? String == "error" }
            ? "migrate" : findings.contains { $0["meaning"] as? String == "a restore fails" } ? "restore" : ""
        // A restore puts documents with an empty timestamp by an update; between two clusters a migration takes back what
        // it could not finish: not these documents, and not this time.
        let isForSome = ["update on shop.users", "remove on shop.users_archive"].contains(granted.testDescription)
        for command in [["migrate", "--all"], Self.restore] {
            let result = try await bench.run(command + ["--json"])
            guard result.exitCode != 0 || command[0] == fails && !isForSome else { continue }
            #expect(result.exitCode == 77, "without \(granted.testDescription): \(result)")
            let error = try Answer(result).collection("users")["error"] as? [String: Any]
            let hint = error?["hint"] as? String ?? ""
            let words = [" lacks ", granted.action, " on \(name)"]
            #expect(words.allSatisfy(hint.contains), "without \(granted.testDescription): \(result)")
            if command[0] == "migrate" { return }
        }
        #expect(fails != "migrate" || isForSome, "without \(granted.testDescription)")
    }

    @Test("without the state database is told what is missing, of runs and of alerts")
    func lessOfState() async throws {
        let role = try DocumentedCommands([Place.both.block], names: [:]).granted
        let granted = try #require(role.first { $0.testDescription == "find on hotcold" })
        try await Self.with(.both, hasArchive: true, { $0.without(granted) }) { bench, roles in
            let alert = #" "monitoring": {"notification_email": "ops@example.com", "alert_threshold_gb": 1e-9},"#
            try Self.configure(bench, .both, as: "archive_reader", roles, top: alert)
            for (command, collections) in [
                (["stats", "--history"], "runs"), (["stats", "--prometheus", "-"], "runs"),
                (["stats", "--notify"], "alerts"), (["verify", "--run", "2026-11-26T00-00-00-000001"], "runs"),
            ] {
                let result = try await bench.run(command)
                #expect(result.exitCode == 77, "\(result)")
                let told = result.standardError.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(told.contains("lacks find"), "\(result)")
                #expect(told.contains("\(bench.state).\(collections)"), "\(result)")
            }
        }
    }

    @Test("for reading is told which action is missing, by each command")
    func lessToRead() async throws {
        let role = try DocumentedCommands([Place.both.block], names: [:]).granted
        let looking = [["analyze"], ["verify"], ["migrate", "--all", "-n"], ["stats"]]
        for (missing, commands) in [("find", Array(looking.dropLast())), ("collStats", [["stats"]])] {
            let granted = try #require(role.first { $0.testDescription == "\(missing) on shop.users" })
            try await Self.with(.both, hasArchive: true, { $0.without(granted) }) { bench, roles in
                try Self.configure(bench, .both, as: "archive_reader", roles)
                for command in commands {
                    let result = try await bench.run(command)
                    #expect(result.exitCode == 77, "\(result)")
                    let told = (result.standardError + result.standardOutput).split(whereSeparator: \.isWhitespace)
                    let words = "lacks \(missing) on \(bench.database.name).users; hotcold check"
                    #expect(told.joined(separator: " ").contains(words), "\(result)")
                }
            }
        }
    }

    @Test("of the monitor sees how busy the server is; without one of its actions it is told what is not seen")
    func monitor() async throws {
        let all = try DocumentedCommands([Self.monitor], names: [:]).granted
        #expect(all.count == 9)
        let index = try DocumentedCommands([Place.both.block], names: [:]).commands.count
        // That of admin is asked where the tier's database does not exist yet: operatorUser(place:) with the archive alone.
        for granted in all where granted.resource["db"] as? String != "admin" {
            let moved = DocumentedCommands.Granted(
                command: granted.command + index,
                privilege: granted.privilege,
                action: granted.action,
                resource: granted.resource
            )
            try await Self.with(.both, { $0.without(moved) }) { bench, commands in
                try Self.configure(bench, .both, as: "archiver", commands)
                let (check, run) = (try await bench.check(), try await bench.run(["migrate", "--all"]))
                #expect(check.result.exitCode == 0 && run.exitCode == 0, "\(check) \(run)")
                let found = check.findings.first { $0["code"] as? String == "not_checked" }
                let told = found?["message"] as? String ?? run.standardOutput
                #expect(told.contains(granted.action), "without \(granted.testDescription): \(check) \(run)")
            }
        }
    }
}

extension CheckRun {
    /// A text of the first finding with this code, which is the worst.
    fileprivate func text(_ key: String, of code: String, worst: Bool) throws -> String {
        try #require(findings.first { $0["code"] as? String == code }?[key] as? String)
    }
}
