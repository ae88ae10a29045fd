/// How far a run is: what a progress line shows.
public struct Progress: Sendable {
    /// The collection's key in the configuration.
    public var collection: String
    /// Documents to move, as counted by the plan: no more than its limit.
    public var eligible: Int
    /// What became of documents so far.
    public var counts: MoveCounts
    /// Bytes moved so far.
    public var bytes: Int64
    /// Time since the first batch.
    public var elapsed: Duration
    /// Why it rests at the moment; nil while it works.
    public var rest: Strain?
}
