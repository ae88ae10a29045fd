internal import Mongo

/// Tells of alerts once: when one begins, and when it is over.
///
/// What was told is in the collection `alerts` of the state database, a document for each kind.
public struct AlertLedger: Sendable {
    private let tiers: Tiers
    private let collection: Namespace

    /// Creates a ledger in the state database of a configuration.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        collection = StateStore(configuration).alerts
    }

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
        let collection = collection
        do {
            let documents = try await tiers.hot.main.withClient { client in
                try client.all(["find": .string(collection.collection)], on: collection.database)
            }
            let known = documents.compactMap { ToldAlert($0) }
            return Dictionary(known.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        } catch {
            throw MigrationError(error)
        }
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
        let database = collection.database
        do {
            _ = try await tiers.hot.main.withClient { try $0.write(update, on: database) }
        } catch {
            throw MigrationError(error)
        }
    }
}
