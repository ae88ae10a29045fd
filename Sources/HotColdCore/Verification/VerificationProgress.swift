/// How far a verification is: what a progress line shows.
public struct VerificationProgress: Sendable {
    /// The collection's key in the configuration.
    public var collection: String
    /// Documents looked at.
    public var looked: Int
    /// Documents to look at, as counted at the start.
    public var total: Int
    /// Time since the start.
    public var elapsed: Duration
}
