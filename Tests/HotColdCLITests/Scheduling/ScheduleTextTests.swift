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

    @Test("for cron is comments, and one line that ends")
    func lines() {
        for run in Self.runs.map(\.run) {
            let text = CrontabText(run).text
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.last == "" && lines.dropLast().filter { !$0.hasPrefix("#") } == [CrontabText(run).line[...]])
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

    @Test("goes to files with the names of units, of a directory with a slash or without")
    func directories() {
        for directory in ["/a/b", "/a/b/"] {
            let units = SystemdUnits(.usual, directory: directory)
            #expect(units.text == "/a/b/hotcold-migrate.service\n/a/b/hotcold-migrate.timer\n")
        }
    }
}
