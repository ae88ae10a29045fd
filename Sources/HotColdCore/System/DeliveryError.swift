/// Why a result did not get where it should.
public struct DeliveryError: Error, Hashable, Sendable {
    /// What happened, without a full stop.
    public var message: String
    /// What to do about it.
    public var hint: String?

    /// Creates an error.
    public init(_ message: String, hint: String?) {
        self.message = message
        self.hint = hint
    }
}
