public import Mongo

/// Which archived documents an operator wants back.
public enum RestoreSelection: Sendable {
    /// Those that match a query.
    case query(BSONDocument)
    /// Those with these ids.
    case ids([RequestedID])
}

/// An id as an operator typed it.
///
/// `65f…` may be an ObjectId or a string, `42` a number or a string: every reading is tried.
public struct RequestedID: Sendable, Equatable {
    /// As typed.
    public var text: String
    /// What it may mean.
    public var candidates: [BSONValue]

    /// Reads an id: a value in Extended JSON, or plain text.
    public init(_ text: String) {
        self.text = text
        candidates = [.string(text)]
        if text.utf8.count == 24, let bytes = Self.bytes(hexadecimal: text) { candidates.append(.objectID(bytes)) }
        // Not Extended JSON is no error: then the text itself is the id.
        if let value = try? ExtendedJSONQuery.parseValue(text) { candidates.append(value) }
    }

    /// Whether it may mean a document of this `_id`, as the server compares.
    func means(_ id: BSONValue) -> Bool {
        candidates.contains { $0 == id || $0.number != nil && $0.number == id.number }
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count == 24 else { return nil }
        return stride(from: 0, to: 24, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
