internal import Mongo

extension CollectionReport {
    /// The report as the run history keeps it.
    var structured: StructuredValue { structured { _ in nil } }

    /// The report as `--json` prints it: one of its `collections`.
    ///
    /// - Parameter code: the exit code that stands for an error.
    func structured(code: (MigrationError) -> Int32?) -> StructuredValue {
        .object(identity + numbers + times + findings + [Member("error", error?.structured(code: code) ?? .null)])
    }

    /// Bytes moved; in a dry run those that would move.
    var movedOrPlannedBytes: Int64 { isDryRun ? plan?.census.bytes ?? 0 : bytes }

    private typealias Member = StructuredValue.Member

    private var isMigration: Bool { direction == .migrate }

    private var identity: [Member] {
        let (source, target) = isMigration ? (collection.hot, collection.cold) : (collection.cold, collection.hot)
        var members = [
            Member("collection", .string(collection.name)), Member("policy", .string(collection.policy.kind.rawValue)),
            Member("source", .string(source.description)), Member("target", .string(target.description)),
            Member("status", .string(status.rawValue)),
            Member("stopped_by", stoppedBy.map { .string($0.name) } ?? .null),
        ]
        if !isMigration { members.append(Member("query", plan.map { .bson(.document($0.selection)) } ?? .null)) }
        return members
    }

    private var numbers: [Member] {
        [
            Member("eligible", plan.map { .int($0.census.eligible) } ?? .null),
            Member("would_move", wouldMove.map { .int($0) } ?? .null),
            Member("remaining", remaining.map { .int($0) } ?? .null), Member("scanned", .int(scanned)),
            Member(isMigration ? "migrated" : "restored", .int(counts.migrated)),
            Member("already_in_target", .int(counts.alreadyInTarget)), Member("verified", .int(counts.verified)),
            Member("deleted", .int(counts.deleted)), Member("changed", .int(counts.changed)),
            Member("vanished", .int(counts.vanished)), Member("held", .int(held)),
            Member("conflicts", .int(counts.conflicts)), Member("failed", .int(counts.failed)),
            Member("undecided", .int(undecided)),
            Member("unclassified", plan?.census.staying.map { .int($0.unclassified) } ?? .null),
            Member("recovered", .int(recovered)), Member("quarantined", .int(quarantined.count)),
            Member("bytes", .int(movedOrPlannedBytes)),
            Member("batches", .int(batches)),
        ]
    }

    /// In a dry run nothing was looked at one by one; what would be held was counted.
    private var held: Int { isDryRun ? plan?.census.held ?? 0 : counts.held }

    private var times: [Member] {
        let dates = isDryRun ? (plan?.census.oldest, plan?.census.newest) : (oldest, newest)
        return [
            Member("duration_seconds", .double(duration.seconds)),
            Member("documents_per_second", .double(documentsPerSecond)),
            Member("oldest", dates.0.map(StructuredValue.date) ?? .null),
            Member("newest", dates.1.map(StructuredValue.date) ?? .null),
            Member(
                "phases",
                [
                    "read": .double(phases.read.seconds), "copy": .double(phases.copy.seconds),
                    "verify": .double(phases.verify.seconds), "delete": .double(phases.delete.seconds),
                ]
            ),
            Member("throttled_seconds", throttled { .double($0.duration.seconds) }),
            Member("throttled_by", throttled { $0.detail.map(StructuredValue.string) ?? .null }),
        ]
    }

    /// Something about each reason that there was.
    private func throttled(_ value: (ThrottleRecords.Record) -> StructuredValue) -> StructuredValue {
        .object(throttles.all.map { Member($0.reason.rawValue, value($0.record)) })
    }

