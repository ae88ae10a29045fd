@testable import HotColdCLI
@testable import HotColdCore

extension FuzzTarget {
    /// Dates, durations, days and counts, in documents and on the command line.
    static let time = FuzzTarget(
        name: "time",
        seeds: {
            [
                "2023-01-05", "2023-01-05T10:20:30.123456789+00:00", "0000-01-01", "9999-12-31 23:59:59.999-23:59",
                "2024-02-29T00:00Z", "1h30m", "36500d", "90s", "9223372036854775807d", "30,60,180", "-1", "10000000",
            ].map { Array($0.utf8) }
        },
        run: { bytes in
            if let moment = ISO8601.milliseconds(from: bytes) { checkRoundTrip(moment) }
            if bytes.count >= 8 {
                checkRoundTrip(bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) })
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let moment = try? DateText.parse(text) { checkRoundTrip(moment) }
            if let duration = try? DurationText.parse(text) {
                require(duration >= .zero && duration <= DurationText.maximum, "a duration within its limits")
            }
            if let days = try? DaysText.parse(text) {
                require(days.allSatisfy(DaysText.range.contains), "days within their limits")
            }
            if let count = try? CountText.parse(text, in: 1...1000) { require(1...1000 ~= count, "in its range") }
            _ = (FieldPath(text)?.enclosing, text.shown, text.harmless)
        }
    )

    private static func checkRoundTrip(_ moment: Int64) {
        let text = ISO8601.string(fromMilliseconds: moment)
        // Years of four digits are read again.
        guard text.utf8.first != 0x2B, text.utf8.first != 0x2D else { return }
        require(ISO8601.milliseconds(from: text.utf8) == moment, "\(text) is \(moment)")
    }
}
