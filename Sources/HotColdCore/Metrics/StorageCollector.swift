internal import Mongo

/// Measures what collections take in both tiers, by the server's own `collStats`.
///
/// ```swift
/// let tiers = try await Tiers.connect(configuration)
/// let report = try await StorageCollector(tiers: tiers).report(on: configuration.collections, of: configuration)
/// print(report.hot.dataBytes, report.cold.dataBytes, report.alerts.count)
/// ```
/// Two small commands for each collection and tier; nothing is read of the documents, and nothing is written.
public struct StorageCollector: Sendable {
    private let tiers: Tiers

    /// Creates a collector for two tiers.
    public init(tiers: Tiers) { self.tiers = tiers }

    /// Measures collections, one after another.
    ///
    /// - Parameters:
    ///   - collections: entries of the configuration, in the order of the report.
    ///   - configuration: where thresholds are, and the other hot collections that they are about.
    /// - Throws: `MigrationError.unavailable` where a server is away. Everything else is in the report, so that one
    ///   collection that can't be measured does not keep the others from it.
    public func report(
        on collections: [CollectionConfiguration],
        of configuration: Configuration
    ) async throws -> StorageReport {
        var storages: [CollectionStorage] = []
        let store = StateStore(configuration)
        for collection in collections {
            var storage = try await measure(collection)
            storage.quarantine = try await quarantine(of: collection, in: store)
            storages.append(storage)
        }
        var others: [TierStorage] = []
        if configuration.monitoring.isEnabled {
            let known = Set(collections.map(\.hot))
            for collection in configuration.collections where !known.contains(collection.hot) {
                others.append(try await Self.measure(collection.hot, in: tiers.hot))
            }
        }
        return StorageReport(
            timestamp: tiers.clock.now,
            collections: storages,
            otherHot: others,
            monitoring: configuration.monitoring
        )
    }

    /// Measures both tiers of a collection.
    ///
    /// - Throws: `MigrationError.unavailable` where a server is away.
    public func measure(_ collection: CollectionConfiguration) async throws -> CollectionStorage {
        CollectionStorage(
            collection: collection,
            hot: try await Self.measure(collection.hot, in: tiers.hot),
            cold: try await Self.measure(collection.cold, in: tiers.cold)
        )
    }

    /// What is in quarantine; nil where the user may not see that.
    private func quarantine(
        of collection: CollectionConfiguration,
        in store: StateStore
    ) async throws -> QuarantineUsage? {
        do {
            return try await QuarantineUsage.read(collection, store, in: tiers)
        } catch let error as MongoError where error.isRefusal {
            return nil
        } catch {
            throw MigrationError(error)
        }
    }

    private static func measure(_ namespace: Namespace, in pool: ConnectionPool) async throws -> TierStorage {
        do {
            let outcome = try await pool.main.withClient { try measure(namespace, with: $0) }
            return TierStorage(namespace: namespace, outcome: outcome)
        } catch {
            let error = MigrationError(error)
            if case .unavailable = error { throw error }
            return TierStorage(namespace: namespace, outcome: .failed(error))
        }
    }

    private static func measure(
        _ namespace: Namespace,
        with client: borrowing Client
    ) throws -> TierStorage.Outcome {
        // `collStats` answers with zeros for what does not exist, and does not say so.
        let list: BSONDocument = [
            "listCollections": 1, "filter": ["name": .string(namespace.collection)], "nameOnly": true,
        ]
        guard let entry = try client.all(list, on: namespace.database).first else { return .missing }
        switch entry["type"]?.string.flatMap(CollectionFacts.Form.init(rawValue:)) ?? .collection {
        case .missing: return .missing
        case .view:
            return .failed(
                .unsuitable(
                    reason: "\(namespace.description.inOneLine) is a view, which has no storage of its own",
                    hint: "name the collection behind it, or remove the entry: hotcold can't move documents of a view"
                )
            )
        case .timeseries:
            return .failed(
                .unsuitable(
                    reason:
                        "\(namespace.description.inOneLine) is a time-series collection, of which the server counts buckets, not documents",
                    hint: "remove the entry: hotcold can't move documents of a time-series collection"
                )
            )
        case .collection:
            let reply = try client.run(["collStats": .string(namespace.collection)], on: namespace.database, .read)
            return .measured(StorageUsage(collStats: reply))
        }
    }
}
