internal import Mongo

/// Tells of alerts once: when one begins, and when it is over.
///
/// What was told is in the collection `alerts` of the state database, a document for each kind.
public struct AlertLedger: Sendable {
    private let tiers: Tiers
    private let store: StateStore

    /// Creates a ledger in the state database of a configuration.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        store = StateStore(configuration)
    }

    private var collection: Namespace { store.alerts }

    /// Tells what has changed since the last time, and remembers each change once it was told.
    ///
    /// - Parameters:
    ///   - report: what was measured.
    ///   - tell: tells somebody; when it throws, the change counts as not told, and the next time it is tried again.
    /// - Returns: the changes that were told.
    /// - Throws: what `tell` throws, else `MigrationError`.
    public func settle(
        _ report: StorageReport,
        tell: (AlertChange) async throws -> Void
    ) async throws -> [AlertChange] {
        let changes = AlertChange.changes(in: report, since: try await told())
        for change in changes {
            try await tell(change)
            try await remember(change, at: report.timestamp)
        }
        return changes
    }

    private func told() async throws -> [StorageWatch.Kind: ToldAlert] {
        let documents = try await asking { [collection] client in
            try client.all(["find": .string(collection.collection)], on: collection.database)
        }
        let known = documents.compactMap { ToldAlert($0) }
        return Dictionary(known.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func remember(_ change: AlertChange, at now: Int64) async throws {
        let watch = change.watch
        let document: BSONDocument = [
            "_id": .string(watch.kind.rawValue), "raised": .bool(watch.isRaised),
            "changed_at": .date(milliseconds: now), "value_bytes": .int64(watch.valueBytes),
            "threshold_gb": .double(watch.thresholdGB),
        ]
        let update: BSONDocument = [
            "update": .string(collection.collection),
            "updates": [
                ["q": ["_id": .string(watch.kind.rawValue)], "u": .document(document), "upsert": true]
            ],
        ]
        try await asking { [collection] client in _ = try client.write(update, on: collection.database) }
    }

    private func asking<Success: Sendable>(
        _ body: @escaping @Sendable (borrowing Client) throws -> Success
    ) async throws -> Success {
        try await tiers.hot.asking(needing: PrivilegeNeeds.alerts(store), body)
    }
}
