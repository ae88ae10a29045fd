import Mongo
import TestSupport
import Testing

@Suite struct BSONWriterTests {
    static let values: [(BSONValue, UInt8, [UInt8])] = [
        (.double(-0.0), 0x01, RawBSON.double(-0.0)),
        (.double(Double(bitPattern: 0x7FF8_0000_DEAD_BEEF)), 0x01, [0xEF, 0xBE, 0xAD, 0xDE, 0, 0, 0xF8, 0x7F]),
        (.string("a\0é"), 0x02, [5, 0, 0, 0, 0x61, 0, 0xC3, 0xA9, 0]),
        (.document(["a": .null]), 0x03, [8, 0, 0, 0, 0x0A, 0x61, 0, 0]),
        (.array([.int32(1), true]), 0x04, [16, 0, 0, 0, 0x10, 0x30, 0, 1, 0, 0, 0, 0x08, 0x31, 0, 1, 0]),
        (.binary([1, 2], subtype: 4), 0x05, [2, 0, 0, 0, 4, 1, 2]),
        (.undefined, 0x06, []),
        (.objectID(Array(1...12)), 0x07, Array(1...12)),
        (.bool(false), 0x08, [0]),
        (.date(milliseconds: -1), 0x09, [UInt8](repeating: 0xFF, count: 8)),
        (.null, 0x0A, []),
        (.text(.javascript, "f"), 0x0D, [2, 0, 0, 0, 0x66, 0]),
        (.text(.symbol, ""), 0x0E, [1, 0, 0, 0, 0]),
        (.int32(.min), 0x10, [0, 0, 0, 0x80]),
        (.timestamp(seconds: 2, increment: 1), 0x11, [1, 0, 0, 0, 2, 0, 0, 0]),
        (.int64(1), 0x12, [1, 0, 0, 0, 0, 0, 0, 0]),
        (.minKey, 0xFF, []),
        (.maxKey, 0x7F, []),
        (.int(Int(Int32.max)), 0x10, RawBSON.int32(.max)),
        (.int(Int(Int32.max) + 1), 0x12, RawBSON.int64(Int64(Int32.max) + 1)),
        (1.5, 0x01, RawBSON.double(1.5)),
        ("s", 0x02, RawBSON.string("s")),
    ]

    @Test(arguments: values) func `encodes a value as the specification says`(
        value: BSONValue,
        type: UInt8,
        bytes: [UInt8]
    ) {
        #expect(value.type.rawValue == type)
        #expect(Array(value.bytes) == bytes)
        let document = BSONDocument([("né", value)])
        #expect(Array(document.bytes) == RawBSON.document(RawBSON.element(type, "né", bytes)))
        #expect(document["né"] == value)
    }

    @Test(arguments: EveryBSONType.documents) func `rewrites every document to the same bytes`(named: NamedDocument)
        throws
    {
        var writer = BSONWriter()
        let elements = try named.document.elements()
        guard elements.allSatisfy({ $0.hasName($0.name) }) else { return }  // A name that is no Swift string.
        for element in elements { writer.append(element.name, element.value) }
        #expect(writer.finish() == named.document)
    }

    @Test func `open fields nest and close in order`() throws {
        var writer = BSONWriter()
        writer.append("a", 1)
        writer.open("b", .document)
        writer.open("c", .array)
        writer.append(elements: [.string("x"), .document(["y": 2])])
        writer.close()
        writer.append("d", true)
        writer.close()
        writer.append("e", .null)
        let expected: BSONDocument = ["a": 1, "b": ["c": ["x", ["y": 2]], "d": true], "e": .null]
        let document = writer.finish()
        #expect(document == expected)
        try document.validate()
    }

    @Test(arguments: [1, 9, 10, 11, 99, 100, 101, 12_345]) func `numbers array elements`(count: Int) throws {
        let array = BSONValue.array((0..<count).map(BSONValue.int))
        #expect(try array.document?.elements().map(\.name) == (0..<count).map(String.init))
        #expect(array.array?.last?.integer == Int64(count - 1))
    }

    @Test func `appends to a document that is a slice of another`() {
        let outer: BSONDocument = ["inner": ["a": 1], "after": 2]
        #expect(outer["inner"]?.document?.appending("b", 2) == ["a": 1, "b": 2])
        #expect(BSONDocument().appending("", .null) == ["": .null])
    }

    @Test func `a name with NUL is a programmer's error`() async {
        await #expect(processExitsWith: .failure) {
            var writer = BSONWriter()
            writer.append("a\0b", 1)
        }
    }
}
