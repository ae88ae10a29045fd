import Foundation
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

    /// Windows of the nights in which Berlin changes its clocks: a moment in UTC, and the end.
    static let changes: [(window: DailyWindow, at: String, end: String?)] = [
        // 02:00 is 03:00: a window that would end between them ends there, and one of that hour does not come.
        (DailyWindow(start: 60, end: 150), "2026-03-29T00:10:00Z", "2026-03-29T01:00:00Z"),
        (DailyWindow(start: 60, end: 240), "2026-03-29T00:10:00Z", "2026-03-29T02:00:00Z"),
        (DailyWindow(start: 120, end: 165), "2026-03-29T01:10:00Z", nil),
        // 03:00 is 02:00: the hour from 02:00 comes twice, and so does a window in it, for 45 minutes each.
        (DailyWindow(start: 120, end: 165), "2026-10-25T00:10:00Z", "2026-10-25T00:45:00Z"),
        (DailyWindow(start: 120, end: 165), "2026-10-25T00:50:00Z", nil),
        (DailyWindow(start: 120, end: 165), "2026-10-25T01:10:00Z", "2026-10-25T01:45:00Z"),
        (DailyWindow(start: 22 * 60, end: 150), "2026-10-24T21:00:00Z", "2026-10-25T00:30:00Z"),
        (DailyWindow(start: 22 * 60, end: 240), "2026-10-24T21:00:00Z", "2026-10-25T03:00:00Z"),
    ]

    @Test(arguments: changes.indices)
    func `a window ends by the clock on the wall where that is changed`(index: Int) throws {
        let (window, at, end) = Self.changes[index]
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        func seconds(_ text: String) throws -> Int { Int(try Date(text, strategy: .iso8601).timeIntervalSince1970) }
        let found = window.end(at: try seconds(at)) { moment in
            let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
            return (moment + offset) / 60 % 1440
        }
        #expect(try found == end.map(seconds))
    }

    @Test func `tells the time of day`() {
        #expect(DailyWindow.timeOfDay(at: Self.moment(4, 5)) == "04:05")
        #expect("\(Self.pastMidnight)" == "22:00-05:00")
    }
}
