import Foundation
import TestSupport
import Testing

@Suite("Standard output that can't be written", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct OutputLossTests {
    private static let commands = [
        "help", "--version", "completions bash", "manual", "check", "analyze --json", "stats", "stats --prometheus -",
        "stats --history", "verify", "migrate --all --dry-run", "quarantine list", "schedule --cron",
    ]

    @Test("fails a command that only reads with 74 and the system's reason", arguments: commands)
    func reading(command: String) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            let full = try await OutputTerminalTests.shell("hotcold \(command) >/dev/full", bench)
            #expect(full.exitCode == 74, "\(full)")
            #expect(full.standardError.hasSuffix(Self.message("No space left on device")), "\(full)")
            let closed = try await OutputTerminalTests.shell("hotcold \(command) >&-", bench)
            #expect(closed.exitCode == 74, "\(closed)")
            #expect(closed.standardError.hasSuffix(Self.message("Bad file descriptor")), "\(closed)")
        }
    }

    private static func message(_ reason: String) -> String {
        "hotcold: standard output could not be written: \(reason)\n"
    }

    @Test("leaves the report of a run on standard error", arguments: [">&-", ">/dev/full"], ["", "--json"])
    func run(output: String, option: String) async throws {
        try await Bench.with { bench in
            let names = ["users", "b"]
            for name in names { try await bench.fill(name, 20) }
            try bench.configure(names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ","))
            let run = try await OutputTerminalTests.shell("hotcold migrate --all -q \(option) \(output)", bench)
            #expect(run.exitCode == 74, "\(run)")
            for name in names {
                let told = option.isEmpty ? "\(name): 20 documents moved" : #""collection": "\#(name)""#
                #expect(run.standardError.contains(told), "\(run)")
                #expect(try await bench.database.count("\(name)_archive") == 20)
            }
            let history = try await bench.run(["stats", "--history"])
            #expect(history.standardOutput.contains(" 20 "), "\(history)")
        }
    }

    /// Of a reader that has gone away before anything was written.
    @Test(
        "leaves the report of a run there also where nobody reads it any more, and is no error of one that only reads"
    )
    func readerGone() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 20)
            try bench.configure()
            let pipe = "mkfifo p; (exec 4<p) & exec 3>p; wait; hotcold"
            let run = try await OutputTerminalTests.shell("\(pipe) migrate --all -q >&3", bench)
            #expect(run.exitCode == 0, "\(run)")
            #expect(run.standardError.contains("users: 20 documents moved"), "\(run)")
            let read = try await OutputTerminalTests.shell("rm p; \(pipe) stats >&3", bench)
            #expect(read.exitCode == 0 && read.standardError.isEmpty, "\(read)")
        }
    }

    @Test("does not hide why a command failed")
    func failure() async throws {
        try await Bench.with { bench in
            let result = try await OutputTerminalTests.shell("hotcold migrate --all --json >/dev/full", bench)
            #expect(result.exitCode == 78, "\(result)")
        }
    }

    @Test("is no file or connection of hotcold's own, where a shell has closed the descriptors")
    func descriptors() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 20)
            try bench.configure()
            let line = "hotcold migrate --all --problems problems.jsonl --verbose <&- >&- 2>&-"
            let result = try await OutputTerminalTests.shell(line, bench)
            #expect(result.exitCode == 74, "\(result)")
            #expect(try await bench.database.count("users_archive") == 20)
            #expect(try String(contentsOf: bench.directory.appending(path: "problems.jsonl"), encoding: .utf8).isEmpty)
        }
    }

    /// Left by a killed process of the same id, or in use by one of another container: cron would mail the complaint.
    @Test("has no complaint of the driver's beside it where its counter file is there already, which stays")
    func counterFile() async throws {
        try await Bench.with { bench in
            let line = #"file=/dev/shm/mongoc-$$; : >"$file"; echo "$file"; exec "$0" --version"#
            let arguments = ["-c", line, HotcoldProcess.binary.path]
            let result = try await runProgram("/bin/sh", arguments, in: bench.directory)
            #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
            let file = try #require(result.standardOutput.split(separator: "\n").first.map(String.init))
            #expect(FileManager.default.fileExists(atPath: file))
            try? FileManager.default.removeItem(atPath: file)
        }
    }
}
