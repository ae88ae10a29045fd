public import Mongo

/// A report as data: rendered once as JSON for scripts, once as BSON for the run history.
///
/// ```swift
/// let report: StructuredValue = ["command": "migrate", "migrated": 1198, "started_at": .date(milliseconds: now)]
/// print(report.json())
/// ```
public enum StructuredValue: Hashable, Sendable {
    /// One name and its value.
    public struct Member: Hashable, Sendable {
        /// The name; no two members of an object should have the same.
        public var name: String
        /// The value.
        public var value: StructuredValue

        /// Creates a member.
        public init(_ name: String, _ value: StructuredValue) {
            self.name = name
            self.value = value
        }
    }

    /// Nothing, or nothing known.
    case null
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A number; JSON shows null for NaN and the infinities, which it hasn't.
    case double(Double)
    /// A text.
    case string(String)
    /// A date, in milliseconds since 1970 UTC.
    case date(milliseconds: Int64)
    /// A value of the database; JSON shows it as relaxed Extended JSON.
    case bson(BSONValue)
    /// A list.
    case array([StructuredValue])
    /// Named values in their order.
    case object([Member])

    /// A whole number.
    public static func int(_ value: Int) -> StructuredValue { .int(Int64(value)) }

    /// The value of the first member with this name; nil where there is none.
    public subscript(name: String) -> StructuredValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension StructuredValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: StructuredValue...) { self = .array(elements) }
    /// Named values in the order written.
    public init(dictionaryLiteral elements: (String, StructuredValue)...) {
        self = .object(elements.map { Member($0, $1) })
    }
}

// MARK: - As BSON

extension StructuredValue {
    /// The value as BSON: dates as dates, whole numbers in the smaller type that holds them.
    public var bsonValue: BSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(Int(value))
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .date(let milliseconds): .date(milliseconds: milliseconds)
        case .bson(let value): value.fitsIntoRecord ? value : .string(shortened)
        case .array(let elements): .array(elements.map(\.bsonValue))
        case .object(let members): .document(Self.document(members))
        }
    }

    /// A value that a record has no room for, as the beginning of its Extended JSON.
    private var shortened: String {
        let text = json(.compact)
        return text.count > 1000 ? text.prefix(1000) + "…" : text
    }

    /// An object as a BSON document; nil for everything else.
    public var bsonDocument: BSONDocument? {
        guard case .object(let members) = self else { return nil }
        return Self.document(members)
    }

    private static func document(_ members: [Member]) -> BSONDocument {
        // BSON's names end with NUL, so they can't hold one; a report is not worth a crash.
        BSONDocument(members.map { ($0.name.replacing("\0", with: "\u{FFFD}"), $0.value.bsonValue) })
    }

    /// Reads BSON back, as the run history holds it: dates become dates, and what reports have no case for stays BSON.
    public init(_ value: BSONValue) { self.init(value, depth: 1) }

    private init(_ value: BSONValue, depth: Int) {
        switch value.type {
        case .null: self = .null
        case .bool: self = value.bool.map(StructuredValue.bool) ?? .bson(value)
        case .int32, .int64: self = value.integer.map(StructuredValue.int) ?? .bson(value)
        case .double: self = value.double.map(StructuredValue.double) ?? .bson(value)
        case .string: self = value.string.map(StructuredValue.string) ?? .bson(value)
        case .date: self = value.dateMilliseconds.map(StructuredValue.date) ?? .bson(value)
        case .array where Self.isTooDeep(depth), .document where Self.isTooDeep(depth): self = .bson(value)
        case .array:
            self = value.array.map { .array($0.map { StructuredValue($0, depth: depth + 1) }) } ?? .bson(value)
        case .document:
            let elements = try? value.document?.elements()  // What is malformed stays BSON.
            self =
                elements.map { .object($0.map { Member($0.name, StructuredValue($0.value, depth: depth + 1)) }) }
                ?? .bson(value)
        default: self = .bson(value)
        }
    }

    /// Whether a value is nested deeper than any that a server stores: a sender may nest without end, a stack has one.
    static func isTooDeep(_ depth: Int) -> Bool { depth > BSONDocument.maximumDepth }
}
