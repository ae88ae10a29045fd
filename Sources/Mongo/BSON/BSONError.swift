/// Bytes that are not a BSON document.
public struct BSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, in a sentence without a full stop.
    public let reason: String
    /// Where: the byte's position counted from the start of the outermost document.
    public let offset: Int

    /// Creates an error for what was found at a position.
    public init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason and the position.
    public var description: String { "malformed BSON at byte \(offset): \(reason)" }
}
