import Testing

@testable import HotColdCLI

@Suite("The arguments of schedule")
struct ArgumentsScheduleTests {
    private func parse(_ arguments: [String]) throws -> ScheduleOptions {
        let parsed = try ArgumentParser.parse(["schedule"] + arguments)
        guard case .schedule(let options) = parsed.invocation else {
            throw UsageError("parsed as \(parsed.invocation)")
        }
        return options
    }

    @Test("need not say when: at one in the night")
    func time() throws {
        #expect(try parse(["--cron"]).time == StartTime(hour: 1, minute: 0))
        #expect(try parse(["--cron", "--at=00:00"]).time == StartTime(hour: 0, minute: 0))
        #expect(try parse(["--cron", "--at", "2:15"]).time == StartTime(hour: 2, minute: 15))
        #expect(try parse(["--systemd", "--at", "23:59"]).time == StartTime(hour: 23, minute: 59))
    }

    @Test(
        "take a time only as a clock shows it, within a day",
        arguments: [
            "24:00", "001:00", ":00", "01:60", "01:0", "0100", "01:00:00", " 01:00", "01:00 ", "-1:00", "٠١:٠٠",
            "01.00",
        ]
    )
    func malformedTime(text: String) throws {
        let error = try #require(throws: UsageError.self) { try parse(["--cron", "--at=\(text)"]) }
        #expect(error.message.hasPrefix("--at takes a time of day from 00:00 to 23:59, not "))
    }

    @Test(
        "say what does not go together, and what is missing",
        arguments: [
            ([], "schedule needs --cron or --systemd"), (["--at", "01:00"], "schedule needs --cron or --systemd"),
            (["--output", "d"], "schedule needs --cron or --systemd"),
            (["--cron", "--systemd"], "--cron and --systemd exclude each other"),
            (["--cron", "--output", "d"], "--output needs --systemd"),
        ]
    )
    func contradictions(arguments: [String], message: String) throws {
        #expect(try #require(throws: UsageError.self) { try parse(arguments) }.message == message)
    }

    @Test("take a user that is one word in a crontab and in a unit", arguments: ["ops", "_a", "www-data", "a.b_1"])
    func user(name: String) throws { #expect(try parse(["--cron", "--user", name]).user == name) }

    @Test(
        "refuse what would be read as something else there",
        arguments: ["a b", "a\nb", "%n", "$HOME", "1000", "x;y", "-n", ".a", "é", String(repeating: "a", count: 33)]
    )
    func malformedUser(name: String) throws {
        let error = try #require(throws: UsageError.self) { try parse(["--systemd", "--user=\(name)"]) }
        #expect(error.message.hasPrefix("--user takes the name of a user, not "))
    }
}
