import Testing

@testable import HotColdCLI

@Suite("A path in a schedule")
struct SchedulePathTests {
    private func refusal(of run: ScheduledRun, _ scheduler: ScheduleOptions.Scheduler) -> String? {
        do {
            try run.checkPaths(for: scheduler)
            return nil
        } catch {
            return (error as? Failure)?.message
        }
    }

    private static let systemd = ScheduleOptions.Scheduler.systemd(directory: nil)

    @Test("is taken with blanks, percent signs, quotes and letters of any language")
    func ordinary() {
        for scheduler in [.cron, Self.systemd] { #expect(refusal(of: .usual, scheduler) == nil) }
        #expect(refusal(of: .hostile, .cron) == nil)
        #expect(refusal(of: .hostile.with { $0.executable = "/opt/100% $HOME žluť/hotcold" }, Self.systemd) == nil)
    }

    @Test("is refused where it has several lines", arguments: ["\n", "\r", "\t", "\u{7F}", "\u{85}"])
    func control(character: String) {
        for scheduler in [.cron, Self.systemd] {
            for path in [\ScheduledRun.executable, \ScheduledRun.configuration] {
                let run = ScheduledRun.usual.with { $0[keyPath: path] += character }
                #expect(refusal(of: run, scheduler)?.contains("has control characters") == true)
            }
        }
    }

    @Test("is refused for systemd where that has no way to write it")
    func systemd() {
        for path in [#"/a"b"#, "/a'b", #"/a\b"#] {
            let run = ScheduledRun.usual.with { $0.executable = path }
            #expect(refusal(of: run, Self.systemd)?.contains("quotes or a backslash") == true)
            #expect(refusal(of: run, .cron) == nil)
        }
        for path in ["/a ", #"/a\"#] {
            let run = ScheduledRun.usual.with { $0.configuration = path }
            #expect(refusal(of: run, Self.systemd)?.contains("ends with a blank or a backslash") == true)
            #expect(refusal(of: run, .cron) == nil)
        }
    }

    @Test("is refused for cron where the line becomes longer than cron takes")
    func long() {
        func run(_ count: Int) -> ScheduledRun {
            .usual.with { $0.configuration = "/" + String(repeating: "a", count: count) }
        }
        let rest = CrontabText(run(0)).command(of: run(0).jobs[0]).utf8.count
        #expect(refusal(of: run(998 - rest), .cron) == nil)
        #expect(refusal(of: run(999 - rest), .cron)?.contains("at most 998 bytes, and this one has 999") == true)
        #expect(refusal(of: run(999), Self.systemd) == nil)
    }

    static let programs: [(path: String, isHidden: Bool)] = [
        ("/home/a/hotcold", true), ("/tmp/hotcold", true), ("/root/h", true), ("/usr/local/bin/hotcold", false),
    ]

    @Test("is hidden from the service where its sandbox has something else", arguments: programs)
    func hidden(path: String, isHidden: Bool) {
        #expect(ScheduledRun.usual.with { $0.executable = path }.isHiddenFromService == isHidden)
    }
}
