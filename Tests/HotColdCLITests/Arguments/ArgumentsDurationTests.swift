import Testing

@testable import HotColdCLI

@Suite("A duration")
struct ArgumentsDurationTests {
    @Test(
        "is read with its units",
        arguments: [
            ("90s", 90), ("15m", 900), ("2h", 7200), ("1h30m", 5400), ("1d", 86_400), ("1d2h3m4s", 93_784), ("0s", 0),
            ("90m", 5400), ("1h90m", 9000), ("007s", 7), ("36500d", 3_153_600_000),
        ]
    )
    func valid(text: String, seconds: Int64) throws {
        #expect(try DurationText.parse(text) == .seconds(seconds))
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "s", "h30m", "90", "1h30", "1.5h", "-5m", "+5m", "5 m", " 5m", "5m ", "5M", "5ms", "5min", "30m1h",
            "1m1m",
            "1h1h", "٥m", "5\u{301}m", "1e3s", "m5", "5m\n", "∞", "1_000s",
        ]
    )
    func malformed(text: String) {
        #expect(throws: MalformedValue.self) { try DurationText.parse(text) }
    }

    @Test(
        "that is too long is refused, however many digits it has",
        arguments: [
            "36501d", "36500d1s", "876001h", "9223372036854775807s", "9223372036854775808s", "106751991167301d",
            "99999999999999999999999999999999d", "9223372036854775807s1s", "36500d9223372036854775807s",
        ]
    )
    func tooLong(text: String) {
        #expect(throws: MalformedValue.self) { try DurationText.parse(text) }
    }

    @Test("is refused below its minimum")
    func minimum() throws {
        #expect(try DurationText.parse("1s", atLeast: .seconds(1)) == .seconds(1))
        #expect(throws: MalformedValue(takes: "a duration of at least 60s", not: "59s")) {
            try DurationText.parse("59s", atLeast: .seconds(60))
        }
    }

    @Test(
        "gets the hint that fits the mistake",
        arguments: [
            ("90", "did you mean 90s?"),
            ("1h30", "every number needs its unit: d, h, m or s"),
            ("1.5h", "the units are d, h, m and s, and the numbers are whole"),
            ("30m1h", "each unit at most once, the larger ones first: 1h30m"),
        ]
    )
    func hints(text: String, hint: String) {
        let error = #expect(throws: MalformedValue.self) { try DurationText.parse(text) }
        #expect(error?.hint == hint)
    }
}
