/// Text that is not what it should be, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where the text stops making sense.
    public let position: SourcePosition
    /// What was expected and what is there, without a full stop.
    public let reason: String

    /// Creates an error.
    public init(_ reason: String, at position: SourcePosition) {
        self.position = position
        self.reason = reason
    }

    /// `line 7, column 3: expected ',' or '}' after a value, found "orders"`.
    public var description: String { "\(position): \(reason)" }
}
