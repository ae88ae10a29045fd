import Mongo

@testable import HotColdCore

extension StorageUsage {
    /// A usage of so many bytes.
    static func sample(_ dataBytes: Int64, documents: Int64 = 1) -> StorageUsage {
        var usage = StorageUsage()
        usage.documents = documents
        usage.dataBytes = dataBytes
        return usage
    }
}

extension StorageReport {
    /// 2026-11-22T16:00:00Z.
    static let now: Int64 = 1_795_363_200_000

    /// A report of collections of the database `shop`, archived under `_archive`, against a threshold of 1 GB.
    static func sample(
        _ tiers: KeyValuePairs<String, (hot: TierStorage.Outcome, cold: TierStorage.Outcome)>,
        monitoring: Configuration.Monitoring = Configuration.Monitoring(alertThresholdGB: 1)
    ) -> StorageReport {
        let collections = tiers.map { name, outcomes in
            let hot = Namespace(database: "shop", collection: name)
            let cold = Namespace(database: "shop", collection: "\(name)_archive")
            return CollectionStorage(
                collection: CollectionConfiguration(
                    name: name,
                    hot: hot,
                    cold: cold,
                    policy: Policy(kind: .accessBased, accessField: FieldPath("seen"))
                ),
                hot: TierStorage(namespace: hot, outcome: outcomes.hot),
                cold: TierStorage(namespace: cold, outcome: outcomes.cold)
            )
        }
        return StorageReport(timestamp: now, collections: collections, monitoring: monitoring)
    }

    /// A report of one collection with so many hot bytes.
    static func hot(_ bytes: Int64, enabled: Bool = true) -> StorageReport {
        sample(
            ["users": (.measured(.sample(bytes)), .missing)],
            monitoring: Configuration.Monitoring(isEnabled: enabled, alertThresholdGB: 1)
        )
    }
}
