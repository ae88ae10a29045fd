/// How a run goes about it: what flags decide and policies do not.
public struct MoveOptions: Sendable {
    /// The most documents to move; nil for all.
    public var limit: Int?
    /// Movers at work side by side, each with a transaction of its own; nil for three, and up to eight where servers are
    /// far away.
    public var workers: Int?
    /// What to do where the target has the `_id` with other bytes.
    public var onConflict = ConflictPolicy.skip
    /// When to start no further batches; nil for never.
    public var deadline: Deadline?
    /// The most documents per second.
    public var maximumRate: Int?
    /// How much it minds others on the same servers.
    public var throttle = ThrottleSettings()
    /// How long to wait for a server that is away before giving up.
    public var retryFor: Duration = .seconds(120)
    /// How long restored documents are held in hot, in days; 0 for not at all.
    public var holdDays = 0
    /// Go on in spite of a TTL index that deletes what is moved.
    public var allowsTTL = false
    /// Go on although a server may lose what it has acknowledged.
    public var allowsNondurable = false
    /// Go on however much moves: the operator means it, or there is nothing to compare it with.
    public var allowsUnusualShare = false
    /// Go on although the tiers are not what they were to the runs before: the operator means it.
    public var allowsOtherTiers = false
    /// Only documents that the target has with the same bytes: they are deleted from the source and nothing is copied.
    public var onlyDuplicates = false
    /// Where every problem is written; nil for nowhere.
    public var problemLog: ProblemLog?

    /// Creates the default options.
    public init() {}
}

/// When a run starts no further batches, and what it then stops for.
public struct Deadline: Sendable {
    /// By a clock that nobody sets.
    public var instant: ContinuousClock.Instant
    /// `duration` or `window`.
    public var reason: StopReason

    /// Creates a deadline.
    public init(_ instant: ContinuousClock.Instant, _ reason: StopReason) {
        self.instant = instant
        self.reason = reason
    }
}
