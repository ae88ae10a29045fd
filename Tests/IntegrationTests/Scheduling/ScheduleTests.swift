import Foundation
import TestSupport
import Testing

@Suite("hotcold schedule", .timeLimit(.minutes(30)))
struct ScheduleTests {
    static let configuration = """
        {"schema_version": 1, "hot": {"uri": "mongodb://bob:s3cret@h/", "database": "d"},
         "collections": {"users": {"policy": "time_based", "date_field": "d"}}}
        """

    /// A folder with a configuration, which is taken away.
    private func withFolder(_ text: String = configuration, _ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: TestServer.uniqueName("schedule"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Nothing of the test hangs on it.
        try Data(text.utf8).write(to: folder.appending(path: "policies.json"))
        try await body(folder)
    }

    @Test(
        "names this program, and the configuration in use by its absolute path, however it was found",
        arguments: [nil, "policies.json", "./policies.json", "./../FOLDER//policies.json", "HOTCOLD_CONFIG"]
    )
    func paths(file: String?) async throws {
        try await withFolder { folder in
            let file = file?.replacing("FOLDER", with: folder.lastPathComponent)
            let isNamed = file != "HOTCOLD_CONFIG"
            let result = try await HotcoldProcess.run(
                ["schedule", "--cron"] + (isNamed ? file.map { ["--config", $0] } ?? [] : []),
                environment: isNamed ? [:] : ["HOTCOLD_CONFIG": "policies.json"],
                in: folder
            )
            let path = try #require(ShellBench.path(of: "realpath"))
            let names = [HotcoldProcess.binary.path, folder.path]
            let real = try await runProgram(path, names, in: folder).standardOutput.split(separator: "\n")
            #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
            let line = "0 1 * * * \(real[0]) migrate --all --quiet --config \(real[1])/policies.json >/dev/null\n"
            #expect(result.standardOutput.hasSuffix("\n" + line), "\(result)")
            #expect(!result.standardOutput.contains("s3cret"))
        }
    }

    @Test(
        "answers in JSON with the text that it would print, and with its notices",
        arguments: ["--cron", "--systemd"]
    )
    func json(scheduler: String) async throws {
        try await withFolder { folder in
            let environment = ["HOT_MONGO_URI": "mongodb://bob:s3cret@h/"]
            let arguments = ["schedule", scheduler]
            let text = try await HotcoldProcess.run(arguments, environment: environment, in: folder)
            let result = try await HotcoldProcess.run(arguments + ["--json"], environment: environment, in: folder)
            #expect(
                result.exitCode == 0 && !"\(result)".contains("s3cret") && !"\(text)".contains("s3cret"),
                "\(result)"
            )
            let document = try Answer(result).document
            #expect(document["schema_version"] as? Int == 1 && document["command"] as? String == "schedule")
            #expect(document["status"] as? String == "completed")
            let units = document["systemd"] as? [String: Any]
            let service = "# /etc/systemd/system/hotcold-migrate.service\n\(units?["service"] as? String ?? "")\n"
            let timer = "# /etc/systemd/system/hotcold-migrate.timer\n\(units?["timer"] as? String ?? "")"
            #expect((document["cron"] as? String ?? service + timer) == text.standardOutput)
            let notices = document["notices"] as? [[String: Any]] ?? []
            #expect(
                (notices.first?["message"] as? String)?.contains("HOT_MONGO_URI is not printed") == true,
                "\(result)"
            )
            for output in [text, result] {
                #expect(output.standardError.contains("\(folder.lastPathComponent)/hotcold.env"), "\(output)")
            }
        }
    }

    @Test("tells of connection strings that come from options, which it does not print either")
    func options() async throws {
        try await withFolder { folder in
            let arguments = [
                "schedule", "--cron", "--hot-uri", "mongodb://a:s3cret@h/", "--cold-uri=mongodb://a:s3cret@i/",
            ]
            let result = try await HotcoldProcess.run(arguments, in: folder)
            #expect(result.exitCode == 0 && !"\(result)".contains("s3cret"), "\(result)")
            #expect(result.standardOutput.contains("set -a; . "), "\(result)")
            for name in ["HOT_MONGO_URI", "COLD_MONGO_URI"] {
                #expect(result.standardError.contains("\(name) is not printed"), "\(result)")
            }
        }
    }

    @Test("refuses what no night could run, and prints nothing of it", arguments: [false, true])
    func refusals(asJSON: Bool) async throws {
        try await withFolder(Self.configuration.replacing("time_based", with: "time_bsed")) { folder in
            func expect(_ code: Int32, _ arguments: [String], _ message: String) async throws {
                let json = asJSON ? ["--json"] : []
                let result = try await HotcoldProcess.run(["schedule"] + arguments + json, in: folder)
                #expect(result.exitCode == code && result.standardError.contains(message), "\(result)")
                #expect(asJSON || result.standardOutput.isEmpty, "\(result)")
                if asJSON {
                    #expect((try Answer(result).document["error"] as? [String: Any])?["code"] as? Int32 == code)
                }
            }
            try await expect(78, ["--cron"], "time_bsed")
            try await expect(78, ["--systemd", "--config", "none.json"], "there is no such file")
            try await expect(64, ["--config", "policies.json"], "schedule needs --cron or --systemd")
            try Data(Self.configuration.utf8).write(to: folder.appending(path: "a\nb"))
            try await expect(64, ["--cron", "--config", "a\nb"], "has control characters")
            try Data(Self.configuration.utf8).write(to: folder.appending(path: #"a\"#))
            try await expect(64, ["--systemd", "--config", #"a\"#], "ends with a blank or a backslash")
            try Data(Self.configuration.utf8).write(to: folder.appending(path: "policies.json"))
            try await expect(1, ["--systemd", "--output", "none"], "none/hotcold-migrate.service can't be written")
        }
    }

    @Test("refuses a configuration that is gone when the schedule needs it")
    func pipe() async throws {
        try await withFolder { folder in
            let line = "cat policies.json | '\(HotcoldProcess.binary.path)' schedule --cron --config /dev/stdin"
            let result = try await runProgram("/bin/sh", ["-c", line], in: folder)
            #expect(result.exitCode == 64 && result.standardOutput.isEmpty, "\(result)")
            #expect(result.standardError.contains("is no ordinary file"), "\(result)")
        }
    }

    @Test("warns where nothing is enabled, and where the service would not find the program")
    func notices() async throws {
        let text = Self.configuration.replacing(#""policy""#, with: #""enabled": false, "policy""#)
        try await withFolder(text) { folder in
            let program = folder.appending(path: "hotcold")
            try await copyHotcold(to: program)
            let result = try await runProgram(program.path, ["schedule", "--systemd", "-q"], in: folder)
            let lines = result.standardError.split(separator: "\n")
            #expect(result.exitCode == 0 && lines.count == 2, "\(result)")
            #expect(lines.first?.contains("no collection is enabled") == true, "\(result)")
            // Where temporary files are elsewhere, there is nothing to warn of.
            if folder.path.hasPrefix("/tmp/") { #expect(lines.last?.contains("does not see") == true, "\(result)") }
        }
    }
}
