/// One BSON value as it lies in a document: its type and its bytes, never decoded and encoded again.
///
/// Two values are equal when type and bytes are: 1 and 1.0 differ, as do two documents with their fields in another
/// order. (The server's `$eq` is laxer.) A value taken from a document shares that document's storage; `detached`
/// copies it out.
public struct BSONValue: Sendable {
    /// The type byte.
    public let type: BSONType
    /// The value as encoded, without type byte and field name.
    public let bytes: ArraySlice<UInt8>

    /// Wraps bytes that are known to encode a value of the type.
    public init(type: BSONType, bytes: ArraySlice<UInt8>) {
        self.type = type
        self.bytes = bytes
    }

    /// The same value in storage of its own: what outlives a batch must not keep the batch alive.
    public var detached: BSONValue { BSONValue(type: type, bytes: ArraySlice(Array(bytes))) }
}

extension BSONValue: Hashable {
    /// Whether type and bytes are the same.
    public static func == (left: BSONValue, right: BSONValue) -> Bool {
        left.type == right.type && sameBytes(left.bytes, right.bytes)
    }

    /// Hashes the bytes; of values that differ in their type alone there are few.
    public func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { buffer in unsafe hasher.combine(bytes: buffer) }
    }
}

// MARK: - Reading

extension BSONValue {
    /// The string; bytes that are not UTF-8 are replaced, so this is for showing and comparing, not for copying.
    public var string: String? {
        guard type == .string || type == .symbol || type == .javascript, bytes.count >= 5 else { return nil }
        return String(decoding: bytes.dropFirst(4).dropLast(), as: UTF8.self)
    }

    /// The embedded document.
    public var document: BSONDocument? {
        type == .document || type == .array ? BSONDocument(unchecked: bytes) : nil
    }

    /// The elements of an array; nil where it is none or malformed.
    public var array: [BSONValue]? {
        guard type == .array, let document else { return nil }
        return try? document.elements().map(\.value)  // Malformed is nil, as documented.
    }

    /// The boolean.
    public var bool: Bool? { type == .bool ? bytes.first.map { $0 != 0 } : nil }

    /// The date, in milliseconds since 1970 UTC.
    public var dateMilliseconds: Int64? { type == .date ? bytes.littleEndian(Int64.self) : nil }

    /// The seconds of a timestamp since 1970, without its counter.
    public var timestampSeconds: UInt32? { type == .timestamp ? bytes.littleEndian(UInt32.self, at: 4) : nil }

    /// The twelve bytes of an ObjectId.
    public var objectID: ArraySlice<UInt8>? { type == .objectID && bytes.count == 12 ? bytes : nil }

    /// The data of a binary value, whatever its subtype; nil for the deprecated subtype 2, which has a second length.
    public var binary: ArraySlice<UInt8>? {
        guard type == .binary, bytes.count >= 5, bytes[bytes.startIndex + 4] != 2 else { return nil }
        return bytes.dropFirst(5)
    }

    /// The double; other numeric types are not converted.
    public var double: Double? {
        type == .double ? bytes.littleEndian(UInt64.self).map(Double.init(bitPattern:)) : nil
    }

    /// Any numeric type but Decimal128 as an integer, where it is one exactly.
    ///
    /// Server replies mix the three.
    public var integer: Int64? {
        switch type {
        case .int32: bytes.littleEndian(Int32.self).map(Int64.init)
        case .int64: bytes.littleEndian(Int64.self)
        case .double: double.flatMap(Int64.init(exactly:))
        default: nil
        }
    }

    /// How many of something a reply or a record counts: any numeric type but Decimal128, rounded down; nil for others.
    ///
    /// What nobody can have counted is pressed into 0 to 2^53: whatever the sender claims, there is room for arithmetic.
    public var quantity: Int64? {
        let most: Int64 = 1 << 53
        if let integer { return min(max(integer, 0), most) }
        return double.flatMap { $0.isFinite ? Int64(min(max($0.rounded(.down), 0), Double(most))) : nil }
    }

