public import Mongo

/// Two documents of one size that the server's comparison takes for equal, or nearly so, and that differ in their bytes.
public struct Lookalike: Sendable, CustomStringConvertible {
    /// What the two have in one and in another way; also their `_id`.
    public let name: String
    /// The first of them.
    public let document: BSONDocument
    /// The other one.
    public let other: BSONDocument

    /// The name.
    public var description: String { name }

    /// The same two the other way round.
    public var reversed: Lookalike { Lookalike(name: name, document: other, other: document) }

    private init(name: String, document: BSONDocument, other: BSONDocument) {
        (self.name, self.document, self.other) = (name, document, other)
    }

    private init(_ name: String, _ first: [[UInt8]], _ second: [[UInt8]]) {
        // A date that is cold, so that a run moves it.
        let head = [
            RawBSON.element(0x02, "_id", RawBSON.string(name)),
            RawBSON.element(0x09, "d", RawBSON.int64(1_400_000_000_000)),
        ]
        let documents = [first, second].map { elements in
            do { return try BSONDocument(bytes: RawBSON.document(head + elements)[...]) } catch {
                fatalError("lookalike \(name): \(error)")
            }
        }
        (self.name, document, other) = (name, documents[0], documents[1])
    }

    /// A value in one way and in another: type byte and bytes.
    private typealias Pair = (name: String, first: (UInt8, [UInt8]), second: (UInt8, [UInt8]))

    /// Each value at the top, in a document, in an array, in documents in an array, deep down, beside many others, and
    /// under names that no path can have.
    public static let all: [Lookalike] = pairs.flatMap(places) + whole

    /// Those that no query can tell apart.
    public static let blind: [Lookalike] = blindPairs.flatMap(places) + blindWhole

    /// Those of which a query finds the one and can't be made to find the other.
    public static let lopsided: [Lookalike] = lopsidedPairs.flatMap(places)

    private static func places(_ pair: Pair) -> [Lookalike] {
        func make(_ place: String, _ wrap: (UInt8, [UInt8]) -> [[UInt8]]) -> Lookalike {
            Lookalike(
                "\(pair.name), \(place)",
                wrap(pair.first.0, pair.first.1),
                wrap(pair.second.0, pair.second.1)
            )
        }
        let text = RawBSON.string("x")
        return [
            make("at the top") { [RawBSON.element($0, "v", $1)] },
            make("in a document") { [RawBSON.element(0x03, "in", RawBSON.document(RawBSON.element($0, "v", $1)))] },
            make("in an array") {
                [
                    RawBSON.element(
                        0x04,
                        "in",
                        RawBSON.document(RawBSON.element(0x02, "0", text), RawBSON.element($0, "1", $1))
                    )
                ]
            },
            make("in documents in an array") {
                let inner = RawBSON.document(RawBSON.element(0x02, "a", text), RawBSON.element($0, "v", $1))
                return [
                    RawBSON.element(
                        0x04,
                        "in",
                        RawBSON.document(RawBSON.element(0x03, "0", inner), RawBSON.element(0x03, "1", inner))
                    )
                ]
            },
            make("deep down") { type, value in
                let inner = (0..<40).reduce(RawBSON.document(RawBSON.element(type, "v", value))) { inner, _ in
                    RawBSON.document(RawBSON.element(0x03, "d", inner))
                }
                return [RawBSON.element(0x03, "in", inner)]
            },
            make("beside many others") { type, value in
                (0..<40).map { RawBSON.element(0x02, "text\($0)", text) } + [RawBSON.element(type, "v", value)]
            },
            make("under a name with a dollar") { [RawBSON.element($0, "$v", $1)] },
            make("under a name with a dot") {
                [RawBSON.element(0x03, "in", RawBSON.document(RawBSON.element($0, "a.b.", $1)))]
            },
            make("under an empty name") { [RawBSON.element($0, "", $1)] },
            make("under a name that is not UTF-8") { [RawBSON.element($0, [0xFF, 0xFE], $1)] },
        ]
    }

    private static func decimal(_ high: UInt64, _ low: UInt64) -> (UInt8, [UInt8]) {
        (0x13, RawBSON.decimal128(high: high << 48, low: low))
    }

    private static func double(_ bits: UInt64) -> (UInt8, [UInt8]) {
        (0x01, RawBSON.double(Double(bitPattern: bits)))
    }

