import Foundation
import Mongo
import TestSupport
import Testing

@Suite("A person", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct OutputTerminalTests {
    /// Hotcold within a line of shell, and in a terminal of its own where asked for.
    static func shell(_ line: String, inTerminal: Bool = false, _ bench: Bench) async throws -> ProgramResult {
        let line = line.replacing("hotcold", with: "'\(HotcoldProcess.binary.path)'")
        guard inTerminal else { return try await runProgram("/bin/sh", ["-c", line], in: bench.directory) }
        return try await runProgram("/usr/bin/script", ["-qec", line, "/dev/null"], in: bench.directory)
    }

    static let styled = "\u{1B}[1musers\u{1B}[0m: 3 documents would move"

    @Test(
        "sees emphasis on a terminal only, and not where it is unwanted",
        arguments: [
            ("hotcold migrate --all -n", true, true), ("hotcold migrate --all -n", false, false),
            ("hotcold migrate --all -n --no-color", true, false), ("NO_COLOR=1 hotcold migrate --all -n", true, false),
            ("NO_COLOR= hotcold migrate --all -n", true, true), ("TERM=dumb hotcold migrate --all -n", true, false),
            ("hotcold migrate --all -n | cat", true, false), ("hotcold migrate --all -n --color=always", false, true),
            ("NO_COLOR=1 TERM=dumb hotcold migrate --all -n --color always", true, true),
        ]
    )
    func colour(line: String, inTerminal: Bool, isStyled: Bool) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure()
            let text = try await Self.shell(line, inTerminal: inTerminal, bench).standardOutput
            #expect(text.contains("users"), "\(text)")
            #expect(text.contains(Self.styled) == isStyled, "\(text.debugDescription)")
            #expect(text.contains("\u{1B}") == isStyled, "\(text.debugDescription)")
        }
    }

    @Test("sees progress on a terminal as one line that is rewritten and cleared at the end")
    func progress() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 40)
            try bench.configure()
            let line = "hotcold migrate --all --batch-size 10 --max-rate 100 >out.txt"
            let text = try await Self.shell(line, inTerminal: true, bench).standardOutput
            #expect(text.hasPrefix("\rusers: "), "\(text.debugDescription)")
            #expect(text.contains(" of 40 documents ("), "\(text.debugDescription)")
            #expect(text.hasSuffix("\u{1B}[K\r\u{1B}[K"), "\(text.debugDescription)")
            #expect(!text.utf8.contains(UInt8(ascii: "\n")), "\(text.debugDescription)")
            let report = try String(contentsOf: bench.directory.appending(path: "out.txt"), encoding: .utf8)
            #expect(report.hasPrefix("users: 40 documents moved"), "\(report)")
        }
    }

    @Test("sees nothing on standard error with -q, on a terminal or not", arguments: [true, false])
    func quiet(inTerminal: Bool) async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 40)
            try bench.configure()
            let result = try await Self.shell(
                "hotcold migrate --all -q --batch-size 10 >/dev/null",
                inTerminal: inTerminal,
                bench
            )
            #expect(result.exitCode == 0 && result.standardOutput.isEmpty && result.standardError.isEmpty, "\(result)")
        }
    }

    @Test("still gets errors with -q")
    func quietError() async throws {
        try await Bench.with { bench in
            try bench.configure("")
            let result = try await Self.shell("hotcold migrate --all -q", bench)
            #expect(result.exitCode == 78 && result.standardError.hasPrefix("hotcold: "), "\(result)")
        }
    }

    @Test("gets a line for each batch with --verbose, and none of it on standard output")
    func verbose() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 30)
            try bench.configure()
            let result = try await bench.run(["migrate", "--all", "--verbose", "--batch-size", "10", "--json"])
            let lines = result.standardError.split(separator: "\n").filter { $0.hasPrefix("users: ") }
            #expect(lines.count == 3 && lines.last?.contains("30 of 30 documents (100 %)") == true, "\(result)")
            #expect(try Answer(result).collection("users")["migrated"] as? Int == 30)
        }
    }

    @Test(
        "who stops reading does not stop the migration",
        arguments: [
            ("", "| head -1"), ("", "| true"), ("--verbose 2>&1", "| head -1"), ("--json", "| head -c 1"), ("", "2>&-"),
        ]
    )
    func closedPipe(option: String, reader: String) async throws {
        try await Bench.with { bench in
            let names = ["users", "b", "c"]
            for name in names { try await bench.fill(name, 20) }
            try bench.configure(names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ","))
            // The code is written by the shell that waits for hotcold, and read when the file is complete.
            let line = "(hotcold migrate --all --batch-size 5 \(option); echo $? >code) \(reader)"
            let result = try await Self.shell(line, bench)
            #expect(!result.standardError.contains("rash"), "\(result)")
            let code = try String(contentsOf: bench.directory.appending(path: "code"), encoding: .utf8)
            #expect(code == "0\n")
            for name in names { #expect(try await bench.database.count("\(name)_archive") == 20) }
        }
    }

    @Test("reads lines of bounded length, whatever the ids")
    func width() async throws {
        try await Bench.with { bench in
            let id = String(repeating: "žluťoučký kůň ", count: 30)
            let ids = (0..<3).map { "\(id)\($0)" }
            try await bench.database.insert(ids.map { ["_id": .string($0), "d": Bench.coldDate] }, into: "u")
            try await bench.database.insert(ids.map { ["_id": .string($0), "x": 1] }, into: "u_archive")
            try bench.configure(#""u": {\#(Bench.policy)}"#)
            let result = try await bench.run(["migrate", "--all"])
            #expect(result.exitCode == 1, "\(result)")
            let database = bench.database.name.count
            for line in result.standardOutput.split(separator: "\n") where !line.contains("warning:") {
                #expect(line.count <= 120 + database, "\(line)")
            }
        }
    }
}
