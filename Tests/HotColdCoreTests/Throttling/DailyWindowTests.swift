import Glibc
import Testing

@testable import HotColdCore

/// By the local time of whatever machine the tests run on; in the middle of January no zone changes its clocks.
@Suite struct DailyWindowTests {
    /// 2026-01-15 at a local time of day, in seconds since 1970.
    private static func moment(_ hour: Int, _ minute: Int, day: Int32 = 15) -> Int {
        var local = tm()
        (local.tm_year, local.tm_mon, local.tm_mday) = (126, 0, day)
        (local.tm_hour, local.tm_min, local.tm_isdst) = (Int32(hour), Int32(minute), -1)
        return mktime(&local)
    }

    private static let night = DailyWindow(start: 60, end: 300)
    private static let pastMidnight = DailyWindow(start: 22 * 60, end: 5 * 60)

    @Test(arguments: [(1, 0), (3, 17), (4, 59)])
    func `a window ends at its end`(hour: Int, minute: Int) {
        #expect(Self.night.end(at: Self.moment(hour, minute)) == Self.moment(5, 0))
    }

    @Test(arguments: [(0, 59), (5, 0), (13, 0), (23, 59)])
    func `outside of a window nothing ends`(hour: Int, minute: Int) {
        #expect(Self.night.end(at: Self.moment(hour, minute)) == nil)
    }

    @Test func `a window may go on past midnight`() {
        #expect(Self.pastMidnight.end(at: Self.moment(22, 0)) == Self.moment(5, 0, day: 16))
        #expect(Self.pastMidnight.end(at: Self.moment(0, 0)) == Self.moment(5, 0))
        #expect(Self.pastMidnight.end(at: Self.moment(4, 59)) == Self.moment(5, 0))
        #expect(Self.pastMidnight.end(at: Self.moment(5, 0)) == nil)
        #expect(Self.pastMidnight.end(at: Self.moment(21, 59)) == nil)
    }

    @Test func `tells the time of day`() {
        #expect(DailyWindow.timeOfDay(at: Self.moment(4, 5)) == "04:05")
        #expect("\(Self.pastMidnight)" == "22:00-05:00")
    }
}
