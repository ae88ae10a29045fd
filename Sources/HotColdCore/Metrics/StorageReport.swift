/// What the tiers take, all in all and each collection, and the alerts about it.
public struct StorageReport: Sendable {
    /// When it was measured, by the hot server's clock, in milliseconds since 1970 UTC.
    public var timestamp: Int64
    /// The collections in their order.
    public var collections: [CollectionStorage]
    /// The hot collections that nobody asked for: thresholds are about all of them.
    public var otherHot: [TierStorage]
    /// The thresholds.
    public var monitoring: Configuration.Monitoring

    /// Creates a report.
    public init(
        timestamp: Int64,
        collections: [CollectionStorage],
        otherHot: [TierStorage] = [],
        monitoring: Configuration.Monitoring
    ) {
        self.timestamp = timestamp
        self.collections = collections
        self.otherHot = otherHot
        self.monitoring = monitoring
    }

    /// What all hot collections take that could be measured.
    public var hot: StorageUsage { .sum(of: collections.map(\.hot)) }

    /// What all archives take that could be measured.
    public var cold: StorageUsage { .sum(of: collections.map(\.cold)) }

    /// What is watched; nothing where monitoring is disabled.
    public var watches: [StorageWatch] {
        guard monitoring.isEnabled else { return [] }
        let bytes = StorageUsage.sum(of: allHot).dataBytes
        return [StorageWatch(kind: .hotSize, valueBytes: bytes, thresholdGB: monitoring.alertThresholdGB)]
    }

    /// The thresholds that are crossed.
    public var alerts: [StorageWatch] { watches.filter(\.isRaised) }

    /// Whether every hot collection is in the sum, so that a value below a threshold means something.
    ///
    /// Views and time-series collections don't count: they will never be in it.
    public var isComplete: Bool {
        allHot.allSatisfy { tier in
            switch tier.error {
            case nil, .unsuitable: true
            default: false
            }
        }
    }

    /// Why collections could not be measured, in their order.
    public var errors: [MigrationError] { collections.flatMap { [$0.hot.error, $0.cold.error].compactMap(\.self) } }

    private var allHot: [TierStorage] { collections.map(\.hot) + otherHot }
}

extension StorageUsage {
    /// What tiers take together, those that could be measured.
    fileprivate static func sum(of tiers: [TierStorage]) -> StorageUsage {
        tiers.compactMap(\.usage).reduce(into: StorageUsage()) { $0 += $1 }
    }
}
