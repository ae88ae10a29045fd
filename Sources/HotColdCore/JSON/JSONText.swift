/// A text and the JSON value in it: RFC 8259, strictly, with the place of every value.
///
/// ```swift
/// let text = try JSONText("{\"batch_size\": 1000}")
/// text.root.members?[0].value.number?.integer  // 1000
/// text.position(of: text.root.range)           // line 1, column 1
/// ```
/// Refused with a position: everything that is not JSON (comments, trailing commas, a byte order mark, text after
/// the value), the same name twice in an object, surrogates without their other half, text that is not UTF-8, and
/// nesting deeper than `maximumDepth`.
package struct JSONText: Sendable {
    /// How deep arrays and objects may nest.
    package static let maximumDepth = 100

    /// The text.
    package let bytes: [UInt8]
    /// The value.
    package let root: JSONNode

    /// Parses a text.
    ///
    /// - Throws: `JSONError` for the first thing that is not JSON.
    package init(_ text: String) throws(JSONError) { try self.init(utf8: Array(text.utf8)) }

    /// Parses the bytes of a file.
    ///
    /// - Throws: `JSONError` for the first thing that is not UTF-8 or not JSON.
    package init(utf8 bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        var parser = JSONParser(bytes)
        root = try parser.parse()
    }

    /// Where a range of the text starts.
    package func position(of range: Range<Int>) -> SourcePosition {
        SourcePosition(ofByte: range.lowerBound, in: bytes)
    }

    /// The text that a value was read from, as it was written.
    package func source(of node: JSONNode) -> String { String(decoding: bytes[node.range], as: UTF8.self) }
}
