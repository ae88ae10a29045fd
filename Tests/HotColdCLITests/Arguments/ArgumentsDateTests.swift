import Testing

@testable import HotColdCLI

@Suite("A date")
struct ArgumentsDateTests {
    @Test(
        "is read as milliseconds since 1970",
        arguments: [
            ("1970-01-01", 0),
            ("1970-01-02", 86_400_000),
            ("1969-12-31", -86_400_000),
            ("2000-02-29", 951_782_400_000),
            ("2024-02-29", 1_709_164_800_000),
            ("2026-11-22", 1_795_305_600_000),
            ("2026-11-22T16:00:00Z", 1_795_363_200_000),
            ("2026-11-22t16:00:00z", 1_795_363_200_000),
            ("2026-11-22 16:00:00Z", 1_795_363_200_000),
            ("2026-11-22T16:00:00+00:00", 1_795_363_200_000),
            ("2026-11-22T16:00:00-00:00", 1_795_363_200_000),
            ("2026-11-22T18:00:00+02:00", 1_795_363_200_000),
            ("2026-11-22T10:30:00-05:30", 1_795_363_200_000),
            ("2026-11-23T00:30:00+08:30", 1_795_363_200_000),
            ("1970-01-01T00:00:00.5Z", 500),
            ("1970-01-01T00:00:00.123999999Z", 123),
            ("1969-12-31T23:59:59.999Z", -1),
            ("1969-12-31T23:59:59.9999Z", -1),
            ("0001-01-01", -62_135_596_800_000),
            ("9999-12-31", 253_402_214_400_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ]
    )
    func valid(text: String, milliseconds: Int64) throws {
        #expect(try DateText.parse(text) == milliseconds)
    }

    @Test(
        "is refused when it is not in the calendar or not on the clock",
        arguments: [
            "2026-02-29", "2026-02-30", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00",
            "2026-01-32", "0000-01-01", "2026-01-01T24:00:00Z", "2026-01-01T12:60:00Z", "2016-12-31T23:59:60Z",
            "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:00-00:01",
        ]
    )
    func impossible(text: String) {
        #expect(throws: MalformedValue.self) { try DateText.parse(text) }
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "today", "2026", "2026-11", "2026-1-1", "26-11-22", "2026/11/22", "22-11-2026", "20261122",
            "+2026-11-22",
            "-2026-11-22", "12026-11-22", " 2026-11-22", "2026-11-22 ", "2026-11-22T", "2026-11-22Z", "2026-11-22T16",
            "2026-11-22T16:00Z", "2026-11-22T16:00:00", "2026-11-22T16:00:00.Z", "2026-11-22T16:00:00+0200",
            "2026-11-22T16:00:00+02", "2026-11-22T16:00:00+24:00", "2026-11-22T16:00:00+02:60",
            "2026-11-22T16:00:00ZZ", "2026-11-22T16:00:00,5Z", "٢٠٢٦-11-22", "2026-11-22T16:00:00 Z", "1795305600",
        ]
    )
    func malformed(text: String) {
        #expect(throws: MalformedValue.self) { try DateText.parse(text) }
    }

    @Test("agrees with a count of the days, one by one, through all leap years")
    func everyDay() throws {
        var expected = try DateText.parse("1889-12-31")
        for year in 1890...2110 {
            for month in 1...12 {
                let days = CalendarDay(year: Int64(year), month: Int64(month), day: 1).daysInMonth
                for day in 1...days {
                    expected += 86_400_000
                    let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
                    try #require(try DateText.parse(text) == expected, "\(text)")
                }
            }
        }
        #expect(try DateText.parse("2110-12-31") == 4_449_427_200_000)
    }

    @Test("without its zone gets the hint how to write UTC")
    func zone() {
        let error = #expect(throws: MalformedValue.self) { try DateText.parse("2026-11-22T16:00:00") }
        #expect(error?.hint == "for UTC write 2026-11-22T16:00:00Z")
    }
}
