import Mongo
import Testing

@testable import HotColdCore

@Suite struct PolicyFieldTests {
    private func found(_ type: Policy.DateType, _ document: BSONDocument, at path: String = "d") -> Found {
        DatedField(path: .of(path), type: type).read(document).found
    }

    /// A value of every BSON type.
    static let oneOfEach: [BSONValue] = [
        .double(1), "1", [:], [1], .binary([1]), .undefined, .objectID(Array(repeating: 1, count: 12)), true,
        .date(milliseconds: 1), .null, BSONValue(type: .regularExpression, bytes: [0x61, 0, 0]),
        BSONValue(type: .dbPointer, bytes: BSONValue.string("c").bytes + Array(repeating: 1, count: 12)),
        .text(.javascript, "1"), .text(.symbol, "2020-01-01"),
        BSONValue(type: .javascriptWithScope, bytes: [15, 0, 0, 0, 2, 0, 0, 0, 0x61, 0, 5, 0, 0, 0, 0]),
        .int32(1), .timestamp(seconds: 1, increment: 1), .int64(1),
        BSONValue(type: .decimal128, bytes: [1] + Array(repeating: 0, count: 13) + [0x40, 0x30]), .maxKey, .minKey,
    ]

    @Test(arguments: Policy.DateType.allCases)
    func `only the types that the date type says are dates`(type: Policy.DateType) {
        #expect(Set(Self.oneOfEach.map(\.type)).count == BSONType.allCases.count)
        for value in Self.oneOfEach {
            switch (value.type, found(type, ["d": value])) {
            case (.null, let found): #expect(found == .null)
            case (.string, let found) where type == .iso8601: #expect(found == .noDate(.string))
            case (let other, .date): #expect(type.bsonTypes.contains(other))
            case (let other, let found): #expect(found == .wrongType(other) && !type.bsonTypes.contains(other))
            }
        }
    }

    @Test func `paths go through documents and not through arrays or other values`() {
        let date = BSONValue.date(milliseconds: 7)
        #expect(found(.date, ["a": ["b": ["c": date]]], at: "a.b.c") == .date(7))
        #expect(found(.date, ["a": ["b": [date]]], at: "a.b") == .wrongType(.array))
        #expect(found(.date, ["a": [["b": date]]], at: "a.b") == .insideArray("a"))
        #expect(found(.date, ["a": ["b": [["c": date]]]], at: "a.b.c") == .insideArray("a.b"))
        #expect(found(.date, ["a": []], at: "a.b") == .insideArray("a"))
        #expect(found(.date, ["a": [date]], at: "a.0") == .insideArray("a"))
        #expect(found(.date, ["a": ["0": date]], at: "a.0") == .date(7))
        for other in [BSONValue.null, .undefined, 5, "text", date] {
            #expect(found(.date, ["a": other], at: "a.b") == .missing)
        }
        #expect(found(.date, [:], at: "a.b") == .missing)
        #expect(found(.date, ["a": [:]], at: "a.b") == .missing)
    }

    @Test func `a dot in a stored name is part of the name`() {
        #expect(found(.date, ["a.b": .date(milliseconds: 7)], at: "a.b") == .missing)
        #expect(found(.date, ["a": ["b.c": .date(milliseconds: 7)]], at: "a.b.c") == .missing)
    }

    @Test func `the first of equal names counts`() {
        #expect(found(.date, ["d": .date(milliseconds: 1), "d": .date(milliseconds: 2)]) == .date(1))
        #expect(found(.date, ["d": 5, "d": .date(milliseconds: 2)]) == .wrongType(.int32))
        #expect(found(.date, ["a": [:], "a": ["d": .date(milliseconds: 2)]], at: "a.d") == .missing)
    }

    @Test func `names are compared byte for byte`() {
        // Composed and decomposed, which Swift's strings hold for equal.
        #expect(found(.date, ["\u{E9}": .date(milliseconds: 7)], at: "\u{E9}") == .date(7))
        #expect(found(.date, ["\u{E9}": .date(milliseconds: 7)], at: "e\u{301}") == .missing)
    }

    @Test func `a malformed document is not one without the field`() throws {
        var bytes = Array((["x": 1, "d": .null] as BSONDocument).bytes)
        bytes[4] = 0x7E
        let document = try BSONDocument(bytes: bytes[...])
        #expect(found(.date, document) == .malformed)
        let policy = Policy.sample(.accessBased, missing: .useDate)
        #expect(policy.evaluate(document, at: policyNow).temperature == .unclassified)
    }

    @Test(
        arguments: [
            (.int32(-1), -1), (.int64(.max), .max), (.double(1.5), 1), (.double(-0.0), 0), (.double(-0.5), -1),
            (.double(-1e-300), -1), (.double(.leastNonzeroMagnitude), 0), (.double(1e300), .max),
            (.double(-1e300), .min), (.double(9_007_199_254_740_992), 9_007_199_254_740_992),
        ] as [(BSONValue, Int64)]
    )
    func `epoch_millis takes integers and finite doubles`(value: BSONValue, expected: Int64) {
        #expect(found(.epochMillis, ["d": value]) == .date(expected))
    }

    @Test(
        arguments: [
            (.int32(-1), -1000), (.int64(.max), .max), (.int64(.min), .min), (.double(1.5), 1500),
            (.double(0.0005), 0), (.double(-0.0005), -1), (.double(-1e-20), -1), (.double(1e300), .max),
            (.double(-1e300), .min), (.double(9.3e15), .max),
            // The double next below 0.001: the product with 1000 rounds up to 1.
            (.double((0.001).nextDown), 0), (.double(0.001), 1), (.double((-0.001).nextDown), -2),
            // The double 0.29 is a little below 0.29, 0.7 too.
            (.double(0.29), 289), (.double(0.7), 699), (.double(0.25), 250),
        ] as [(BSONValue, Int64)]
    )
    func `epoch_seconds takes integers and finite doubles, exactly rounded down`(value: BSONValue, expected: Int64) {
        #expect(found(.epochSeconds, ["d": value]) == .date(expected))
    }

    @Test(arguments: [Double.nan, -.nan, .signalingNaN, Double(nan: 7, signaling: false), .infinity, -.infinity])
    func `NaN and infinities are no dates`(value: Double) {
        #expect(found(.epochSeconds, ["d": .double(value)]) == .noDate(.double))
        #expect(found(.epochMillis, ["d": .double(value)]) == .noDate(.double))
    }

    @Test(
        arguments: [(0, 0), (0x7FFF_FFFF, 2_147_483_647_000), (.max, 4_294_967_295_000)] as [(UInt32, Int64)]
    )
    func `the seconds of an ObjectId have no sign`(seconds: UInt32, expected: Int64) {
        let stamp = (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * $0)) }
        let value = BSONValue.objectID(stamp + Array(repeating: 0xAB, count: 8))
        #expect(found(.objectID, ["d": value]) == .date(expected))
    }
}
