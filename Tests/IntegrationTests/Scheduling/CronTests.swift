import Foundation
import Mongo
import TestSupport
import Testing

@Suite(
    "A crontab that schedule printed",
    .enabled(if: TestServer.isConfigured),
    .enabled(if: CronBench.isPossible, "needs Debian's cron, root, and the right to make namespaces"),
    .timeLimit(.minutes(30))
)
struct CronTests {
    /// The crontab for the configuration in a folder.
    private func crontab(_ arguments: [String], environment: [String: String] = [:], in directory: URL) async throws
        -> String
    {
        let arguments = ["schedule", "--cron"] + arguments
        let result = try await HotcoldProcess.run(arguments, environment: environment, in: directory)
        #expect(result.exitCode == 0, "\(result)")
        return result.standardOutput
    }

    @Test("is taken by crontab(1) as it is", .enabled(if: ShellBench.path(of: "crontab") != nil))
    func syntax() async throws {
        try await Bench.with { bench in
            try bench.configure()
            let text = try await crontab(["--at", "23:59"], in: bench.directory)
            try Data(text.utf8).write(to: bench.directory.appending(path: "crontab"))
            let result = try await runProgram("/usr/bin/crontab", ["-n", "crontab"], in: bench.directory)
            #expect(result.exitCode == 0, "\(result)")
        }
    }

    @Test("migrates, and sends no mail while all is well")
    func silence() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            let mails = try await CronBench(directory: bench.directory)
                .run(try await crontab([], in: bench.directory), at: .user)
            #expect(mails == [])
            #expect(try await bench.database.count("users") == 0)
            #expect(try await bench.database.count("users_archive") == 3)
        }
    }

    @Test("sends a line of mail for what is wrong")
    func mail() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.database.insert([["_id": 1, "other": true]], into: "users_archive")
            try bench.configure()
            let cron = CronBench(directory: bench.directory)
            let text = try await crontab(["--user", "root"], in: bench.directory)
            let mails = try await cron.run(text, at: .system)
            let file = "\(bench.directory.path)/policies.json"
            let hint = OutputQuietTests.hint.replacing("--json", with: "--json --config \(file)")
            #expect(mails == ["hotcold: left 1 document behind: 1 conflict \(hint)\n"])

            try bench.write("{\n")
            let mail = try #require(try await cron.run(text, at: .system).first)
            #expect(mail.hasPrefix("hotcold: \(bench.directory.path)/policies.json, line 2"), "\(mail)")
            #expect(mail.hasSuffix("\n") && mail.split(separator: "\n").count == 1, "\(mail)")
        }
    }

    @Test(
        "runs the same program with the same configuration, however they are called",
        arguments: CronBench.Place.allCases
    )
    func hostileNames(place: CronBench.Place) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            // Databases and connection strings from the environment, as the one who asks has them.
            let name = #"it's 100%s \% \\ "$HOME" `id` $(touch made) *;&|<>#žluť"#
            let folder = bench.directory.appending(path: name)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let program = folder.appending(path: #"hot'cold %\%"#)
            try await copyHotcold(to: program)
            let configuration =
                #"{"schema_version": 1, "state_database": "\#(bench.state)", "collections": {\#(Bench.users)}}"#
            try Data(configuration.utf8).write(to: folder.appending(path: "policies.json"))
            let uri = try TestServer.uri
            let secrets = "HOT_MONGO_URI='\(uri)'\nCOLD_MONGO_URI='\(uri)'\n"
            try Data(secrets.utf8).write(to: folder.appending(path: "hotcold.env"))

            let variables = [
                "HOT_MONGO_URI=mongodb://bob:s3cret@h/", "COLD_MONGO_URI=mongodb://bob:s3cret@h/",
                "HOT_MONGO_DB=\(bench.database.name)", "COLD_MONGO_DB=\(bench.database.name)",
                "DELETE_AFTER_MIGRATION=no",
            ]
            let user = place == .system ? ["--user", "root"] : []
            let printed = try await runProgram(
                "/usr/bin/env",
                variables + [program.path, "schedule", "--cron"] + user,
                in: folder
            )
            #expect(printed.exitCode == 0 && !"\(printed)".contains("s3cret"), "\(printed)")
            #expect(printed.standardOutput.split(separator: "\n").last?.contains("policies.json") == true, "\(printed)")
            let mails = try await CronBench(directory: bench.directory).run(printed.standardOutput, at: place)
            #expect(mails == [])
            #expect(try await bench.database.count("users_archive") == 3)
            // By the environment's word, a copy.
            #expect(try await bench.database.count("users") == 3)
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "made").path))
        }
    }
}
