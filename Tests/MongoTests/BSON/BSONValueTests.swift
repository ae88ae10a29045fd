import Mongo
import TestSupport
import Testing

@Suite struct BSONValueTests {
    @Test func `numbers are the same only with the same type`() {
        #expect(BSONValue.int32(1) != .int64(1))
        #expect(BSONValue.int32(1) != .double(1))
        #expect(BSONValue.double(0) != .double(-0.0))
        #expect(BSONValue.double(.nan) == .double(.nan))
        #expect(BSONValue.double(.nan) != .double(Double(bitPattern: 0x7FF8_0000_0000_0001)))
    }

    @Test func `documents are the same only with the fields in the same order`() {
        #expect(BSONDocument([("a", 1), ("b", 2)]) != ["b": 2, "a": 1])
        #expect(BSONValue.document([:]) != .array([]))
    }

    static let integers: [(BSONValue, Int64?)] = [
        (.int32(-1), -1), (.int64(.max), .max), (.double(3), 3), (.double(-0.0), 0), (.double(3.5), nil),
        (.double(.nan), nil), (.double(.infinity), nil), (.double(9.3e18), nil), (.string("1"), nil),
        (.bool(true), nil), (.date(milliseconds: 1), nil), (.null, nil),
    ]

    @Test(arguments: integers) func `an integer is any number that is whole`(value: BSONValue, expected: Int64?) {
        #expect(value.integer == expected)
    }

    @Test func `a number is any of the three plain types`() {
        #expect(BSONValue.int32(2).number == 2)
        #expect(BSONValue.int64(2).number == 2)
        #expect(BSONValue.double(2.5).number == 2.5)
        #expect(BSONValue(type: .decimal128, bytes: ArraySlice(repeating: 0, count: 16)).number == nil)
    }

    @Test func `accessors answer for their own type only`() {
        let date = BSONValue.date(milliseconds: .min)
        #expect(date.dateMilliseconds == .min)
        #expect((date.integer, date.double) == (nil, nil))
        #expect((date.string, date.bool) == (nil, nil))
        #expect(BSONValue.int64(5).dateMilliseconds == nil)
        #expect(BSONValue.objectID(Array(1...12)).objectID.map(Array.init) == Array(1...12))
        #expect(BSONValue.string("x").objectID == nil)
        #expect(BSONValue.array([1]).array == [1])
        #expect(BSONValue.document(["0": 1]).array == nil)
        #expect(BSONValue.bool(true).bool == true)
        #expect(BSONValue.int32(1).bool == nil)
    }

    @Test func `a string keeps NUL and shows what is not UTF-8 as replacement`() throws {
        #expect(BSONValue.string("a\0b").string == "a\0b")
        #expect(BSONValue(type: .string, bytes: RawBSON.string([0x61, 0xFF])[...]).string == "a\u{FFFD}")
        #expect(BSONValue(type: .string, bytes: [1]).string == nil)
    }

    @Test(
        arguments: [
            (0, 0), (7, 7), (.int64(7), 7), (.double(7.9), 7), (.double(1e300), 1 << 53), (.int64(.max), 1 << 53),
            (.int64(.min), 0), (-1, 0), (.double(-1e300), 0), (.double(.nan), nil), (.double(.infinity), nil),
            ("7", nil),
        ] as [(BSONValue, Int64?)]
    )
    func `a quantity is what somebody may have counted`(value: BSONValue, quantity: Int64?) {
        #expect(value.quantity == quantity)
    }

    @Test func `a value with too few bytes has no content`() {
        for type in BSONType.allCases {
            for count in 0..<4 {
                let value = BSONValue(type: type, bytes: ArraySlice(repeating: 1, count: count))
                #expect(value.string == nil && value.number == nil && value.array == nil, "\(type)")
                #expect(value.dateMilliseconds == nil && value.objectID == nil, "\(type)")
            }
        }
    }

    @Test func `a detached value keeps nothing else alive`() {
        let document: BSONDocument = ["a": "long text", "b": 7]
        #expect(document["b"]?.bytes.startIndex != 0)
        #expect(document["b"]?.detached.bytes.startIndex == 0)
        #expect(document["b"]?.detached == 7)
    }

    @Test func `has the aliases that the server's $type knows`() {
        #expect(Set(BSONType.allCases.map(\.alias)).count == 21)
        #expect(BSONType.document.alias == "object")
        #expect(BSONType.int64.alias == "long")
    }
}
