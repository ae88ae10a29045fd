/// What one command did: what `--json` prints.
public struct RunReport: Sendable {
    /// Which way.
    public var direction: Direction
    /// The run's name; nil where it did not come so far.
    public var run: String?
    /// Whether nothing was to be done.
    public var isDryRun: Bool
    /// When it started, by the server's clock, in milliseconds since 1970 UTC.
    public var startedAt: Int64
    /// When it ended.
    public var finishedAt: Int64
    /// The time that ages were counted from.
    public var asOf: Int64
    /// The collections in their order.
    public var collections: [CollectionReport]

    /// Creates a report.
    public init(
        direction: Direction,
        run: String?,
        isDryRun: Bool,
        startedAt: Int64,
        finishedAt: Int64,
        asOf: Int64,
        collections: [CollectionReport]
    ) {
        self.direction = direction
        self.run = run
        self.isDryRun = isDryRun
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.asOf = asOf
        self.collections = collections
    }

    /// The report as `--json` prints it.
    ///
    /// - Parameters:
    ///   - status: how the whole command ended.
    ///   - code: the exit code that stands for an error.
    public func structured(status: RunStatus, code: (MigrationError) -> Int32) -> StructuredValue {
        [
            "schema_version": 1, "command": .string(direction.rawValue),
            "run_id": run.map(StructuredValue.string) ?? .null, "dry_run": .bool(isDryRun),
            "status": .string(status.rawValue), "started_at": .date(milliseconds: startedAt),
            "finished_at": .date(milliseconds: finishedAt),
            "duration_seconds": .double(Double(finishedAt - startedAt) / 1000), "as_of": .date(milliseconds: asOf),
            "collections": .array(collections.map { $0.structured(code: code) }), "totals": totals,
        ]
    }

    private var totals: StructuredValue {
        func sum(_ count: (CollectionReport) -> Int) -> StructuredValue {
            .int(collections.reduce(0) { $0 + count($1) })
        }
        return [
            "eligible": sum { $0.plan?.census.eligible ?? 0 },
            direction == .migrate ? "migrated" : "restored": sum(\.counts.migrated),
            "deleted": sum(\.counts.deleted), "conflicts": sum(\.counts.conflicts), "failed": sum(\.counts.failed),
            "bytes": .int(collections.reduce(0) { $0 + $1.movedOrPlannedBytes }),
        ]
    }
}
