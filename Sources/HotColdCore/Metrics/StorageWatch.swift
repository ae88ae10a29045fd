/// A quantity that the configuration has a threshold for.
public struct StorageWatch: Sendable, Hashable {
    /// What is watched; the raw value is its name in reports and in the state database.
    public enum Kind: String, CaseIterable, Sendable {
        /// The logical size of all hot collections, against `monitoring.alert_threshold_gb`.
        case hotSize = "hot_size"
    }

    /// What is watched.
    public var kind: Kind
    /// What was measured, in bytes.
    public var valueBytes: Int64
    /// What it must not be above, in GB of 1024³ bytes.
    public var thresholdGB: Double

    /// Creates a watch.
    public init(kind: Kind, valueBytes: Int64, thresholdGB: Double) {
        self.kind = kind
        self.valueBytes = valueBytes
        self.thresholdGB = thresholdGB
    }

    /// What was measured, in GB of 1024³ bytes.
    public var valueGB: Double { Double(valueBytes) / Double(1 << 30) }

    /// Whether the threshold is crossed: an alert.
    public var isRaised: Bool { valueGB > thresholdGB }
}
