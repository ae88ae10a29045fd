internal import Mongo

extension Explanation {
    /// The explanation as `--json` prints it.
    public var structured: StructuredValue {
        [
            "collection": .string(collection.name), "policy": .string(collection.policy.kind.rawValue),
            "thresholds": collection.policy.thresholds, "id": .bson(id),
            "in_hot": .bool(isHot), "in_cold": .bool(isCold), "hot": .string(collection.hot.description),
            "cold": .string(collection.cold.description),
            "temperature": evaluation.map { .string($0.temperature.rawValue) } ?? .null,
            "clauses": .array((evaluation?.findings ?? []).map { $0.structured(collection.policy) }),
            "matches_filter": matchesFilter.map(StructuredValue.bool) ?? .null,
            "matches_exclude": matchesExclude.map(StructuredValue.bool) ?? .null, "held_until": .date(heldUntil),
            "eligible": .bool(prospect == .now), "eligible_after": .date(prospect.moment),
            "never_eligible_because": prospect.obstacle.map(StructuredValue.string) ?? .null,
            "moves": .array(moves.map(\.structured)), "has_earlier_moves": .bool(hasEarlierMoves),
        ]
    }
}

extension Explanation.Prospect {
    fileprivate var moment: Int64? { if case .after(let moment) = self { moment } else { nil } }
    fileprivate var obstacle: String? { if case .never(let reason) = self { reason } else { nil } }
}

extension Explanation.Move {
    fileprivate var structured: StructuredValue {
        [
            "run_id": .string(run), "command": .string(direction.rawValue),
            "committed_at": .date(milliseconds: committedAt), "copy_only": .bool(isCopy),
        ]
    }
}

extension Evaluation.Finding {
    fileprivate func structured(_ policy: Policy) -> StructuredValue {
        [
            "field": .string(path.description), "counts_as": .string(role == .date ? "age" : "idle"),
            "value": value.map(StructuredValue.bson) ?? .null,
            "counts_by": standIn.map { .string($0.path.description) } ?? .null,
            "days": elapsed.map { .double($0.seconds / 86_400) } ?? .null, "threshold": .string(thresholdKey),
            "threshold_days": .int(thresholdDays(policy)), "verdict": .string(verdict.name),
            "reason": .string(description),
        ]
    }
}

extension Evaluation.Verdict {
    /// The verdict in a word.
    fileprivate var name: String {
        switch self {
        case .recent: "hot"
        case .between: "warm"
        case .old: "cold"
        case .unusable: "unclassified"
        }
    }
}
