internal import Mongo

/// A JSON value that knows which bytes of the text it was read from.
package struct JSONNode: Sendable {
    /// What JSON can say.
    package enum Value: Sendable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number, as written.
        case number(JSONNumber)
        /// A string, its escapes resolved.
        case string(String)
        /// An array.
        case array([JSONNode])
        /// An object, its members in the order of the text, no name twice.
        case object([JSONMember])
    }

    /// The value.
    package let value: Value
    /// The bytes of the text that it was read from.
    package let range: Range<Int>

    /// The members of an object; nil for anything else.
    package var members: [JSONMember]? {
        guard case .object(let members) = value else { return nil }
        return members
    }

    /// The elements of an array; nil for anything else.
    package var elements: [JSONNode]? {
        guard case .array(let elements) = value else { return nil }
        return elements
    }

    /// The string; nil for anything else.
    package var string: String? {
        guard case .string(let string) = value else { return nil }
        return string
    }

    /// The number; nil for anything else.
    package var number: JSONNumber? {
        guard case .number(let number) = value else { return nil }
        return number
    }

    /// The value in a few words for an error message, passwords in connection strings hidden: `the string "1000"`.
    package var summary: String {
        switch value {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): "the number \(quotation(of: number.text, limit: 40))"
        case .string(""): "an empty string"
        case .string(let string): "the string \"\(quotation(of: string))\""
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// A member of a JSON object.
package struct JSONMember: Sendable {
    /// The name, its escapes resolved.
    package let name: String
    /// The bytes of the text that the name was read from, quotes included.
    package let nameRange: Range<Int>
    /// The value.
    package let value: JSONNode
}

/// A JSON number as it was written, so that nothing is rounded before somebody asks.
package struct JSONNumber: Hashable, Sendable {
    /// The digits of the text, such as `-1.50e3`.
    package let text: String

    /// Whether it is written without fraction and exponent.
    package var isInteger: Bool { !text.utf8.contains { ".eE".utf8.contains($0) } }

    /// The number, where it is written as an integer and fits in 64 bits.
    package var integer: Int64? { isInteger ? Int64(text) : nil }

    /// The nearest double; nil where the number is larger than any.
    package var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}

/// A text cut to a length that suits a message, control characters escaped, passwords in connection strings hidden.
func quotation(of text: String, limit: Int = 60) -> String {
    let scalars = ConnectionString.redact(text).unicodeScalars
    return String(scalars.prefix(limit)).escaped + (scalars.count > limit ? "…" : "")
}
