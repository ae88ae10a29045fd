import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("A window")
struct ArgumentsWindowTests {
    @Test(
        "is read as two times of day",
        arguments: [
            ("01:00-05:00", 60, 300), ("22:30-04:05", 1350, 245), ("00:00-23:59", 0, 1439),
        ]
    )
    func valid(text: String, start: Int, end: Int) throws {
        #expect(try WindowText.parse(text) == DailyWindow(start: start, end: end))
        #expect("\(DailyWindow(start: start, end: end))" == text)
    }

    @Test("needs no zero before an hour")
    func shortHours() throws { #expect(try WindowText.parse("1:00-5:00") == DailyWindow(start: 60, end: 300)) }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "01:00", "01:00-", "-05:00", "1:0-5:00", "01:00-24:00", "01:60-02:00", "01:00-05:00 ", "01:00–05:00",
            "01.00-05.00", "01:00-05:00-06:00", "0100-0500", "+1:00-05:00", "٠١:00-05:00", "03:00-03:00",
        ]
    )
    func malformed(text: String) {
        #expect(throws: MalformedValue.self) { try WindowText.parse(text) }
    }

    @Test("is what a time zone needs")
    func zone() {
        #expect(throws: UsageError.self) { try ArgumentParser.parse(["migrate", "--all", "--time-zone", "UTC"]) }
    }

    @Test(
        "has a zone that this machine knows",
        arguments: ["", "Europe/Berln", "/etc/passwd", "../../../etc/passwd", ".", "zone.tab", "Europe"]
    )
    func unknownZone(zone: String) {
        #expect(throws: Failure.self) {
            try WorkingHours(window: DailyWindow(start: 0, end: 1), zone: zone).read()
        }
    }
}
