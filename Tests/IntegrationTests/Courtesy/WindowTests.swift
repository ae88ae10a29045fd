import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// A run keeps to the hours that it may work in.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct WindowTests {
    /// The arguments for a window that starts and ends so many hours from now, in a zone of whole hours.
    private static func window(from start: Int, to end: Int, zone: String) throws -> [String] {
        let timeZone = try #require(TimeZone(identifier: zone))
        func time(_ hours: Int) -> String {
            let format = Date.VerbatimFormatStyle(
                format: "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)",
                timeZone: timeZone,
                calendar: Calendar(identifier: .gregorian)
            )
            return Date(timeIntervalSinceNow: Double(hours) * 3600).formatted(format)
        }
        return ["--window", "\(time(start))-\(time(end))", "--time-zone", zone]
    }

    @Test(arguments: ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
    func `outside of its window a run does nothing, and that is a success`(zone: String) async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(10)
            let arguments = try Self.window(from: 2, to: 5, zone: zone)
            let run = MoveRun(
                try await HotcoldProcess.run(["migrate", "--all", "--json"] + arguments, in: fixture.directory)
            )
            run.expect(0, "stopped")
            #expect(run.report["stopped_by"]?.string == "window")
            #expect(run.collections.map { $0["status"]?.string } == ["not_begun"], "\(run.result)")
            #expect(run.report["totals"]?.document?["migrated"]?.integer == 0)
            try await fixture.expect(hot: documents, cold: [])
            #expect(try await fixture.state.documents(in: "runs").isEmpty)

            let plain = try await HotcoldProcess.run(["migrate", "--all"] + arguments, in: fixture.directory)
            #expect(plain.exitCode == 0 && plain.standardError.isEmpty, "\(plain)")
            #expect(plain.standardOutput.contains("outside of --window \(arguments[1]) \(zone): nothing was done"))
        }
    }

    @Test(arguments: ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
    func `within its window a run works`(zone: String) async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(10)
            let run = try await fixture.run(["migrate", "--all"] + Self.window(from: -2, to: 3, zone: zone))
            run.expect(0, "completed", ["migrated": 10])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test func `at the end of its window a run stops`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(10)
            let configuration = try Configuration.load(
                file: fixture.directory.appendingPathComponent("policies.json").path,
                environment: [:]
            )
            let session = try await MoveSession(configuration: configuration)
            var options = MoveOptions()
            options.deadline = Deadline(.now, .window)
            let plan = try await session.planner.migration(
                of: configuration.collections[0],
                options: options,
                detailed: false
            )
            let report = await session.migrator.run(plan, stop: StopRequest())
            #expect(report.stoppedBy == .window && report.status == .stopped && report.counts.migrated == 0)
        }
    }

    @Test func `a dry run is made at any time`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(10)
            let run = try await fixture.run(["migrate", "--all", "-n"] + Self.window(from: 2, to: 5, zone: "UTC"))
            run.expect(0, "completed", ["eligible": 10])
        }
    }
}