    /// Any numeric type but Decimal128 as a double, the nearest one for large integers.
    public var number: Double? { type == .double ? double : integer.map(Double.init) }
}

// MARK: - Making

extension BSONValue {
    /// A value of a type that has no bytes: null, minKey, maxKey, undefined.
    private static func empty(_ type: BSONType) -> BSONValue { BSONValue(type: type, bytes: []) }

    /// Null.
    public static var null: BSONValue { empty(.null) }
    /// The value that sorts before all others.
    public static var minKey: BSONValue { empty(.minKey) }
    /// The value that sorts after all others.
    public static var maxKey: BSONValue { empty(.maxKey) }
    /// The deprecated undefined.
    public static var undefined: BSONValue { empty(.undefined) }

    private static func integer<T: FixedWidthInteger>(_ type: BSONType, _ value: T) -> BSONValue {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(value)
        return BSONValue(type: type, bytes: bytes[...])
    }

    /// A 64-bit floating point number, its bits kept (NaN payloads too).
    public static func double(_ value: Double) -> BSONValue { integer(.double, value.bitPattern) }
    /// A 32-bit integer.
    public static func int32(_ value: Int32) -> BSONValue { integer(.int32, value) }
    /// A 64-bit integer.
    public static func int64(_ value: Int64) -> BSONValue { integer(.int64, value) }
    /// A date, in milliseconds since 1970 UTC.
    public static func date(milliseconds: Int64) -> BSONValue { integer(.date, milliseconds) }
    /// A replication timestamp: seconds since 1970 and an increment.
    public static func timestamp(seconds: UInt32, increment: UInt32) -> BSONValue {
        integer(.timestamp, UInt64(seconds) << 32 | UInt64(increment))
    }
    /// A boolean.
    public static func bool(_ value: Bool) -> BSONValue { BSONValue(type: .bool, bytes: [value ? 1 : 0]) }
    /// An ObjectId from its twelve bytes.
    public static func objectID(_ bytes: [UInt8]) -> BSONValue {
        precondition(bytes.count == 12, "an ObjectId has twelve bytes")
        return BSONValue(type: .objectID, bytes: bytes[...])
    }

    /// A UTF-8 string; NUL inside is legal.
    public static func string(_ value: String) -> BSONValue { text(.string, value) }

    /// A string-like value: string, symbol or JavaScript.
    public static func text(_ type: BSONType, _ value: String) -> BSONValue {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(Int32(value.utf8.count + 1))
        bytes.append(contentsOf: value.utf8)
        bytes.append(0)
        return BSONValue(type: type, bytes: bytes[...])
    }

    /// Binary data of a subtype (0 is generic, 4 a UUID).
    public static func binary(_ data: some Collection<UInt8>, subtype: UInt8 = 0) -> BSONValue {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 5)
        bytes.appendLittleEndian(Int32(data.count))
        bytes.append(subtype)
        bytes.append(contentsOf: data)
        return BSONValue(type: .binary, bytes: bytes[...])
    }

    /// An embedded document.
    public static func document(_ value: BSONDocument) -> BSONValue { BSONValue(type: .document, bytes: value.bytes) }

    /// An array.
    public static func array(_ values: [BSONValue]) -> BSONValue {
        var writer = BSONWriter()
        writer.append(elements: values)
        return BSONValue(type: .array, bytes: writer.finish().bytes)
    }

    /// An integer in the smaller of the two integer types that holds it, as MongoDB's tools choose.
    public static func int(_ value: Int) -> BSONValue {
        Int32(exactly: value).map(BSONValue.int32) ?? .int64(Int64(value))
    }
}

// MARK: - Literals, so that commands read as they do in the manual

extension BSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An int32 where it fits, else an int64.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: BSONValue...) { self = .array(elements) }
    /// An embedded document, its fields in the order written.
    public init(dictionaryLiteral elements: (String, BSONValue)...) { self = .document(BSONDocument(elements)) }
}
