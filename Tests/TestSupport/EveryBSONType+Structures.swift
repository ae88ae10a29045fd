extension EveryBSONType {
    static let texts: [NamedDocument] = [
        NamedDocument("empty string", 0x02, RawBSON.string("")),
        NamedDocument("string beyond ASCII", 0x02, RawBSON.string("žluťoučký 🐎 \u{10FFFF}")),
        NamedDocument("string with NUL", 0x02, RawBSON.string("a\0b\0")),
        NamedDocument("string of control characters", 0x02, RawBSON.string("\u{1}\t\r\n\u{1F}\u{7F}\"\\/")),
        NamedDocument("string that is not UTF-8", 0x02, RawBSON.string([0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0x61])),
        NamedDocument("string of 100,000 bytes", 0x02, RawBSON.string(String(repeating: "x", count: 100_000))),
        NamedDocument("symbol", 0x0E, RawBSON.string("sym")),
        NamedDocument("symbol that is not UTF-8", 0x0E, RawBSON.string([0x80])),
        NamedDocument("empty name", elements: [RawBSON.element(0x10, "", RawBSON.int32(1))]),
        NamedDocument("name that is not UTF-8", elements: [RawBSON.element(0x10, [0xFF, 0xFE], RawBSON.int32(1))]),
        NamedDocument("name with dollar", elements: [RawBSON.element(0x10, "$price", RawBSON.int32(1))]),
        NamedDocument(
            "a field that looks like a type wrapper",
            elements: [RawBSON.element(0x03, "v", RawBSON.document(RawBSON.element(0x02, "$oid", RawBSON.string("x"))))]
        ),
        NamedDocument("name with dots", elements: [RawBSON.element(0x10, "a.b..c.", RawBSON.int32(1))]),
        NamedDocument(
            "same name twice",
            elements: [RawBSON.element(0x10, "a", RawBSON.int32(1)), RawBSON.element(0x02, "a", RawBSON.string("2"))]
        ),
    ]

    static let binaries: [NamedDocument] =
        ([0, 1, 3, 4, 5, 6, 7, 8, 9, 0x80, 0xFF] as [UInt8]).map { subtype in
            NamedDocument("binary of subtype \(subtype)", 0x05, RawBSON.binary(subtype, Array(240...255)))
        } + [
            NamedDocument("binary of old subtype 2", 0x05, RawBSON.binary(2, RawBSON.int32(3) + [1, 2, 3])),
            NamedDocument("binary, empty", 0x05, RawBSON.binary(0, [])),
            NamedDocument("binary, every byte", 0x05, RawBSON.binary(0, Array(0...255))),
        ]

    static let structures: [NamedDocument] = [
        NamedDocument("nothing but _id", elements: []),
        NamedDocument("empty document", 0x03, RawBSON.document()),
        NamedDocument("empty array", 0x04, RawBSON.document()),
        NamedDocument("nested 100 deep", 0x03, nested(0x03, name: "d", depth: 100)),
        NamedDocument("nested arrays 100 deep", 0x04, nested(0x04, name: "0", depth: 100)),
        NamedDocument("nested 20 deep", 0x03, nested(0x03, name: "d", depth: 20)),
        NamedDocument("array of every type", 0x04, everyTypeInArray),
        NamedDocument(
            "array of 10,000",
            0x04,
            RawBSON.document((0..<10_000).map { RawBSON.element(0x10, "\($0)", RawBSON.int32(Int32($0))) })
        ),
        NamedDocument(
            "1,000 fields",
            elements: (0..<1_000).map { RawBSON.element(0x08, "field\($0)", [1]) }
        ),
        NamedDocument("a megabyte", 0x05, RawBSON.binary(0, Array(repeating: 0xAB, count: 1 << 20))),
    ]

    /// Documents whose `_id` is the special thing; the server takes all types but array, regex and undefined.
    public static let ids: [NamedDocument] = [
        id("int32", 0x10, RawBSON.int32(17)),
        id("int64", 0x12, RawBSON.int64(1 << 40)),
        id("double", 0x01, RawBSON.double(1.5)),
        id("NaN", 0x01, RawBSON.double(.nan)),
        id("decimal", 0x13, RawBSON.decimal128(high: 0x303E_0000_0000_0000, low: 77)),
        id("object id", 0x07, Array(101...112)),
        id("UUID", 0x05, RawBSON.binary(4, Array(1...16))),
        id("old UUID", 0x05, RawBSON.binary(3, Array(1...16))),
        id("date", 0x09, RawBSON.int64(-1)),
        id("timestamp", 0x11, RawBSON.timestamp(5, 5)),
        id("true", 0x08, [1]),
        id("null", 0x0A, []),
        id("min key", 0xFF, []),
        id("max key", 0x7F, []),
        id("symbol", 0x0E, RawBSON.string("an id")),
        id("code", 0x0D, RawBSON.string("f()")),
        id("empty string", 0x02, RawBSON.string("")),
        id(
            "document",
            0x03,
            RawBSON.document(RawBSON.element(0x10, "b", RawBSON.int32(1)), RawBSON.element(0x0A, "a"))
        ),
        id("empty document", 0x03, RawBSON.document()),
    ]

    private static func id(_ name: String, _ type: UInt8, _ value: [UInt8]) -> NamedDocument {
        NamedDocument(
            "_id: \(name)",
            bytes: RawBSON.document(
                RawBSON.element(type, "_id", value),
                RawBSON.element(0x02, "name", RawBSON.string(name))
            )
        )
    }

    /// A chain of documents or arrays, `depth` of them, one in another.
    public static func nested(_ type: UInt8, name: String, depth: Int) -> [UInt8] {
        let opening: [UInt8] = [type] + Array(name.utf8) + [0]
        var bytes: [UInt8] = []
        // From the outside in, as there may be a hundred thousand.
        for level in 1..<depth {
            bytes += RawBSON.int32(Int32(5 + (opening.count + 5) * (depth - level)))
            bytes += opening
        }
        return bytes + RawBSON.document() + [UInt8](repeating: 0, count: depth - 1)
    }

    private static let everyTypeInArray: [UInt8] = {
        let values: [(UInt8, [UInt8])] = [
            (0x01, RawBSON.double(2.5)), (0x02, RawBSON.string("s")), (0x03, RawBSON.document()),
            (0x04, RawBSON.document()), (0x05, RawBSON.binary(0, [1])), (0x06, []), (0x07, Array(1...12)),
            (0x08, [0]), (0x09, RawBSON.int64(1)), (0x0A, []), (0x0B, Array("a\0i\0".utf8)),
            (0x0C, RawBSON.string("a.b") + Array(1...12)), (0x0D, RawBSON.string("c")), (0x0E, RawBSON.string("y")),
            (0x0F, RawBSON.codeWithScope("c", RawBSON.document())), (0x10, RawBSON.int32(1)),
            (0x11, RawBSON.timestamp(1, 1)), (0x12, RawBSON.int64(1)),
            (0x13, RawBSON.decimal128(high: 0x3040_0000_0000_0000, low: 5)), (0x7F, []), (0xFF, []),
        ]
        return RawBSON.document(values.enumerated().map { RawBSON.element($1.0, "\($0)", $1.1) })
    }()
}
