/// What `verify --fix` has settled in a collection, each by a run of the engine.
public struct VerificationFix: Sendable, Equatable {
    /// The runs, in their order; they are in the history like any other.
    public var runs: [String] = []
    /// Whether what dead runs had left half-way was settled.
    public var hasRecovered = false
    /// Dead runs that have something half-way after that still.
    public var remaining: [DeadRun] = []
    /// Documents that dead runs had left half-way.
    public var recovered = 0
    /// Documents that could not be settled, or were laid aside; the run's history names them.
    public var problemCount = 0
    /// Duplicates that the policy calls cold: deleted from hot.
    public var removedFromHot = 0
    /// All others: deleted from cold.
    public var removedFromCold = 0

    /// Creates a fix of nothing yet.
    public init() {}

    /// Duplicates that are in one tier now.
    public var settled: Int { removedFromHot + removedFromCold }
}
