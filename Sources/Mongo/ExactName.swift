/// A name as the server compares it: by its bytes.
///
/// Swift's strings are equal where they look the same, and Unicode has two ways to write `é`. The server has two
/// collections of these names.
public struct ExactName: Hashable, Sendable {
    /// The name.
    public let text: String

    /// Creates a name.
    public init(_ text: String) { self.text = text }

    /// Compares bytes.
    public static func == (one: ExactName, other: ExactName) -> Bool { one.text.isExactly(other.text) }

    /// Hashes bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)  // No byte of a text: where it ends.
    }
}

extension String {
    /// Whether two texts have the same bytes.
    public func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
