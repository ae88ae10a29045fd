internal import Mongo

extension QuarantineReport {
    /// How many entries are listed in a report; the numbers are of all.
    public static let listedEntries = 1000

    /// The report as `--json` prints it: one of its `collections`.
    ///
    /// - Parameter code: the exit code that stands for an error.
    public func structured(code: (MigrationError) -> Int32?) -> StructuredValue {
        [
            "collection": .string(collection.name), "documents": .int(entries.count), "bytes": .int(bytes),
            "returned": .int(act == .putBack ? settled : 0), "discarded": .int(act == .discard ? settled : 0),
            "entries": .array(entries.prefix(Self.listedEntries).map(\.structured)),
            "problem_count": .int(problems.count),
            "problems": .array(problems.prefix(CollectionReport.listedProblems).map(\.structured)),
            "error": error?.structured(code: code) ?? .null,
        ]
    }
}

extension QuarantineEntry {
    fileprivate var structured: StructuredValue {
        var members: [StructuredValue.Member] = [
            .init("id", .bson(id)), .init("namespace", .string(namespace.description)),
            .init("reason", .string(reason)), .init("run_id", .string(run)),
            .init("quarantined_at", .date(milliseconds: quarantinedAt)), .init("bytes", .int(bytes)),
            .init("pending", .bool(isPending)),
        ]
        if let document { members.append(.init("document", .bson(.document(document)))) }
        return .object(members)
    }
}
