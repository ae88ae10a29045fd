import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// The programs of `on_event` are told how a run goes, and can do nothing to it.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct HookTests {
    /// Writes what a program is told of each event into a file of the event's name: its variables, then its input.
    private static let recording = hooks { event in "{ env | grep -E '^HOT|^COLD' | sort; echo; cat; } >\(event)" }

    private static func hooks(_ script: (String) -> String) -> String {
        let members = RunEvent.allCases.map { event in
            #""\#(event.rawValue)": ["/bin/sh", "-c", "\#(script(event.rawValue))"]"#
        }
        return #""on_event": {\#(members.joined(separator: ", ")), "time_limit_seconds": 2}"#
    }

    private static func with(
        _ hooks: String = recording,
        _ body: (MoveFixture) async throws -> Void
    ) async throws {
        try await MoveFixture.using { fixture in
            try fixture.edit { $0.replacing(#""defaults":"#, with: hooks + #", "defaults":"#) }
            try await body(fixture)
        }
    }

    /// What a program was told: variables, and its input; nil where it was not started.
    private static func told(
        _ event: RunEvent,
        in fixture: MoveFixture
    ) -> (variables: [String: String], input: String)? {
        let file = fixture.directory.appendingPathComponent(event.rawValue)
        guard let text = try? String(contentsOf: file, encoding: .utf8), let end = text.firstRange(of: "\n\n") else {
            return nil  // Never started.
        }
        let pairs = text[..<end.lowerBound].split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }
        let variables = pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") }
        return (Dictionary(uniqueKeysWithValues: variables), String(text[end.upperBound...]))
    }

    @Test func `are told of the start and of success, with the report that --json prints`() async throws {
        try await Self.with { fixture in
            try await fixture.insert(10)
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["migrated": 10])
            let start = try #require(Self.told(.start, in: fixture))
            #expect(start.variables["HOTCOLD_EVENT"] == "start" && start.variables["HOTCOLD_RUN_ID"] == run.id)
            let document = try ExtendedJSONQuery.parseDocument(start.input)
            #expect(document["run_id"]?.string == run.id && document["collections"]?.array?.count == 1)
            let success = try #require(Self.told(.success, in: fixture))
            #expect(success.input == run.result.standardOutput)
            #expect(success.variables["HOTCOLD_EXIT_CODE"] == "0" && success.variables["HOTCOLD_STATUS"] == "completed")
            #expect(success.variables["HOTCOLD_COMMAND"] == "migrate")
            #expect(success.variables["HOTCOLD_CONFIG"] == "policies.json")
            #expect(Self.told(.failure, in: fixture) == nil)
        }
    }

    @Test func `are told of a run that ended where it was to`() async throws {
        try await Self.with { fixture in
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all", "--limit", "5").expect(0, "stopped")
            #expect(Self.told(.success, in: fixture)?.variables["HOTCOLD_STATUS"] == "stopped")
        }
    }

    @Test func `are told of a zone that this machine does not know`() async throws {
        try await Self.with { fixture in
            let result = try await HotcoldProcess.run(
                ["migrate", "--all", "--window", "01:00-02:00", "--time-zone", "Nowhere"],
                in: fixture.directory
            )
            #expect(result.exitCode == 64, "\(result)")
            #expect(Self.told(.failure, in: fixture)?.variables["HOTCOLD_EXIT_CODE"] == "64")
        }
    }

    @Test func `are told of documents that were left behind as of a failure`() async throws {
        try await Self.with { fixture in
            try await fixture.insert(10)
            try await fixture.cold.insert([["_id": 3, "other": true]], into: "items_archive")
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 9, "conflicts": 1])
            let failure = try #require(Self.told(.failure, in: fixture))
            #expect(failure.variables["HOTCOLD_EXIT_CODE"] == "1" && failure.variables["HOTCOLD_STATUS"] == "partial")
            #expect(Self.told(.success, in: fixture) == nil)
        }
    }

    @Test func `are told of a run that never began`() async throws {
        try await Self.with { fixture in
            let uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
            let result = try await HotcoldProcess.run(
                ["migrate", "--all", "--retry-for", "0s", "--json"],
                environment: ["HOT_MONGO_URI": uri, "COLD_MONGO_URI": uri],
                in: fixture.directory
            )
            #expect(result.exitCode == 69, "\(result)")
            let failure = try #require(Self.told(.failure, in: fixture))
            #expect(failure.input == result.standardOutput && failure.variables["HOTCOLD_EXIT_CODE"] == "69")
            #expect(failure.variables["HOT_MONGO_URI"] == nil && failure.variables["COLD_MONGO_URI"] == nil)
            #expect(Self.told(.start, in: fixture) == nil)
        }
    }

    @Test func `are told of a run that was stopped`() async throws {
        try await Self.with { fixture in
            try await fixture.insert(10)
            try Data().write(to: fixture.directory.appendingPathComponent("pause"))
            let process = try fixture.start("migrate", "--all", "--verbose", "--pause-file", "pause")
            try #require(await process.standardError.contains("paused"))
            process.send(signal: SIGTERM)
            let run = MoveRun(await process.wait())
            run.expect(143, "interrupted")
            let failure = try #require(Self.told(.failure, in: fixture))
            #expect(failure.variables["HOTCOLD_EXIT_CODE"] == "143" && failure.input == run.result.standardOutput)
        }
    }

    @Test(arguments: [
        ("echo no route >&2; exit 75", "ended with exit status 75: no route"),
        ("kill -9 $$", "ended with signal 9"),
        ("sleep 1000", "took longer than 2 s and was ended"),
    ])
    func `that fail are named and change nothing`(script: String, message: String) async throws {
        try await Self.with(Self.hooks { _ in script }) { fixture in
            let documents = try await fixture.insert(10)
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["migrated": 10])
            for event in ["start", "success"] {
                #expect(run.result.standardError.contains("on_event.\(event): /bin/sh \(message)"))
            }
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `that can't be started change nothing`() async throws {
        try await Self.with(#""on_event": {"start": ["/nonexistent"]}"#) { fixture in
            try await fixture.insert(10)
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["migrated": 10])
            #expect(
                run.result.standardError.contains("on_event.start: /nonexistent could not be started: No such file")
            )
        }
    }

    @Test func `are not told of a dry run`() async throws {
        try await Self.with { fixture in
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all", "--dry-run").expect(0, "completed")
            #expect(RunEvent.allCases.allSatisfy { Self.told($0, in: fixture) == nil })
        }
    }

    @Test func `are told of an alert although its mail is not taken`() async throws {
        let address = #""monitoring": {"alert_threshold_gb": 0.0000001, "notification_email": "ops@example.com"}, "#
        try await Self.with(address + Self.recording) { fixture in
            try await fixture.insert(100)
            let result = try await HotcoldProcess.run(
                ["stats", "--notify", "--json"],
                environment: ["HOTCOLD_SENDMAIL": "/bin/false"],
                in: fixture.directory
            )
            #expect(result.exitCode == 1, "\(result)")
            #expect(Self.told(.alert, in: fixture)?.variables["HOTCOLD_ALERT_CHANGE"] == "raised")
        }
    }

    @Test func `are told of an alert once, with no mail where nobody gets one`() async throws {
        let alert = #""monitoring": {"alert_threshold_gb": 0.0000001}, "# + Self.recording
        try await Self.with(alert) { fixture in
            try await fixture.insert(100)
            for isFirst in [true, false] {
                let result = try await HotcoldProcess.run(["stats", "--notify", "--json"], in: fixture.directory)
                #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
                let told = Self.told(.alert, in: fixture)
                #expect((told != nil) == isFirst)
                try? FileManager.default.removeItem(at: fixture.directory.appendingPathComponent("alert"))
                guard isFirst, let told else { continue }
                #expect(
                    told.variables["HOTCOLD_ALERT"] == "hot_size" && told.variables["HOTCOLD_ALERT_CHANGE"] == "raised"
                )
                let report = try ExtendedJSONQuery.parseDocument(told.input)
                #expect(report["alerts"]?.array?.count == 1)
            }
        }
    }
}
