import Mongo

@testable import HotColdCLI
@testable import HotColdCore

extension StorageUsage {
    /// A usage of so many documents and MB.
    static func sample(_ documents: Int64, _ data: Double, _ storage: Double, _ index: Double, _ reusable: Double)
        -> Self
    {
        func bytes(_ megabytes: Double) -> Int64 { Int64(megabytes * 1_048_576) }
        var usage = StorageUsage()
        usage.documents = documents
        usage.dataBytes = bytes(data)
        usage.storageBytes = bytes(storage)
        usage.indexBytes = bytes(index)
        usage.reusableBytes = bytes(reusable)
        return usage
    }
}

extension StatsResult {
    /// A result of collections of the database `shop`, which are archived under `_archive`.
    static func sample(
        _ tiers: KeyValuePairs<String, (hot: TierStorage.Outcome, cold: TierStorage.Outcome)>,
        threshold: Double = 500,
        enabled: Bool = true
    ) -> StatsResult {
        let collections = tiers.map { name, outcomes in
            let collection = CollectionConfiguration.users(name)
            return CollectionStorage(
                collection: collection,
                hot: TierStorage(namespace: collection.hot, outcome: outcomes.hot),
                cold: TierStorage(namespace: collection.cold, outcome: outcomes.cold)
            )
        }
        let report = StorageReport(
            timestamp: reportNow,
            collections: collections,
            monitoring: Configuration.Monitoring(isEnabled: enabled, alertThresholdGB: threshold)
        )
        return StatsResult(snapshot: MetricsSnapshot(storage: report, activities: []))
    }

    static let users: (hot: TierStorage.Outcome, cold: TierStorage.Outcome) = (
        .measured(.sample(50_000, 125.5, 60.1, 12, 3.2)), .measured(.sample(200_000, 450.2, 101, 8.5, 0))
    )

    /// The sample of the README.
    static let normal = sample([
        "users": users,
        "orders": (
            .measured(.sample(1_234_567, 8_200, 2_100, 310.7, 640)), .measured(.sample(0, 0, 0.0039, 0.0039, 0))
        ),
    ])

    /// One collection that is too large, and a mail about it.
    static let alert: StatsResult = {
        var result = sample(["users": (.measured(.sample(9_000_000, 524_288, 131_072, 2048, 0)), users.cold)])
        result.metricsFile = "/var/lib/node_exporter/hotcold.prom"
        result.notification = Notification(address: "ops@example.com")
        result.notification?.told = result.snapshot.storage.alerts.map { AlertChange(watch: $0) }
        return result
    }()

    /// Collections of which one tier or both are not there, or can't be measured.
    static let missing = sample(
        [
            "users": (users.hot, .missing), "logs": (.missing, .missing), "sessions": (.missing, users.cold),
            "recent": (.failed(.unsuitable(reason: "shop.recent is a view", hint: nil)), .missing),
        ],
        enabled: false
    )
}

extension RunRecord {
    /// A record of the entry `users`.
    static func sample(
        _ status: String,
        _ command: String = "migrate",
        collection: String = "users",
        hoursAgo: Int64 = 10,
        moved: BSONValue = 0,
        bytes: BSONValue = 0,
        seconds: Double = 0,
        conflicts: BSONValue = 0
    ) -> RunRecord {
        let started = reportNow - hoursAgo * 3_600_000
        let run = RunID.make(at: started).dropLast(8) + "9f3a01c7"
        return RunRecord([
            "_id": .string("\(run)/\(collection)"), "run_id": .string("\(run)"), "command": .string(command),
            "status": .string(status), "collection": .string(collection), "started_at": .date(milliseconds: started),
            "finished_at": .date(milliseconds: started + Int64(seconds * 1000)), "migrated": moved, "restored": moved,
            "bytes": bytes, "duration_seconds": .double(seconds), "conflicts": conflicts, "failed": 0,
            "documents_per_second": .double(seconds > 0 ? (moved.number ?? 0) / seconds : 0),
        ])
    }

    /// A day and a night.
    static let samples = [
        sample("running", hoursAgo: 0),
        sample("completed", "restore", hoursAgo: 5, moved: 1, bytes: 239, seconds: 0.04),
        sample("partial", hoursAgo: 14, moved: 1198, bytes: 1_150_000, seconds: 1.2, conflicts: 2),
        sample("completed", collection: "orders", hoursAgo: 14, moved: 1_204_000, bytes: 5_138_022_000, seconds: 185),
        sample("abandoned", hoursAgo: 38, moved: 4000, bytes: 3_000_000),
    ]
}
