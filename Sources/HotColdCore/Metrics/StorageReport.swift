/// What the tiers take, all in all and each collection, and the alerts about it.
public struct StorageReport: Sendable {
    /// When it was measured, by the hot server's clock, in milliseconds since 1970 UTC.
    public var timestamp: Int64
    /// The collections in their order.
    public var collections: [CollectionStorage]
    /// The thresholds.
    public var monitoring: Configuration.Monitoring

    /// Creates a report.
    public init(timestamp: Int64, collections: [CollectionStorage], monitoring: Configuration.Monitoring) {
        self.timestamp = timestamp
        self.collections = collections
        self.monitoring = monitoring
    }

    /// What all hot collections take that could be measured.
    public var hot: StorageUsage { sum(\.hot) }

    /// What all archives take that could be measured.
    public var cold: StorageUsage { sum(\.cold) }

    /// What is watched; nothing where monitoring is disabled.
    public var watches: [StorageWatch] {
        guard monitoring.isEnabled else { return [] }
        return [
            StorageWatch(kind: .hotSize, valueBytes: hot.dataBytes, thresholdGB: monitoring.alertThresholdGB)
        ]
    }

    /// The thresholds that are crossed.
    public var alerts: [StorageWatch] { watches.filter(\.isRaised) }

    /// Whether every hot collection is in the sum, so that a value below a threshold means something.
    ///
    /// Views and time-series collections don't count: they will never be in it.
    public var isComplete: Bool {
        collections.allSatisfy { storage in
            switch storage.hot.error {
            case nil, .unsuitable: true
            default: false
            }
        }
    }

    /// Why collections could not be measured, in their order.
    public var errors: [MigrationError] { collections.flatMap { [$0.hot.error, $0.cold.error].compactMap(\.self) } }

    private func sum(_ tier: KeyPath<CollectionStorage, TierStorage>) -> StorageUsage {
        collections.reduce(into: StorageUsage()) { sum, storage in
            if let usage = storage[keyPath: tier].usage { sum += usage }
        }
    }
}
