import Mongo
import TestSupport
import Testing

/// A length is a claim by whoever sent the bytes.
@Suite struct BSONValidationTests {
    static let lies: [(String, [UInt8])] = [
        ("nothing", []),
        ("half a length", [5, 0]),
        ("a length below the smallest", [4, 0, 0, 0]),
        ("a negative length", [0xFF, 0xFF, 0xFF, 0xFF, 0]),
        ("a length beyond the bytes", [6, 0, 0, 0, 0]),
        ("a length short of the bytes", [5, 0, 0, 0, 0, 0]),
        ("no NUL at the end", [5, 0, 0, 0, 1]),
    ]

    @Test(arguments: lies) func `refuses a frame that lies`(what: String, bytes: [UInt8]) {
        #expect(throws: BSONError.self, "\(what)") { try BSONDocument(bytes: bytes[...]) }
    }

    static let malformed: [(String, [UInt8])] = [
        ("an unknown type", RawBSON.element(0x14, "a", [0])),
        ("a name without end", [0x0A, 0x61]),
        ("an early end", [0] + RawBSON.element(0x0A, "a")),
        ("a cut int64", RawBSON.element(0x12, "a", [1, 2, 3])),
        ("an int32 that takes the final NUL", RawBSON.element(0x10, "a", [1, 2, 3])),
        ("a negative string length", RawBSON.element(0x02, "a", RawBSON.int32(-1) + [0])),
        ("a string length of zero", RawBSON.element(0x02, "a", RawBSON.int32(0) + [0])),
        ("a string length beyond the end", RawBSON.element(0x02, "a", RawBSON.int32(9) + [0x61, 0])),
        ("the greatest string length", RawBSON.element(0x02, "a", RawBSON.int32(.max) + [0x61, 0])),
        ("a string without NUL", RawBSON.element(0x02, "a", RawBSON.int32(1) + [0x61])),
        ("a cut string length", RawBSON.element(0x02, "a", [1, 0])),
        ("a negative binary length", RawBSON.element(0x05, "a", RawBSON.int32(-1) + [0])),
        ("a binary length beyond the end", RawBSON.element(0x05, "a", RawBSON.int32(100) + [0, 1])),
        ("the greatest binary length", RawBSON.element(0x05, "a", RawBSON.int32(.max) + [0, 1])),
        ("a document of 4 bytes", RawBSON.element(0x03, "a", RawBSON.int32(4))),
        ("a document beyond the end", RawBSON.element(0x03, "a", RawBSON.int32(50) + [0])),
        ("a document without NUL", RawBSON.element(0x03, "a", RawBSON.int32(5) + [1])),
        ("a malformed document", RawBSON.element(0x03, "a", RawBSON.document([0x14, 0x61, 0]))),
        ("a malformed array", RawBSON.element(0x04, "a", RawBSON.document(RawBSON.element(0x10, "0", [1])))),
        ("a regular expression with one part", RawBSON.element(0x0B, "a", [0x61, 0])),
        ("a db pointer without id", RawBSON.element(0x0C, "a", RawBSON.string("a.b"))),
        (
            "code with scope of 13 bytes",
            RawBSON.element(0x0F, "a", RawBSON.int32(13) + RawBSON.string("") + [0, 0, 0, 0])
        ),
        (
            "code with scope whose code is longer",
            RawBSON.element(0x0F, "a", RawBSON.int32(14) + RawBSON.int32(90) + [0] + RawBSON.document())
        ),
        (
            "code with scope whose scope is shorter than said",
            RawBSON.element(0x0F, "a", RawBSON.int32(15) + RawBSON.string("") + RawBSON.document() + [0])
        ),
        (
            "code with scope without NUL",
            RawBSON.element(0x0F, "a", RawBSON.int32(14) + RawBSON.int32(1) + [1] + RawBSON.document())
        ),
    ]

    @Test(arguments: malformed) func `refuses elements that lie`(what: String, element: [UInt8]) throws {
        let document = try BSONDocument(bytes: RawBSON.document(element)[...])
        #expect(throws: BSONError.self, "\(what)") { try document.validate() }
    }

    @Test func `a malformed element ends a search for a later name`() throws {
        let bytes = RawBSON.document(
            RawBSON.element(0x10, "a", RawBSON.int32(1)),
            [0x14, 0x61, 0],
            RawBSON.element(0x10, "b", RawBSON.int32(2))
        )
        let document = try BSONDocument(bytes: bytes[...])
        #expect(document["a"]?.integer == 1)
        #expect(document["b"] == nil)
    }

    @Test(arguments: [0x03, 0x04] as [UInt8]) func `takes 200 levels and refuses 201`(type: UInt8) throws {
        let deep = EveryBSONType.nested(type, name: "0", depth: BSONDocument.maximumDepth)
        try BSONDocument(bytes: deep[...]).validate()
        let deeper = EveryBSONType.nested(type, name: "0", depth: BSONDocument.maximumDepth + 1)
        #expect(throws: BSONError.self) { try BSONDocument(bytes: deeper[...]).validate() }
    }

    @Test func `a hundred thousand levels are refused and no stack overflows`() throws {
        let bytes = EveryBSONType.nested(0x03, name: "a", depth: 100_000)
        #expect(throws: BSONError.self) { try BSONDocument(bytes: bytes[...]).validate() }
    }

    @Test(arguments: [100, 200, 201, 10_000, 100_000])
    func `libbson writes deep nesting as JSON or not at all`(depth: Int) throws {
        let document = try BSONDocument(bytes: EveryBSONType.nested(0x03, name: "a", depth: depth)[...])
        for form in [ExtendedJSON.Form.canonical, .relaxed] { _ = ExtendedJSON.string(from: document, form) }
    }

    @Test(arguments: [99, 100, 200, 100_000])
    func `libbson reads deep nesting or refuses it`(depth: Int) {
        let text = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        _ = try? ExtendedJSON.document(from: text).validate()
    }

    @Test func `an error tells the byte counted from the outermost document`() throws {
        // 4 length, 1 type, 2 name = 7: the inner document, whose first type byte is 4 further.
        let bytes = RawBSON.document(RawBSON.element(0x03, "a", RawBSON.document([0x14, 0x61, 0])))
        let padded = [UInt8](repeating: 1, count: 9) + bytes
        let error = #expect(throws: BSONError.self) { try BSONDocument(bytes: padded[9...]).validate() }
        #expect(error?.offset == 11)
    }
}
