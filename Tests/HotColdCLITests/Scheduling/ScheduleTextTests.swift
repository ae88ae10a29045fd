import Testing

@testable import HotColdCLI

@Suite("A schedule")
struct ScheduleTextTests {
    static let runs: [(run: ScheduledRun, name: String)] = [(.usual, "usual"), (.hostile, "hostile")]

    @Test("for cron reads as in the golden file", arguments: runs)
    func cron(run: ScheduledRun, name: String) throws {
        try expectGolden(CrontabText(run).text, "schedule-cron-\(name).txt")
    }

    @Test("for systemd reads as in the golden file", arguments: runs)
    func systemd(run: ScheduledRun, name: String) throws {
        try expectGolden(SystemdUnits(run, directory: nil).text, "schedule-systemd-\(name).txt")
    }

    @Test("for cron is comments, and a line for each job that ends")
    func lines() {
        for run in Self.runs.map(\.run) {
            let text = CrontabText(run).text
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let ofJobs = run.jobs.map { CrontabText(run).line(of: $0)[...] }
            #expect(lines.last == "" && lines.dropLast().filter { !$0.hasPrefix("#") } == ofJobs)
        }
    }

    @Test("holds no connection string, and says where they are read from")
    func secrets() {
        for text in [CrontabText(.hostile).text, SystemdUnits(.hostile, directory: nil).text] {
            #expect(!text.contains("s3cret") && !text.contains("mongodb://"))
            #expect(text.contains("hotcold.env") && text.contains("HOT_MONGO_URI and COLD_MONGO_URI"))
        }
        for text in [CrontabText(.usual).text, SystemdUnits(.usual, directory: nil).text] {
            #expect(!text.contains("hotcold.env"))
        }
    }

    @Test("has systemd try again after 69 and 75 only, whatever codes there are")
    func restarts() throws {
        let text = SystemdUnits(.usual, directory: nil).text
        func codes(_ setting: String) throws -> [Int32] {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(setting)=") })
            return line.dropFirst(setting.count + 1).split(separator: " ").compactMap { Int32($0) }
        }
        let ended = Set(try codes("SuccessExitStatus") + codes("RestartPreventExitStatus") + [0])
        #expect(Set(ExitCode.allCases.map(\.rawValue)).subtracting(ended) == [69, 75])
        #expect(try codes("SuccessExitStatus") == [129, 130, 143])
    }

    static let times: [(ScheduledJob.Frequency, cron: String, systemd: String)] = [
        (.hourly, "5 * * * *", "*-*-* *:05:00"), (.daily, "5 23 * * *", "*-*-* 23:05:00"),
        (.weekly, "5 23 * * 0", "Sun *-*-* 23:05:00"), (.monthly, "5 23 1 * *", "*-*-01 23:05:00"),
    ]

    @Test("says how often in the words of cron and systemd", arguments: times)
    func frequency(frequency: ScheduledJob.Frequency, cron: String, systemd: String) {
        let job = ScheduledJob(purpose: .verify, frequency: frequency, time: StartTime(hour: 23, minute: 5))
        #expect(job.cronFields == cron && job.calendarEvent == systemd)
    }

    @Test("has the other jobs at other times, around midnight, too")
    func later() {
        let time = StartTime(hour: 23, minute: 45)
        #expect(time.later(byMinutes: 30) == StartTime(hour: 0, minute: 15))
        #expect(time.later(byMinutes: 360) == StartTime(hour: 5, minute: 45))
    }

    @Test("goes to files with the names of units, of a directory with a slash or without")
    func directories() {
        for directory in ["/a/b", "/a/b/"] {
            let units = SystemdUnits(.usual, directory: directory)
            #expect(units.text == "/a/b/hotcold-migrate.service\n/a/b/hotcold-migrate.timer\n")
        }
    }
}