    private var findings: [Member] {
        var members: [Member] = []
        if let plan {
            members.append(Member("topology", .string(plan.topology.rawValue)))
            members.append(Member("index", plan.servingIndex.map(StructuredValue.string) ?? .null))
            members.append(Member("batch_size", .int(plan.batchSize)))
            members.append(Member("source_documents", plan.sourceDocuments.map { .int($0) } ?? .null))
            members.append(Member("cold", plan.cold.map { .int($0) } ?? .null))
            members.append(Member("unusual", .bool(plan.isUnusual)))
            if let staying = plan.census.staying { members.append(Member("staying", staying.structured)) }
        }
        return members + [
            Member("problem_count", .int(problemCount)), Member("problems", .array(problems.map(\.structured))),
            Member("problems_file", problemsFile.map(StructuredValue.string) ?? .null),
            Member("upper_bounds", .array(upperBounds.map(StructuredValue.string))),
            Member("warnings", .array(warnings.map(StructuredValue.string))),
        ]
    }
}

extension Census.Staying {
    fileprivate var structured: StructuredValue {
        [
            "hot": .int(hot), "warm": .int(warm), "unclassified": .int(unclassified), "filtered_out": .int(filteredOut),
        ]
    }
}

extension MoveProblem {
    var structured: StructuredValue {
        ["id": .bson(id), "kind": .string(kind.rawValue), "reason": .string(reason)]
    }
}

extension MigrationError {
    /// The error as `--json` prints it, with the exit code that stands for it.
    func structured(code: (MigrationError) -> Int32?) -> StructuredValue {
        [
            "code": code(self).map { .int(Int64($0)) } ?? .null, "message": .string("\(self)"),
            "hint": hint.map(StructuredValue.string) ?? .null,
        ]
    }
}

extension StopReason {
    /// The reason's name in reports.
    public var name: String {
        switch self {
        case .signal: "signal"
        case .limit: "limit"
        case .duration: "max-duration"
        case .window: "window"
        case .leaseLost: "lease lost"
        case .differingBytes: "differing bytes"
        case .failure: "failure"
        case .refusals: "refusals"
        }
    }
}

extension Policy {
    /// The policy as the run history keeps it.
    var structured: StructuredValue {
        [
            "policy": .string(kind.rawValue), "date_field": dateField.map { .string($0.description) } ?? .null,
            "access_field": accessField.map { .string($0.description) } ?? .null,
            "date_type": .string(dateType.rawValue), "missing": .string(missing.rawValue),
            "hot_threshold_days": .int(hotThresholdDays), "cold_threshold_days": .int(coldThresholdDays),
            "hot_access_days": .int(hotAccessDays),
            // As text: a filter's `$` names and dots are not for the history to interpret.
            "filter": filter.flatMap { ExtendedJSON.string(from: $0) }.map(StructuredValue.string) ?? .null,
            "exclude": exclude.flatMap { ExtendedJSON.string(from: $0) }.map(StructuredValue.string) ?? .null,
        ]
    }

    /// Reads a policy that the run history kept; nil where it is none that this version knows.
    init?(record: BSONDocument) {
        func field(_ name: String) -> FieldPath? { record[name]?.string.flatMap { FieldPath($0) } }
        func days(_ name: String) -> Int? { record[name]?.integer.map(Int.init) }
        func query(_ name: String) -> BSONDocument? {
            record[name]?.string.flatMap { try? ExtendedJSONQuery.parseDocument($0) }
        }
        guard let kind = record["policy"]?.string.flatMap(Kind.init(rawValue:)),
            let dateType = record["date_type"]?.string.flatMap(DateType.init(rawValue:)),
            let missing = record["missing"]?.string.flatMap(MissingAccess.init(rawValue:)),
            let hotDays = days("hot_threshold_days"), let coldDays = days("cold_threshold_days"),
            let accessDays = days("hot_access_days"),
            kind == .accessBased || field("date_field") != nil, kind == .timeBased || field("access_field") != nil,
            (record["filter"]?.string == nil) == (query("filter") == nil),
            (record["exclude"]?.string == nil) == (query("exclude") == nil)
        else { return nil }
        self.init(
            kind: kind,
            dateField: field("date_field"),
            accessField: field("access_field"),
            dateType: dateType,
            missing: missing,
            hotThresholdDays: hotDays,
            coldThresholdDays: coldDays,
            hotAccessDays: accessDays,
            filter: query("filter"),
            exclude: query("exclude")
        )
    }
}
