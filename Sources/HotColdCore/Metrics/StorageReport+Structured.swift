internal import Mongo

extension StorageReport {
    private typealias Member = StructuredValue.Member

    /// The report as `--json` prints it, keyed by the collections' names in their databases.
    ///
    /// - Parameters:
    ///   - status: how the whole command ended.
    ///   - code: the exit code that stands for an error.
    public func structured(status: RunStatus, code: (MigrationError) -> Int32) -> StructuredValue {
        func tier(_ tier: KeyPath<CollectionStorage, TierStorage>) -> StructuredValue {
            .object(
                collections.map { storage in
                    let (name, measured) = (storage.collection.name, storage[keyPath: tier])
                    let quarantine = Member("quarantine", storage.quarantine?.structured ?? .null)
                    return Member(
                        measured.namespace.collection,
                        measured.structured(of: name, code: code, tier == \.cold ? [quarantine] : [])
                    )
                }
            )
        }
        return [
            "schema_version": 1, "command": "stats", "status": .string(status.rawValue),
            "timestamp": .date(milliseconds: timestamp), "hot": tier(\.hot), "cold": tier(\.cold), "total": total,
            "alerts": .array(alerts.map(\.structured)),
            "monitoring": [
                "enabled": .bool(monitoring.isEnabled), "alert_threshold_gb": .double(monitoring.alertThresholdGB),
            ],
        ]
    }

    private var total: StructuredValue {
        let (hot, cold) = (hot, cold)
        return [
            "hot_size_gb": .gigabytes(hot.dataBytes), "cold_size_gb": .gigabytes(cold.dataBytes),
            "total_documents": .int(hot.documents + cold.documents), "hot": hot.structured, "cold": cold.structured,
        ]
    }
}

extension StorageUsage {
    /// The usage in the names of `stats`.
    var structured: StructuredValue { .object(members) }

    fileprivate var members: [StructuredValue.Member] {
        [
            .init("size_mb", .megabytes(dataBytes)), .init("document_count", .int(documents)),
            .init("storage_mb", .megabytes(storageBytes)), .init("index_mb", .megabytes(indexBytes)),
            .init("reusable_mb", .megabytes(reusableBytes)),
            .init("average_document_bytes", .int(averageDocumentBytes)),
            .init("compression_ratio", compressionRatio.map(StructuredValue.double) ?? .null),
            .init("size_bytes", .int(dataBytes)), .init("storage_bytes", .int(storageBytes)),
            .init("index_bytes", .int(indexBytes)), .init("reusable_bytes", .int(reusableBytes)),
        ]
    }
}

extension TierStorage {
    /// The tier of a collection; the numbers are null where they are not known.
    fileprivate func structured(
        of collection: String,
        code: (MigrationError) -> Int32,
        _ more: [StructuredValue.Member]
    ) -> StructuredValue {
        let numbers = (usage ?? StorageUsage()).members.map { member in
            StructuredValue.Member(member.name, usage == nil ? .null : member.value)
        }
        return .object(
            numbers + more + [
                .init("collection", .string(collection)), .init("namespace", .string(namespace.description)),
                .init("status", .string(status)), .init("error", error?.structured(code: code) ?? .null),
            ]
        )
    }

    private var status: String {
        switch outcome {
        case .measured: "measured"
        case .missing: "missing"
        case .failed: "failed"
        }
    }
}

extension StorageWatch {
    fileprivate var structured: StructuredValue {
        ["kind": .string(kind.rawValue), "value_gb": .double(valueGB), "threshold_gb": .double(thresholdGB)]
    }
}
