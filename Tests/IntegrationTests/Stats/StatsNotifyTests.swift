import Foundation
import Mongo
import TestSupport
import Testing

@Suite("A mail about an alert", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StatsNotifyTests {
    static let above = "0.00001"
    static let below = "500"

    /// Writes the program that is run as sendmail, and returns the environment that names it.
    private func sendmail(_ lines: String, in bench: Bench) async throws -> [String: String] {
        let file = bench.directory.appending(path: "sendmail").path
        // Not written by this process: while one of its threads starts a program, what it has open can't be run.
        let make = #"printf '#!/bin/sh\n%s\n' "$1" >"$0" && chmod 755 "$0""#
        let made = try await runProgram("/bin/sh", ["-c", make, file, lines], in: bench.directory)
        #expect(made.exitCode == 0, "\(made)")
        return ["HOTCOLD_SENDMAIL": file]
    }

    private func mails(in bench: Bench) -> String? {
        try? String(contentsOf: bench.directory.appending(path: "mails"), encoding: .utf8)  // None: none was sent.
    }

    private func state(in bench: Bench) async throws -> [BSONDocument] {
        let state = bench.state
        return try await bench.database.withClient { client, _ in try client.all(["find": "alerts"], on: state) }
    }

    @Test("is sent once when it begins, and once when it is over")
    func changes() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 1000)
            let environment = try await sendmail(#"{ echo "args $*"; cat; } >>mails"#, in: bench)

            try bench.configureAlert(above: Self.below)
            let calm = try await bench.stats("--notify", environment: environment)
            #expect(calm["notification", "sent"] == [])
            #expect(try await bench.contents().allSatisfy { !$0.hasPrefix(bench.state) }, "nothing to remember")

            try bench.configureAlert(above: Self.above)
            #expect(try await bench.stats()["notification"] == nil)
            #expect(mails(in: bench) == nil)
            for isFirst in [true, false] {
                let run = try await bench.stats("--notify", environment: environment)
                #expect(run["notification", "to"] == "ops@example.com" && run["error"] == .null)
                #expect(run["notification", "sent"]?.array?.count == (isFirst ? 1 : 0))
                #expect(mails(in: bench)?.components(separatedBy: "args -t -oi\n").count == 2)
            }
            let mail = try #require(mails(in: bench))
            #expect(mail.contains("\nTo: ops@example.com\nSubject: [hotcold] alert: all hot data is "), "\(mail)")
            #expect(try await state(in: bench).first?["raised"] == true)

            try bench.configureAlert(above: Self.below)
            for _ in 0..<2 { _ = try await bench.stats("--notify", environment: environment) }
            let parts = mails(in: bench)?.components(separatedBy: "args -t -oi\n") ?? []
            #expect(parts.count == 3 && parts.last?.contains("Subject: [hotcold] over: all hot data is ") == true)
            #expect(try await state(in: bench).map { $0["raised"] } == [false])
        }
    }

    @Test("that is not taken leaves the report, and is tried again")
    func failure() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 1000)
            try bench.configureAlert(above: Self.above)
            let failing = try await sendmail("echo no route >&2; exit 75", in: bench)
            let run = try await bench.stats("--notify", environment: failing, endingWith: 1)
            #expect(run["hot", "users", "document_count"]?.integer == 1000 && run["status"] == "partial")
            #expect(run["notification", "sent"] == [])
            #expect(run["error", "message"]?.string?.hasSuffix("it ended with exit status 75: no route") == true)
            let told = try await bench.run(["stats", "--notify"], environment: failing)
            #expect(told.exitCode == 1 && told.standardOutput.hasPrefix("alert: ") && told.standardError.contains("75"))
            let missing = ["HOTCOLD_SENDMAIL": "/nonexistent"]
            #expect(try await bench.stats("--notify", environment: missing, endingWith: 1)["error", "code"] == 1)
            #expect(try await state(in: bench).isEmpty)

            let working = try await sendmail("cat >mails", in: bench)
            #expect(try await bench.stats("--notify", environment: working)["notification", "sent"]?.array?.count == 1)
            #expect(mails(in: bench) != nil)
        }
    }

    @Test("is not waited for after a signal")
    func signal() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 1000)
            try bench.configureAlert(above: Self.above)
            // Its end of the pipe says that it runs; nobody ever writes to it.
            let fifo = bench.directory.appending(path: "fifo").path
            let hanging = try await sendmail("echo started >'\(fifo)'; sleep 1000", in: bench)
            #expect(try await runProgram("/usr/bin/mkfifo", [fifo], in: bench.directory).exitCode == 0)
            let line =
                #"exec 9<>fifo; "$0" stats --notify --json >out 2>err & read started <&9; kill -TERM $!; wait $!"#
            let script = hanging.map { "export \($0)='\($1)'; " }.joined() + line
            let result = try await runProgram(
                "/bin/bash",
                ["-c", script, HotcoldProcess.binary.path],
                in: bench.directory
            )
            #expect(result.exitCode == 143, "\(result)")
            let report = try String(contentsOf: bench.directory.appending(path: "out"), encoding: .utf8)
            let document = try Answer(text: report).document
            #expect(document["status"] as? String == "interrupted", "\(report)")
            let error = document["error"] as? [String: Any]
            #expect((error?["message"] as? String)?.hasSuffix("a signal ended the wait") == true, "\(report)")
            #expect(try await state(in: bench).isEmpty)
        }
    }
}
