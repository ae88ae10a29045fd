internal import Mongo

extension CollectionAnalysis {
    /// The analysis as `--json` prints it: one of its `collections`.
    var structured: StructuredValue {
        [
            "policy": .string(collection.policy.kind.rawValue), "thresholds": collection.policy.thresholds,
            "as_of": .date(milliseconds: asOf), "hot": hot.structured, "cold": cold.structured,
            "distribution": temperatures { .int($0.documents) },
            "distribution_mb": temperatures { .megabytes($0.bytes) },
            "eligible": [
                "documents": .int(eligible.documents), "size_mb": .megabytes(eligible.bytes),
                "percent": .double(eligiblePercent), "oldest": .date(eligibleDates?.oldest),
                "newest": .date(eligibleDates?.newest),
            ],
            "held": .int(held), "filtered_out": .int(filteredOut),
            "would_free": [
                "data_mb": .megabytes(gain.data), "storage_mb": .megabytes(gain.storage),
                "index_mb": .megabytes(gain.indexes),
            ],
            "age_histogram": .array(ages.map(\.structured)), "idle_histogram": .array(idles.map(\.structured)),
            "unexpected_types": .array(unexpectedTypes.map(\.structured)),
            "what_if": .array(whatIfs.map(\.structured)), "index": servingIndex.map(StructuredValue.string) ?? .null,
            "missing_indexes": .array(missingIndexes.map(\.structured)),
            "sampled_documents": sampled.map(StructuredValue.int) ?? .null,
            "warnings": .array(warnings.map(StructuredValue.string)), "error": .null,
        ]
    }

    private func temperatures(_ value: (Volume) -> StructuredValue) -> StructuredValue {
        .object(
            Temperature.allCases.map {
                StructuredValue.Member($0.rawValue, value(distribution[$0] ?? Volume()))
            }
        )
    }
}

extension CollectionAnalysis.Tier {
    fileprivate var structured: StructuredValue {
        [
            "collection": .string(namespace.description), "exists": .bool(exists),
            "document_count": .int(volume.documents), "size_mb": .megabytes(volume.bytes),
            "oldest": .date(dates?.oldest), "newest": .date(dates?.newest),
        ]
    }
}

extension CollectionAnalysis.Bucket {
    fileprivate var structured: StructuredValue {
        [
            "from_days": fromDays.map(StructuredValue.int) ?? .null,
            "to_days": toDays.map(StructuredValue.int) ?? .null, "documents": .int(volume.documents),
            "size_mb": .megabytes(volume.bytes),
        ]
    }
}

extension CollectionAnalysis.UnexpectedType {
    fileprivate var structured: StructuredValue {
        [
            "field": .string(field.description), "type": .string(type), "reason": .string(reason.rawValue),
            "documents": .int(documents),
        ]
    }
}

extension CollectionAnalysis.WhatIf {
    fileprivate var structured: StructuredValue {
        ["days": .int(days), "documents": .int(volume.documents), "size_mb": .megabytes(volume.bytes)]
    }
}

extension CollectionAnalysis.MissingIndex {
    fileprivate var structured: StructuredValue {
        ["fields": .array(fields.map { .string($0.description) }), "command": .string(command)]
    }
}

extension Policy {
    /// The thresholds that the policy looks at, in days.
    var thresholds: StructuredValue {
        let dates: [StructuredValue.Member] = [
            StructuredValue.Member("hot_threshold_days", .int(hotThresholdDays)),
            StructuredValue.Member("cold_threshold_days", .int(coldThresholdDays)),
        ]
        let access = [StructuredValue.Member("hot_access_days", .int(hotAccessDays))]
        switch kind {
        case .timeBased: return .object(dates)
        case .accessBased: return .object(access)
        case .hybrid: return .object(dates + access)
        }
    }
}
