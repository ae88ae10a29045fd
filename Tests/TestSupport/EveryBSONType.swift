public import Mongo

/// A document and what is special about it, for parameterised tests.
public struct NamedDocument: Sendable, CustomStringConvertible {
    /// What is special about it; also its `_id`, unless that is the special thing.
    public let name: String
    /// The document.
    public let document: BSONDocument

    /// A document of raw bytes, as `RawBSON` makes them.
    init(_ name: String, bytes: [UInt8]) {
        self.name = name
        do { document = try BSONDocument(bytes: bytes[...]) } catch { fatalError("corpus document \(name): \(error)") }
    }

    /// A document with the name as `_id` and one more field, `v`.
    init(_ name: String, _ type: UInt8, _ value: [UInt8] = []) {
        self.init(name, elements: [RawBSON.element(type, "v", value)])
    }

    /// A document with the name as `_id` and further elements.
    init(_ name: String, elements: [[UInt8]]) {
        self.init(name, bytes: RawBSON.document([RawBSON.element(0x02, "_id", RawBSON.string(name))] + elements))
    }

    /// The name.
    public var description: String { name }
}

/// Documents with everything that BSON can hold and a server stores, made without our writer.
///
/// A move that keeps these keeps any. They differ in `_id`, so that all fit into one collection.
public enum EveryBSONType {
    /// All that a server stores exactly as sent, each with an `_id` in front.
    public static let documents: [NamedDocument] = numbers + texts + times + binaries + others + structures + ids

    /// Documents that canonical Extended JSON, as libbson writes it, can express.
    ///
    /// Not among them: text that is not UTF-8, NaN with a payload, fields whose names JSON takes for type wrappers,
    /// nesting that libbson's parser refuses, and code in arrays, to which libbson 1.23.1 gives a wrong name.
    public static let expressibleInJSON = documents.filter { !inexpressible.contains($0.name) }

    private static let inexpressible: Set<String> = [
        "string that is not UTF-8", "name that is not UTF-8", "symbol that is not UTF-8", "NaN with payload",
        "negative NaN", "signalling NaN", "a field that looks like a type wrapper", "nested 100 deep",
        "nested arrays 100 deep", "array of every type",
    ]

    /// The server replaces an empty timestamp at the top level when it inserts.
    public static let topLevelEmptyTimestamp = NamedDocument(
        "empty timestamp at the top",
        0x11,
        RawBSON.timestamp(0, 0)
    )

    private static let numbers: [NamedDocument] = [
        NamedDocument("int32 one", 0x10, RawBSON.int32(1)),
        NamedDocument("int64 one", 0x12, RawBSON.int64(1)),
        NamedDocument("double one", 0x01, RawBSON.double(1)),
        NamedDocument("decimal one", 0x13, RawBSON.decimal128(high: 0x3040_0000_0000_0000, low: 1)),
        NamedDocument("decimal one point zero", 0x13, RawBSON.decimal128(high: 0x303E_0000_0000_0000, low: 10)),
        NamedDocument("int32 minimum", 0x10, RawBSON.int32(.min)),
        NamedDocument("int32 maximum", 0x10, RawBSON.int32(.max)),
        NamedDocument("int64 minimum", 0x12, RawBSON.int64(.min)),
        NamedDocument("int64 maximum", 0x12, RawBSON.int64(.max)),
        NamedDocument("int64 beyond exact doubles", 0x12, RawBSON.int64(9_007_199_254_740_993)),
        NamedDocument("double zero", 0x01, RawBSON.double(0)),
        NamedDocument("double minus zero", 0x01, RawBSON.double(-0.0)),
        NamedDocument("double pi", 0x01, RawBSON.double(.pi)),
        NamedDocument("double tenth", 0x01, RawBSON.double(0.1)),
        NamedDocument("double largest", 0x01, RawBSON.double(.greatestFiniteMagnitude)),
        NamedDocument("double smallest", 0x01, RawBSON.double(.leastNonzeroMagnitude)),
        NamedDocument("double infinity", 0x01, RawBSON.double(.infinity)),
        NamedDocument("double minus infinity", 0x01, RawBSON.double(-.infinity)),
        NamedDocument("NaN", 0x01, RawBSON.double(.nan)),
        NamedDocument("negative NaN", 0x01, RawBSON.double(-.nan)),
        NamedDocument("NaN with payload", 0x01, RawBSON.double(Double(bitPattern: 0x7FF8_0000_DEAD_BEEF))),
        NamedDocument("signalling NaN", 0x01, RawBSON.double(Double(bitPattern: 0x7FF0_0000_0000_0001))),
        NamedDocument("decimal NaN", 0x13, RawBSON.decimal128(high: 0x7C00_0000_0000_0000, low: 0)),
        NamedDocument("decimal infinity", 0x13, RawBSON.decimal128(high: 0x7800_0000_0000_0000, low: 0)),
        NamedDocument("decimal minus infinity", 0x13, RawBSON.decimal128(high: 0xF800_0000_0000_0000, low: 0)),
        NamedDocument("decimal minus zero", 0x13, RawBSON.decimal128(high: 0xB040_0000_0000_0000, low: 0)),
        NamedDocument("decimal zero with exponent", 0x13, RawBSON.decimal128(high: 0x3046_0000_0000_0000, low: 0)),
        NamedDocument(
            "decimal largest",
            0x13,
            RawBSON.decimal128(high: 0x5FFF_ED09_BEAD_87C0, low: 0x378D_8E63_FFFF_FFFF)
        ),
    ]

