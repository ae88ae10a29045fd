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

    @Test("have other jobs beside the migration")
    func jobs() throws {
        let options = try parse(["--cron", "--at", "02:00", "--verify", "weekly", "--stats", "hourly"])
        #expect(options.jobs.map(\.purpose) == [.migrate, .verify, .stats])
        #expect(options.jobs.map(\.frequency) == [.daily, .weekly, .hourly])
        #expect(options.jobs.map(\.time.text) == ["02:00", "08:00", "02:30"])
        #expect(options.jobs[1].arguments == ["verify", "--journal", "--days", "8", "--quiet"])
        #expect(
            try #require(throws: UsageError.self) { try parse(["--cron", "--verify", "yearly"]) }.message.contains(
                "--verify takes hourly, daily, weekly or monthly"
            )
        )
    }

    @Test("hand on what stands behind --, where migrate takes it")
    func rest() throws {
        let options = ["--max-duration", "4h", "--problems", "/var/log/p.jsonl"]
        let parsed = try parse(["--systemd", "--"] + options)
        #expect(parsed.migrateOptions == options && parsed.scheduler == .systemd(directory: nil))
        #expect(parsed.jobs[0].arguments == ["migrate", "--all", "--quiet"] + options)
    }

    @Test(
        "refuse behind -- what migrate does not take, or nobody means every night",
        arguments: [
            ["--max-duratoin", "4h"], ["--max-duration", "soon"], ["--collection", "a"], ["users"], ["--dry-run"],
            ["--confirm", "users"], ["--config", "x"], ["--hot-uri", "mongodb://u:p@h/"], ["--json"], ["--help"],
            ["--problems", "p.jsonl"], ["--version"],
        ]
    )
    func refusedRest(options: [String]) throws {
        let error = try #require(throws: UsageError.self) { try parse(["--cron", "--"] + options) }
        #expect(error.message.hasPrefix("behind --: "), "\(error.message)")
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
