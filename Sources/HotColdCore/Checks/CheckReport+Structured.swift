internal import Mongo

extension CheckReport {
    /// The report as `--json` prints it.
    ///
    /// - Parameter status: how the whole command ended.
    public func structured(status: RunStatus) -> StructuredValue {
        let findings = findings
        return [
            "schema_version": 1, "command": "check", "status": .string(status.rawValue),
            "timestamp": .date(milliseconds: timestamp), "servers": .array(servers.map(\.structured)),
            "collections": .array(entries.map(\.structured)), "findings": .array(findings.map(\.structured)),
            "counts": findings.structuredCounts,
        ]
    }
}

extension Finding {
    fileprivate var structured: StructuredValue {
        func text(_ value: String?) -> StructuredValue { value.map(StructuredValue.string) ?? .null }
        return [
            "severity": .string(severity.rawValue), "code": .string(code.rawValue), "server": text(server?.rawValue),
            "collection": text(collection), "namespace": text(namespace?.description), "message": .string(message),
            "meaning": .string(meaning), "remedy": text(remedy), "command": text(command),
        ]
    }
}

extension [Finding] {
    fileprivate var structuredCounts: StructuredValue {
        [
            "errors": .int(count(.error)), "warnings": .int(count(.warning)), "notices": .int(count(.notice)),
        ]
    }
}

extension CheckReport.Entry {
    fileprivate var structured: StructuredValue {
        [
            "collection": .string(collection.name), "hot": .string(collection.hot.description),
            "cold": .string(collection.cold.description), "enabled": .bool(collection.isEnabled),
            "checked": .array(checked.map { .string($0.rawValue) }),
            "sampled": sampled.map(StructuredValue.int) ?? .null,
            "sampled_eligible": sampledEligible.map(StructuredValue.int) ?? .null,
            "counts": findings.structuredCounts,
        ]
    }
}

extension ServerFacts {
    fileprivate var structured: StructuredValue {
        func text(_ value: String?) -> StructuredValue { value.map(StructuredValue.string) ?? .null }
        return [
            "server": .string(server.rawValue), "address": .string(address), "version": text(version),
            "feature_compatibility_version": text(featureVersion), "replica_set": .bool(isReplicaSet),
            "clock_difference_seconds": .double(clockDifference.seconds), "access_control": .bool(hasAccessControl),
            "user": text(user), "disk_total_bytes": disk.map { .int($0.total) } ?? .null,
            "disk_free_bytes": disk.map { .int($0.free) } ?? .null,
            "oplog_bytes": oplogBytes.map(StructuredValue.int) ?? .null,
        ]
    }
}
