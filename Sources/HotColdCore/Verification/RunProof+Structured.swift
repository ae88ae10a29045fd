extension RunProof {
    /// The proof as `--json` prints it: its `run`.
    public var structured: StructuredValue {
        [
            "run_id": .string(run),
            "collections": .object(parts.map { StructuredValue.Member($0.collection, $0.structured) }),
        ]
    }
}

extension RunProof.Part {
    fileprivate var structured: StructuredValue {
        [
            "command": .string(direction.rawValue), "source": .string(source), "target": .string(target),
            "started_at": startedAt.map(StructuredValue.date) ?? .null,
            "outcome": outcome.map(StructuredValue.string) ?? .null, "proven": .bool(isProven),
            "moved": .int(moved), "recorded": .int(recorded), "expired": .int(expired), "released": .int(released),
            "intact": .int(intact), "changed": .int(changed), "deleted": .int(deleted), "moved_back": .int(movedBack),
            "damaged_records": .int(damagedRecords), "problem_count": .int(problems.count),
            "problems": .array(problems.first.map(\.structured)),
            "moved_back_documents": .array(returns.first.map(\.structured)),
        ]
    }
}
