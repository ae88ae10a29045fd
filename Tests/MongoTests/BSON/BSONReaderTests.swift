import Mongo
import TestSupport
import Testing

@Suite struct BSONReaderTests {
    @Test func `reads every type with its name and its exact bytes`() throws {
        let values: [(BSONType, [UInt8])] = [
            (.double, RawBSON.double(2.5)), (.string, RawBSON.string("text")), (.document, RawBSON.document()),
            (.array, RawBSON.document()), (.binary, RawBSON.binary(0x80, [1, 2])), (.undefined, []),
            (.objectID, Array(1...12)), (.bool, [1]), (.date, RawBSON.int64(-5)), (.null, []),
            (.regularExpression, Array("a\0i\0".utf8)), (.dbPointer, RawBSON.string("a.b") + Array(1...12)),
            (.javascript, RawBSON.string("f()")), (.symbol, RawBSON.string("s")),
            (.javascriptWithScope, RawBSON.codeWithScope("f", RawBSON.document())), (.int32, RawBSON.int32(7)),
            (.timestamp, RawBSON.timestamp(9, 1)), (.int64, RawBSON.int64(8)),
            (.decimal128, Array(0..<16)), (.minKey, []), (.maxKey, []),
        ]
        #expect(Set(values.map(\.0)) == Set(BSONType.allCases))
        let raw = RawBSON.document(values.map { RawBSON.element($0.0.rawValue, "f\($0.0)", $0.1) })
        let elements = try BSONDocument(bytes: raw[...]).elements()
        #expect(elements.map(\.name) == values.map { "f\($0.0)" })
        #expect(elements.map(\.value.type) == values.map(\.0))
        #expect(elements.map { Array($0.value.bytes) } == values.map(\.1))
    }

    @Test(arguments: EveryBSONType.documents + [EveryBSONType.topLevelEmptyTimestamp])
    func `accepts whatever a server stores`(named: NamedDocument) throws {
        try named.document.validate()
        let first = try #require(try named.document.elements().first)
        #expect(first.hasName("_id"))
    }

    @Test func `names keep their bytes, whatever they are`() throws {
        let raw = RawBSON.document(
            RawBSON.element(0x0A, "", []),
            RawBSON.element(0x0A, [0xFF, 0xFE], []),
            RawBSON.element(0x0A, "$a.b", [])
        )
        let elements = try BSONDocument(bytes: raw[...]).elements()
        #expect(elements.map { Array($0.nameBytes) } == [[], [0xFF, 0xFE], Array("$a.b".utf8)])
        #expect(elements.map(\.name) == ["", "\u{FFFD}\u{FFFD}", "$a.b"])
        #expect(!elements[1].hasName("\u{FFFD}\u{FFFD}"))
    }

    @Test func `a name that stands twice is found once and listed twice`() throws {
        let document: BSONDocument = ["a": 1, "b": 2, "a": 3]
        #expect(document["a"]?.integer == 1)
        #expect(try document.elements().map(\.name) == ["a", "b", "a"])
        #expect(document["c"] == nil)
    }

    @Test func `a name is not taken for one that it starts with`() {
        let document: BSONDocument = ["ab": 1, "a": 2]
        #expect(document["a"]?.integer == 2)
        #expect(document["abc"] == nil)
    }

    @Test func `works on a slice that starts anywhere`() throws {
        let inner: BSONDocument = ["x": 1, "y": ["z": "deep"]]
        let arena = [UInt8](repeating: 0xEE, count: 37) + inner.bytes + [0xEE, 0xEE]
        let document = try BSONDocument(bytes: arena[37..<37 + inner.byteCount])
        #expect(document == inner)
        #expect(document["y"]?.document?["z"]?.string == "deep")
        #expect(document.detached.bytes.startIndex == 0)
        #expect(document.hashValue == inner.hashValue)
    }
}
