public import Mongo

/// What one tier of a collection takes, or why that is not known.
public struct TierStorage: Sendable {
    /// What came of measuring it.
    public enum Outcome: Sendable {
        /// What it takes.
        case measured(StorageUsage)
        /// There is no such collection, which takes nothing.
        case missing
        /// It could not be measured: it is no collection, or the server refused.
        case failed(MigrationError)
    }

    /// The tier's collection.
    public var namespace: Namespace
    /// What came of measuring it.
    public var outcome: Outcome

    /// Creates the result of a measurement.
    public init(namespace: Namespace, outcome: Outcome) {
        self.namespace = namespace
        self.outcome = outcome
    }

    /// What it takes; nil where that is not known.
    public var usage: StorageUsage? {
        switch outcome {
        case .measured(let usage): usage
        case .missing: StorageUsage()
        case .failed: nil
        }
    }

    /// Whether the collection does not exist.
    public var isMissing: Bool { if case .missing = outcome { true } else { false } }

    /// What gives the reusable bytes of its file back to the disk, for mongosh.
    public var compactCommand: String { MongoShell.compact(namespace) }

    /// Why it could not be measured.
    public var error: MigrationError? { if case .failed(let error) = outcome { error } else { nil } }
}

/// What both tiers of a collection take.
public struct CollectionStorage: Sendable {
    /// The entry of the configuration.
    public var collection: CollectionConfiguration
    /// The collection that applications use.
    public var hot: TierStorage
    /// Its archive.
    public var cold: TierStorage
    /// What was taken out of the archive and may be nowhere else; nil where that is not known.
    public var quarantine: QuarantineUsage?

    /// Creates the result of two measurements.
    public init(collection: CollectionConfiguration, hot: TierStorage, cold: TierStorage) {
        self.collection = collection
        self.hot = hot
        self.cold = cold
    }
}
