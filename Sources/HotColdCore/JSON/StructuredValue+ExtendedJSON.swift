public import Mongo

extension StructuredValue {
    /// A database value in the relaxed form of Extended JSON v2, made of strings, numbers, arrays and objects only.
    ///
    /// Text that is not UTF-8 is shown with replacement characters, and what can't be read at all as
    /// `{"$unreadable": "the type"}`: a report must come out whatever the documents hold.
    public init(extendedJSON value: BSONValue) {
        self.init(extendedJSON: value, depth: 1)
    }

    private init(extendedJSON value: BSONValue, depth: Int) {
        self = Self.relaxed(value, depth) ?? ["$unreadable": .string(value.type.alias)]
    }

    private static func relaxed(_ value: BSONValue, _ depth: Int) -> StructuredValue? {
        switch value.type {
        case .null: .null
        case .bool: value.bool.map(StructuredValue.bool)
        case .int32, .int64: value.integer.map(StructuredValue.int)
        case .double: value.double.map(relaxed(double:))
        case .string: value.string.map(StructuredValue.string)
        case .date: value.dateMilliseconds.map(relaxed(date:))
        case .objectID: value.objectID.map { ["$oid": .string($0.map(hexadecimal).joined())] }
        case .array where isTooDeep(depth), .document where isTooDeep(depth): nil
        case .array: value.array.map { .array($0.map { StructuredValue(extendedJSON: $0, depth: depth + 1) }) }
        case .document:
            (try? value.document?.elements()).map { elements in  // Malformed ones are unreadable.
                .object(elements.map { Member($0.name, StructuredValue(extendedJSON: $0.value, depth: depth + 1)) })
            }
        case .binary, .undefined, .regularExpression, .dbPointer, .javascript, .symbol, .javascriptWithScope,
            .timestamp,
            .decimal128, .maxKey, .minKey:
            fromLibbson(value)
        }
    }

    private static func relaxed(double: Double) -> StructuredValue {
        guard !double.isFinite else { return .double(double) }
        return ["$numberDouble": .string(double.isNaN ? "NaN" : double < 0 ? "-Infinity" : "Infinity")]
    }

    /// Extended JSON writes the years 1970 to 9999 as text.
    private static func relaxed(date milliseconds: Int64) -> StructuredValue {
        let text = milliseconds < 0 ? nil : dateText(milliseconds)
        return ["$date": text.map(StructuredValue.string) ?? ["$numberLong": .string(String(milliseconds))]]
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private static func fromLibbson(_ value: BSONValue) -> StructuredValue? {
        // libbson writes no text that is not UTF-8, and ours refuses what is no JSON: both are unreadable.
        ExtendedJSON.string(from: value, .relaxed).flatMap { try? JSONText($0) }.map { StructuredValue($0.root) }
    }

    /// A JSON value as it is, nothing interpreted.
    init(_ node: JSONNode) {
        switch node.value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let number): self = number.integer.map(StructuredValue.int) ?? .double(number.double ?? .nan)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map(StructuredValue.init))
        case .object(let members): self = .object(members.map { Member($0.name, StructuredValue($0.value)) })
        }
    }
}
