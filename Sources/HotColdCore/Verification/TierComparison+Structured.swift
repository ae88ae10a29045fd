extension TierComparison {
    private typealias Member = StructuredValue.Member

    /// The comparison as `--json` prints it: one of its `collections`.
    ///
    /// - Parameter code: the exit code that stands for an error.
    public func structured(code: (MigrationError) -> Int32) -> StructuredValue {
        .object(sides + numbers + findings + [Member("error", error?.structured(code: code) ?? .null)])
    }

    private var sides: [Member] {
        [
            Member("status", .string(status.rawValue)),
            Member("hot", hot.structured(name: "\(collection.hot)")),
            Member("cold", cold.structured(name: "\(collection.cold)")),
        ]
    }

    private var numbers: [Member] {
        [
            Member("compared", .int(compared)), Member("in_both", .int(inBoth)),
            Member("identical", .int(self[.identical])), Member("different", .int(self[.different])),
            Member("copies", .int(self[.copy])), Member("stale_copies", .int(self[.staleCopy])),
            Member("in_progress", .int(self[.inProgress])), Member("leftovers", .int(self[.leftover])),
            Member("quarantine", quarantine.structured),
        ]
    }

    private var findings: [Member] {
        [
            Member("dead_runs", .array(deadRuns.map(\.structured))),
            Member("held_by", holder?.structured ?? .null), Member("fixed", fix?.structured ?? .null),
            Member("archive_loss", archiveLoss.map(StructuredValue.string) ?? .null),
            Member("problem_count", .int(problems.count)),
            Member("problems", .array(problems.first.map(\.structured))),
            Member("warnings", .array(warnings.map(StructuredValue.string))),
        ]
    }
}

extension TierComparison.Tier {
    fileprivate func structured(name: String) -> StructuredValue {
        [
            "collection": .string(name), "exists": isKnown ? .bool(exists) : .null,
            "document_count": isKnown ? .int(documents) : .null,
        ]
    }
}

extension DeadRun {
    fileprivate var structured: StructuredValue {
        ["run_id": .string(run), "seats": .int(seats), "documents": .int(documents)]
    }
}

extension LeaseHolder {
    fileprivate var structured: StructuredValue {
        [
            "run_id": .string(run), "host": .string(identity.host), "pid": .int(Int64(identity.pid)),
            "since": .date(milliseconds: since),
        ]
    }
}

extension VerificationFix {
    fileprivate var structured: StructuredValue {
        [
            "recovered": .int(recovered), "dead_runs": .array(remaining.map(\.structured)),
            "removed_from_hot": .int(removedFromHot),
            "removed_from_cold": .int(removedFromCold), "run_ids": .array(runs.map(StructuredValue.string)),
        ]
    }
}

extension VerificationProblem {
    /// The problem as reports show it.
    var structured: StructuredValue {
        ["id": .bson(id), "kind": .string(kind.rawValue), "reason": .string(reason)]
    }
}
