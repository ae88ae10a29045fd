import HotColdCore
import Mongo
import TestSupport

/// Makes values for a deciding field: dates around cutoffs, things that are almost dates, and everything else.
struct PolicyValueGenerator {
    var random: SeededGenerator
    let type: Policy.DateType
    let cutoffs: [Int64]
    let hasSymbols: Bool

    mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
    mutating func number(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(below: elements.count)] }

    /// What stands at a field; nil for a missing one.
    mutating func leaf() -> BSONValue? {
        switch number(below: 100) {
        case 0..<7: nil
        case 7..<12: .null
        case 12..<30: anything()
        default: ofType()
        }
    }

    /// A value as the date type wants it, or nearly so.
    mutating func ofType() -> BSONValue { value(like: type) }

    private mutating func value(like type: Policy.DateType) -> BSONValue {
        switch type {
        case .date: .date(milliseconds: moment())
        case .iso8601: text()
        case .epochMillis: numeric(unit: 1)
        case .epochSeconds: numeric(unit: 1000)
        case .objectID: objectID()
        }
    }

    /// A moment, most often at or next to a cutoff.
    mutating func moment() -> Int64 {
        let cutoff = one(of: cutoffs)
        return switch number(below: 10) {
        case 0..<5: cutoff.addingReportingOverflow(one(of: [-1, 0, 1])).partialValue
        case 5: cutoff.addingReportingOverflow(one(of: [-1000, -999, 999, 1000, 86_400_000, -86_400_000])).partialValue
        case 6: one(of: [.min, .min + 1, .max, .max - 1, 0, -1, 1])
        // Before 1970, after 9999, year 0.
        case 7: one(of: [-86_400_000 * 400, 253_402_300_800_000, -62_167_219_200_000, -62_167_219_200_001])
        default: Int64.random(in: -5_000_000_000_000...5_000_000_000_000, using: &random)
        }
    }

    private mutating func objectID() -> BSONValue {
        let (quotient, remainder) = moment().quotientAndRemainder(dividingBy: 1000)
        let seconds = UInt32(clamping: quotient + (remainder < 0 ? -1 : 0) + Int64(number(below: 3)) - 1)
        let rest: [UInt8] =
            chance(0.5) ? Array(repeating: 0, count: 8) : one(of: [Array(repeating: 255, count: 8), Array(1...8)])
        let stamp = (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * $0)) }
        return .objectID(stamp + rest)
    }

    private mutating func numeric(unit: Int64) -> BSONValue {
        let moment = moment()
        let quotient = moment / unit
        let exact = Double(moment) / Double(unit)
        switch number(below: 12) {
        case 0: return .int32(Int32(clamping: quotient))
        case 1: return .int32(one(of: [.min, -1, 0, 1, .max]))
        case 2...4: return .int64(quotient.addingReportingOverflow(one(of: [-1, 0, 1])).partialValue)
        case 5...7: return .double(one(of: [exact, exact.nextUp, exact.nextDown, exact - 0.5, exact + 0.5]))
        case 8:
            return .double(
                one(of: [.nan, -.nan, Double(nan: 77, signaling: false), .signalingNaN, .infinity, -.infinity])
            )
        case 9:
            let odd: [Double] = [-0.0, 0, .leastNonzeroMagnitude, -1e-20, 1e300, -1e300, 9_223_372_036_854_775_808]
            return .double(one(of: odd))
        case 10: return .int64(one(of: [.min, .max, 1 << 53, 1 << 53 + 1, -(1 << 53) - 1]))
        default: return Self.decimal(UInt64(clamping: quotient))
        }
    }

    /// A Decimal128 without exponent.
    private static func decimal(_ number: UInt64) -> BSONValue {
        let low = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        return BSONValue(type: .decimal128, bytes: ArraySlice(low + [0, 0, 0, 0, 0, 0, 0x40, 0x30]))
    }

    /// Any value of any type.
    mutating func anything() -> BSONValue {
        switch number(below: 24) {
        case 0: .minKey
        case 1: .maxKey
        case 2: .undefined
        case 3: .null
        case 4: .bool(chance(0.5))
        case 5: .timestamp(seconds: UInt32(clamping: moment() / 1000), increment: 1)
        case 6: Self.decimal(UInt64(clamping: moment()))
        // NaN as a Decimal128.
        case 7: BSONValue(type: .decimal128, bytes: ArraySlice(Array(repeating: 0, count: 15) + [0x7C]))
        case 8: .binary([1, 2, 3])
        case 9: BSONValue(type: .regularExpression, bytes: [0x61, 0, 0x69, 0])
        case 10: BSONValue(type: .dbPointer, bytes: BSONValue.string("c").bytes + Array(repeating: 1, count: 12))
        case 11: .text(.javascript, "2020-01-01")
        case 12: .text(hasSymbols ? .symbol : .string, "2020-01-01")
        case 13: BSONValue(type: .javascriptWithScope, bytes: [15, 0, 0, 0, 2, 0, 0, 0, 0x61, 0, 5, 0, 0, 0, 0])
        case 14: [:]
        case 15: ["x": ofType(), "$date": ofType()]
        case 16: []
        case 17: [ofType()]
        case 18: [.null, ofType(), ofType()]
        case 19: value(like: .date)
        case 20: value(like: .iso8601)
        case 21: value(like: .epochMillis)
        case 22: value(like: .epochSeconds)
        default: value(like: .objectID)
        }
    }
}