    private static let pairs: [Pair] = [
        ("int64 or double", (0x12, RawBSON.int64(1)), (0x01, RawBSON.double(1))),
        ("0.0 or -0.0", (0x01, RawBSON.double(0)), (0x01, RawBSON.double(-0.0))),
        ("int64 zero or -0.0", (0x12, RawBSON.int64(0)), (0x01, RawBSON.double(-0.0))),
        ("12.50 or 12.5", decimal(0x303C, 1250), decimal(0x303E, 125)),
        ("1E+2 or 100", decimal(0x3044, 1), decimal(0x3040, 100)),
        ("a decimal zero's sign", decimal(0x3040, 0), decimal(0xB040, 0)),
        ("a decimal zero's exponent", decimal(0x3040, 0), decimal(0x3046, 0)),
        ("string or symbol", (0x02, RawBSON.string("x")), (0x0E, RawBSON.string("x"))),
        ("string or code", (0x02, RawBSON.string("x")), (0x0D, RawBSON.string("x"))),
        ("null or undefined", (0x0A, []), (0x06, [])),
        ("date or timestamp", (0x09, RawBSON.int64(5)), (0x11, RawBSON.int64(5))),
        ("date or int64", (0x09, RawBSON.int64(5)), (0x12, RawBSON.int64(5))),
        ("min or max key", (0xFF, []), (0x7F, [])),
        ("flags of an expression", (0x0B, Array("a\0im\0".utf8)), (0x0B, Array("a\0mi\0".utf8))),
        (
            "a pointer's collection", (0x0C, RawBSON.string("a.b") + Array(1...12)),
            (0x0C, RawBSON.string("a.c") + Array(1...12))
        ),
        (
            "the inner length of binary data", (0x05, RawBSON.binary(2, RawBSON.int32(3) + [1, 2, 3])),
            (0x05, RawBSON.binary(2, RawBSON.int32(2) + [1, 2, 3]))
        ),
        ("a subtype", (0x05, RawBSON.binary(0, [1, 2, 3])), (0x05, RawBSON.binary(5, [1, 2, 3]))),
        (
            "array or document", (0x04, RawBSON.document(RawBSON.element(0x10, "0", RawBSON.int32(1)))),
            (0x03, RawBSON.document(RawBSON.element(0x10, "0", RawBSON.int32(1))))
        ),
        (
            "which of two is the longer number",
            (
                0x03,
                RawBSON.document(
                    RawBSON.element(0x10, "a", RawBSON.int32(1)),
                    RawBSON.element(0x12, "b", RawBSON.int64(1))
                )
            ),
            (
                0x03,
                RawBSON.document(
                    RawBSON.element(0x12, "a", RawBSON.int64(1)),
                    RawBSON.element(0x10, "b", RawBSON.int32(1))
                )
            )
        ),
    ]

    private static let lopsidedPairs: [Pair] = [
        (
            "names in an array", (0x04, RawBSON.document(RawBSON.element(0x10, "0", RawBSON.int32(1)))),
            (0x04, RawBSON.document(RawBSON.element(0x10, "x", RawBSON.int32(1))))
        )
    ]

    private static let blindPairs: [Pair] = [
        ("the sign of NaN", double(0x7FF8 << 48), double(0xFFF8 << 48)),
        ("a NaN's payload", double(0x7FF8 << 48), double(0x7FF8_0000_DEAD_BEEF)),
        (
            "a decimal zero's coefficient", decimal(0x3040, 0),
            (0x13, RawBSON.decimal128(high: 0x3041_FFFF_FFFF_FFFF, low: .max))
        ),
        ("a decimal NaN's payload", decimal(0x7C00, 0), decimal(0x7C00, 5)),
        ("a decimal infinity's payload", decimal(0x7800, 0), decimal(0x7800, 5)),
        (
            "a number in the scope of code",
            (0x0F, RawBSON.codeWithScope("c", RawBSON.document(RawBSON.element(0x12, "x", RawBSON.int64(1))))),
            (0x0F, RawBSON.codeWithScope("c", RawBSON.document(RawBSON.element(0x01, "x", RawBSON.double(1)))))
        ),
        (
            "the second of two fields of a name",
            (
                0x03,
                RawBSON.document(
                    RawBSON.element(0x10, "x", RawBSON.int32(1)),
                    RawBSON.element(0x10, "x", RawBSON.int32(2))
                )
            ),
            (
                0x03,
                RawBSON.document(
                    RawBSON.element(0x10, "x", RawBSON.int32(1)),
                    RawBSON.element(0x10, "x", RawBSON.int32(3))
                )
            )
        ),
    ]

    private static let whole: [Lookalike] = [
        Lookalike(
            "which of two fields is the longer number",
            [RawBSON.element(0x10, "a", RawBSON.int32(1)), RawBSON.element(0x12, "b", RawBSON.int64(1))],
            [RawBSON.element(0x12, "a", RawBSON.int64(1)), RawBSON.element(0x10, "b", RawBSON.int32(1))]
        )
    ]

    private static let blindWhole: [Lookalike] = [
        Lookalike(
            "the second of two fields of a name at the top",
            [RawBSON.element(0x10, "a", RawBSON.int32(1)), RawBSON.element(0x10, "a", RawBSON.int32(2))],
            [RawBSON.element(0x10, "a", RawBSON.int32(1)), RawBSON.element(0x10, "a", RawBSON.int32(3))]
        )
    ]
}