    private static let times: [NamedDocument] = [
        NamedDocument("date now", 0x09, RawBSON.int64(1_763_827_200_123)),
        NamedDocument("date epoch", 0x09, RawBSON.int64(0)),
        NamedDocument("date one before the epoch", 0x09, RawBSON.int64(-1)),
        NamedDocument("date 1492", 0x09, RawBSON.int64(-15_064_185_600_000)),
        NamedDocument("date last of 9999", 0x09, RawBSON.int64(253_402_300_799_999)),
        NamedDocument("date after 9999", 0x09, RawBSON.int64(253_402_300_800_000)),
        NamedDocument("date minimum", 0x09, RawBSON.int64(.min)),
        NamedDocument("date maximum", 0x09, RawBSON.int64(.max)),
        NamedDocument("timestamp", 0x11, RawBSON.timestamp(1_700_000_000, 7)),
        NamedDocument("timestamp maximum", 0x11, RawBSON.timestamp(.max, .max)),
        NamedDocument("timestamp without seconds", 0x11, RawBSON.timestamp(0, 1)),
        NamedDocument(
            "nested empty timestamp",
            0x03,
            RawBSON.document(RawBSON.element(0x11, "t", RawBSON.timestamp(0, 0)))
        ),
        NamedDocument(
            "empty timestamp in array",
            0x04,
            RawBSON.document(RawBSON.element(0x11, "0", RawBSON.timestamp(0, 0)))
        ),
    ]

    private static let others: [NamedDocument] = [
        NamedDocument("true", 0x08, [1]),
        NamedDocument("false", 0x08, [0]),
        NamedDocument("null", 0x0A),
        NamedDocument("undefined", 0x06),
        NamedDocument("min key", 0xFF),
        NamedDocument("max key", 0x7F),
        NamedDocument("object id", 0x07, Array(1...12)),
        NamedDocument("object id of zeros", 0x07, Array(repeating: 0, count: 12)),
        NamedDocument("regular expression", 0x0B, Array("^a.*b$\0im\0".utf8)),
        NamedDocument("regular expression, empty", 0x0B, [0, 0]),
        NamedDocument("regular expression, odd characters", 0x0B, Array("a/b\"\\d\u{1F600}\0\0".utf8)),
        NamedDocument("code", 0x0D, RawBSON.string("function() { return 1; }")),
        NamedDocument(
            "code with scope",
            0x0F,
            RawBSON.codeWithScope("x + 1", RawBSON.document(RawBSON.element(0x10, "x", RawBSON.int32(1))))
        ),
        NamedDocument("code with empty scope", 0x0F, RawBSON.codeWithScope("", RawBSON.document())),
        NamedDocument("db pointer", 0x0C, RawBSON.string("shop.users") + Array(1...12)),
    ]
}
