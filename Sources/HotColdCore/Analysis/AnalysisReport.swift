/// What one `analyze` found out: what `--json` prints.
public struct AnalysisReport: Sendable {
    /// A collection and what was found out about it, or why nothing was.
    public struct Entry: Sendable {
        /// The entry of the configuration.
        public var collection: CollectionConfiguration
        /// What was found out.
        public var outcome: Result<CollectionAnalysis, MigrationError>

        /// Creates an entry.
        public init(_ collection: CollectionConfiguration, _ outcome: Result<CollectionAnalysis, MigrationError>) {
            self.collection = collection
            self.outcome = outcome
        }

        /// Why nothing was found out.
        public var error: MigrationError? { if case .failure(let error) = outcome { error } else { nil } }
    }

    /// When, by the hot server's clock, in milliseconds since 1970 UTC.
    public var timestamp: Int64
    /// The time that ages are counted from.
    public var asOf: Int64
    /// The collections in their order.
    public var entries: [Entry]

    /// Creates a report.
    public init(timestamp: Int64, asOf: Int64, entries: [Entry]) {
        self.timestamp = timestamp
        self.asOf = asOf
        self.entries = entries
    }

    /// The report as `--json` prints it.
    ///
    /// - Parameters:
    ///   - status: how the command ended.
    ///   - code: the exit code that stands for an error.
    public func structured(status: RunStatus, code: (MigrationError) -> Int32) -> StructuredValue {
        let collections = entries.map { entry in
            switch entry.outcome {
            case .success(let analysis): StructuredValue.Member(entry.collection.name, analysis.structured)
            case .failure(let error):
                StructuredValue.Member(entry.collection.name, ["error": error.structured(code: code)])
            }
        }
        return [
            "schema_version": 1, "command": "analyze", "status": .string(status.rawValue),
            "timestamp": .date(milliseconds: timestamp), "as_of": .date(milliseconds: asOf),
            "collections": .object(collections),
        ]
    }
}
