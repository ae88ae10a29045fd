/// Everything that monitoring wants to know: storage, alerts, backlog and the last runs.
public struct MetricsSnapshot: Sendable {
    /// What the tiers take.
    public var storage: StorageReport
    /// Backlog and runs of the same collections.
    public var activities: [CollectionActivity]

    /// Creates a snapshot.
    public init(storage: StorageReport, activities: [CollectionActivity]) {
        self.storage = storage
        self.activities = activities
    }

    /// The snapshot in Prometheus's text format: what is not known has no sample.
    public var prometheusText: String {
        var text = PrometheusText()
        text.add("hotcold_build_info", "The version of hotcold that wrote this.", [(["version": Version.current], 1)])
        addStorage(to: &text)
        addQuarantine(to: &text)
        addAlerts(to: &text)
        text.add(
            "hotcold_eligible_documents",
            "Documents that the next migration would move.",
            activities.compactMap { activity in
                activity.eligible.map { (["collection": activity.collection], Double($0)) }
            }
        )
        addRuns(to: &text)
        return text.text
    }

    private func addStorage(to text: inout PrometheusText) {
        let metrics: [(String, String, KeyPath<StorageUsage, Int64>)] = [
            ("hotcold_documents", "Documents in the collection.", \.documents),
            ("hotcold_data_bytes", "Logical size of the documents, uncompressed.", \.dataBytes),
            ("hotcold_storage_bytes", "Size of the collection's file on disk.", \.storageBytes),
            ("hotcold_index_bytes", "Size of the collection's indexes on disk.", \.indexBytes),
            ("hotcold_reusable_bytes", "Part of the file that is free for new documents.", \.reusableBytes),
        ]
        for (name, help, value) in metrics {
            let samples = storage.collections.flatMap { storage -> [PrometheusText.Sample] in
                [("hot", storage.hot), ("cold", storage.cold)].compactMap { tier, result in
                    result.usage.map {
                        (["collection": storage.collection.name, "tier": tier], Double($0[keyPath: value]))
                    }
                }
            }
            text.add(name, help, samples)
        }
    }

    private func addQuarantine(to text: inout PrometheusText) {
        func samples(_ value: (QuarantineUsage) -> Double) -> [PrometheusText.Sample] {
            storage.collections.compactMap { storage in
                storage.quarantine.map { (["collection": storage.collection.name], value($0)) }
            }
        }
        text.add(
            "hotcold_quarantine_documents",
            "Documents that were taken out of the archive and may be nowhere else.",
            samples { Double($0.documents) }
        )
        text.add("hotcold_quarantine_bytes", "Size of these documents.", samples { Double($0.bytes) })
    }

    private func addAlerts(to text: inout PrometheusText) {
        func samples(_ value: (StorageWatch) -> Double) -> [PrometheusText.Sample] {
            storage.watches.map { (["kind": $0.kind.rawValue], value($0)) }
        }
        text.add("hotcold_alert_active", "Whether a threshold is crossed.", samples { $0.isRaised ? 1 : 0 })
        text.add(
            "hotcold_alert_threshold_bytes",
            "The threshold of an alert.",
            samples { $0.thresholdGB * Double(1 << 30) }
        )
    }

    private func addRuns(to text: inout PrometheusText) {
        func samples(_ value: (CollectionActivity.Runs) -> Double?) -> [PrometheusText.Sample] {
            activities.flatMap { activity in
                activity.runs.compactMap { runs in
                    value(runs).map {
                        (["collection": activity.collection, "command": runs.direction.rawValue], $0)
                    }
                }
            }
        }
        func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1000 }
        text.add(
            "hotcold_last_success_timestamp_seconds",
            "When a run last ended with everything done that was to be done.",
            samples { $0.lastSuccess?.finishedAt.map(seconds) }
        )
        text.add(
            "hotcold_last_run_timestamp_seconds",
            "When the last run ended, however it did.",
            samples { $0.last?.finishedAt.map(seconds) }
        )
        text.add(
            "hotcold_last_run_duration_seconds",
            "How long the last run took.",
            samples { $0.last?.duration?.seconds }
        )
        text.add(
            "hotcold_last_run_moved_documents",
            "Documents that the last run moved.",
            samples { $0.last.map { Double($0.moved) } }
        )
        text.add(
            "hotcold_last_run_conflict_documents",
            "Documents that the last run left behind because the target has others of the same _id.",
            samples { $0.last.map { Double($0.conflicts) } }
        )
        text.add(
            "hotcold_last_run_failed_documents",
            "Documents that the target refused in the last run.",
            samples { $0.last.map { Double($0.failed) } }
        )
    }
}
