import HotColdCore
import Mongo

extension PolicyValueGenerator {
    /// Text that the server's own parser takes in part, and that the profile of `ISO8601` mostly does not have.
    static let almostDates = [
        "", "2023-01-05\n", "2023-01-05\0", "2023-01-05\0x", "2023-01-05T10:20Z\0garbage", "2023-02-30", "2023-02-29",
        "2024-02-29", "1800-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "0000-02-29", "0000-01-01T00:00+23:59",
        "9999-12-31T23:59:59.999-23:59", "2023-01-05T24:00", "2023-01-05T23:59:60Z", "2023-01-05Z", "2023-01-05+01:00",
        "2023-01-05T10", "2023-01-05T10:20:30.", "2023-01-05T10:20:30,5", "2023-01-05T10:20.5Z", "2023-01-05t10:20z",
        "2023-01-05T10:20:30+24:00", "2023-01-05T10:20:30+1", "2023-01-05T10:20:30 +01:00", "-2023-01-05",
        "+2023-01-05", "12023-01-05", "10000-01-01", "20230105", "2023-W01", "2023-001", "2023-1-5", "now", "yesterday",
        "@0", "noon",
        "2023-01-05 EST", "2023-01-05T10:20 Europe/Berlin", "Jan 5 2023", "\u{662}023-01-05", "\u{200B}",
        "\u{FEFF}2023-01-05",
        "2023-01-05T10:20:30.1234567890", "2023-01-05T10:20:30.12345678901234567890123456789", "2023-01-05T10:20+0060",
        "2023-01-05T10:20:30.123456789+23:59", " 2023-01-05", "2023-01-05 ", "2023-01-05T10:20:30.000000000-00:00",
        String(repeating: "9", count: 35), String(repeating: "1", count: 50_000), String(repeating: "x", count: 50_000),
    ]

    /// A string for a date field: a date in one of the profile's many forms, one with an error in it, or anything.
    mutating func text() -> BSONValue {
        switch number(below: 20) {
        case 0..<10: return .string(dateText())
        case 10..<14:
            var bytes = Array(dateText().utf8)
            mutate(&bytes)
            return Self.string(bytes)
        case 14..<18: return .string(one(of: Self.almostDates))
        case 18:
            // Not UTF-8: alone, at an end, and where a parser may have stopped already.
            let invalid: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x80], [0, 0xFF], [0xE2, 0x82]]
            return Self.string(chance(0.2) ? one(of: invalid) : Array(dateText().utf8) + one(of: invalid))
        default: return .string(String(repeating: "2", count: number(below: 60)))
        }
    }

    /// A string of any bytes.
    private static func string(_ bytes: [UInt8]) -> BSONValue {
        let length = UInt32(bytes.count + 1)
        let prefix = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
        return BSONValue(type: .string, bytes: ArraySlice(prefix + bytes + [0]))
    }

    /// A date in the profile (unless its year has not four digits) with a zone and precision at random.
    private mutating func dateText() -> String {
        let offset = one(of: [0, 0, 60, -60, 330, -720, 14 * 60, 23 * 60 + 59, -(23 * 60 + 59), number(below: 1440)])
        let (local, overflow) = moment().addingReportingOverflow(Int64(offset) * 60_000)
        let text = ISO8601.string(fromMilliseconds: overflow ? 0 : local)
        let day = String(text.prefix { $0 != "T" })
        // `10:20:30Z` or `10:20:30.123Z`, without the Z.
        var time = String(text.drop { $0 != "T" }.dropFirst().dropLast())
        switch number(below: 12) {
        case 0: return day
        case 1: time = String(time.prefix(5))
        case 2: time = String(time.prefix(8))
        case 3: time = String(time.prefix(8)) + "." + String((0..<(1 + number(below: 9))).map { _ in digit() })
        case 4 where time.count == 12: time += String((0..<(1 + number(below: 6))).map { _ in digit() })
        default: break
        }
        return day + one(of: ["T", " "]) + time + zone(offset)
    }

    private mutating func digit() -> Character { Character(Unicode.Scalar(UInt8(0x30 + number(below: 10)))) }

    private mutating func zone(_ offset: Int) -> String {
        if offset == 0 { return one(of: ["", "Z", "+00:00", "-00", "+0000"]) }
        let (hours, minutes) = abs(offset).quotientAndRemainder(dividingBy: 60)
        let digits = [hours, minutes].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let sign = offset < 0 ? "-" : "+"
        if minutes == 0 && chance(0.3) { return sign + digits[0] }
        return sign + digits.joined(separator: one(of: ["", ":"]))
    }

    /// One byte changed, dropped, doubled or added.
    private mutating func mutate(_ bytes: inout [UInt8]) {
        let index = number(below: bytes.count)
        let byte = one(of: Array("0123456789-:.+TZ tz,\0\n\u{C3}".utf8))
        switch number(below: 5) {
        case 0: bytes[index] = byte
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[index], at: index)
        case 3: bytes.insert(byte, at: index)
        default: bytes.append(byte)
        }
    }
}
