/// What comparing the tiers of a collection has found, and what `--fix` did about it.
public struct TierComparison: Sendable {
    /// What is known of one tier's collection.
    public struct Tier: Sendable, Equatable {
        /// Whether it was looked at: an error may have come first.
        public var isKnown = false
        /// Whether it is there.
        public var exists = false
        /// Its documents, by the server's own count.
        public var documents = 0

        /// Creates a tier that nobody has looked at.
        public init() {}
    }

    /// The entry of the configuration.
    public var collection: CollectionConfiguration
    /// The hot collection.
    public var hot = Tier()
    /// The archive.
    public var cold = Tier()
    /// How many ids of the one tier were looked up in the other.
    public var compared = 0
    /// How many ids both tiers have, by what that means.
    public var counts: [OverlapKind: Int] = [:]
    /// Runs that were gone and had left something half-way, before anything was settled.
    public var deadRuns: [DeadRun] = []
    /// A run that was at work meanwhile.
    public var holder: LeaseHolder?
    /// What should not be and still is.
    public var problems = ProblemList()
    /// What was taken out of the archive and may be nowhere else; no fault of the tiers.
    public var quarantine = QuarantineUsage()
    /// What earlier runs left in the archive and is not there any more; nil where nothing seems to be lost.
    public var archiveLoss: String?
    /// What may surprise.
    public var warnings: [String] = []
    /// What was settled; nil where nothing was asked for.
    public var fix: VerificationFix?
    /// Whether it was stopped before the end.
    public var isInterrupted = false
    /// Whether a signal came before its turn.
    public private(set) var isNotBegun = false
    /// What ended it.
    public var error: MigrationError?

    /// Creates a comparison of nothing yet.
    public init(_ collection: CollectionConfiguration) { self.collection = collection }

    /// Creates the comparison of a collection whose turn did not come.
    public init(notBegun collection: CollectionConfiguration) {
        self.init(collection)
        (isInterrupted, isNotBegun) = (true, true)
    }

    /// How many ids both tiers have, for whatever reason.
    public var inBoth: Int { counts.values.reduce(0, +) }

    /// How many ids both tiers have for one reason.
    public subscript(kind: OverlapKind) -> Int { counts[kind] ?? 0 }

    /// Whether something is left that should not be.
    public var isClean: Bool {
        problems.count == 0 && unsettledRuns.isEmpty && fix?.problemCount ?? 0 == 0 && archiveLoss == nil
    }

    /// The dead runs that may have something half-way still.
    public var unsettledRuns: [DeadRun] {
        guard let fix, fix.hasRecovered else { return deadRuns }
        return fix.remaining
    }

    /// How it ended.
    public var status: RunStatus {
        switch error {
        case .unsuitable: return .partial
        case .some: return .failed
        case nil: break
        }
        if isInterrupted { return .interrupted }
        return isClean ? .completed : .partial
    }
}
