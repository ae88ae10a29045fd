/// BSON put together by hand, byte by byte: what the reader and the writer are judged by can't be made with them.
public enum RawBSON {
    /// A document of elements already encoded.
    public static func document(_ elements: [UInt8]...) -> [UInt8] { document(elements) }

    /// A document of elements already encoded.
    public static func document(_ elements: [[UInt8]]) -> [UInt8] {
        let body = elements.flatMap { $0 }
        return int32(Int32(body.count + 5)) + body + [0]
    }

    /// An element: type byte, name, NUL, value.
    public static func element(_ type: UInt8, _ name: String, _ value: [UInt8] = []) -> [UInt8] {
        element(type, Array(name.utf8), value)
    }

    /// An element with a name that may be anything but NUL.
    public static func element(_ type: UInt8, _ name: [UInt8], _ value: [UInt8] = []) -> [UInt8] {
        [type] + name + [0] + value
    }

    /// Four bytes, little-endian.
    public static func int32(_ value: Int32) -> [UInt8] { littleEndian(UInt32(bitPattern: value)) }

    /// Eight bytes, little-endian.
    public static func int64(_ value: Int64) -> [UInt8] { littleEndian(UInt64(bitPattern: value)) }

    /// Eight bytes of a double.
    public static func double(_ value: Double) -> [UInt8] { littleEndian(value.bitPattern) }

    /// A length-prefixed string.
    public static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    /// A length-prefixed string whose bytes may be anything.
    public static func string(_ bytes: [UInt8]) -> [UInt8] { int32(Int32(bytes.count + 1)) + bytes + [0] }

    /// Binary data of a subtype.
    public static func binary(_ subtype: UInt8, _ data: [UInt8]) -> [UInt8] {
        int32(Int32(data.count)) + [subtype] + data
    }

    /// Eight bytes of a timestamp.
    public static func timestamp(_ seconds: UInt32, _ increment: UInt32) -> [UInt8] {
        littleEndian(increment) + littleEndian(seconds)
    }

    /// Sixteen bytes of a Decimal128 from the hexadecimal digits of its high and low half.
    public static func decimal128(high: UInt64, low: UInt64) -> [UInt8] { littleEndian(low) + littleEndian(high) }

    /// Code with scope: total length, code, document.
    public static func codeWithScope(_ code: String, _ scope: [UInt8]) -> [UInt8] {
        let body = string(code) + scope
        return int32(Int32(body.count + 4)) + body
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
