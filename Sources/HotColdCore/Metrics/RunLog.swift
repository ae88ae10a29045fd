internal import Mongo

/// Reads the history of runs, which `RunHistory` writes in the state database.
///
/// A state database that does not exist has no runs.
public struct RunLog: Sendable {
    /// How much of a record is asked for.
    public enum Detail: Sendable {
        /// Everything that is stored.
        case full
        /// What a line of a table shows: without problems, phases, policy and query.
        case summary
    }

    /// How many records travel at a time.
    private static let pageSize = 200

    private let hot: ConnectionPool
    private let store: StateStore
    /// The hot server's time when the log was opened, in milliseconds since 1970 UTC.
    public let now: Int64

    /// Opens the history of a configuration on its hot cluster; the cold one may be away.
    ///
    /// - Throws: `MigrationError`.
    public static func open(_ configuration: Configuration) async throws -> RunLog {
        do {
            let hot = try await Tiers.Connected(to: configuration.hot.uri, as: .hot)
            return RunLog(hot: hot.pool, now: hot.clock.start, configuration: configuration)
        } catch {
            throw MigrationError(error)
        }
    }

    /// Opens the history by connections that are there already.
    public init(tiers: Tiers, configuration: Configuration) {
        self.init(hot: tiers.hot, now: tiers.clock.now, configuration: configuration)
    }

    private init(hot: ConnectionPool, now: Int64, configuration: Configuration) {
        self.hot = hot
        self.now = now
        store = StateStore(configuration)
    }

    private var runs: Namespace { store.runs }

    /// Reads the records since a time, the newest first, some at a time.
    ///
    /// - Parameters:
    ///   - collections: keys of the configuration; nil for all there ever were.
    ///   - since: in milliseconds since 1970 UTC.
    ///   - visit: gets the records as they arrive; the server waits meanwhile.
    /// - Throws: what `visit` throws, else `MigrationError`.
    public func read(
        _ collections: [String]?,
        since: Int64,
        _ detail: Detail,
        visit: ([RunRecord]) throws -> Void
    ) async throws {
        let names: [BSONValue]
        if let collections { names = collections.map(BSONValue.string) } else { names = try await knownCollections() }
        var page = try await asking { [runs] client in
            try client.open(
                Self.find(names, since: since, detail, in: runs),
                on: runs.database,
                batchSize: Self.pageSize
            )
        }
        while true {
            do {
                try visit(page.documents.map { RunRecord($0) })
            } catch {
                if let cursor = page.next { try await asking { $0.close(cursor) } }
                throw error
            }
            guard let cursor = page.next else { return }
            page = try await asking { try $0.next(cursor) }
        }
    }

    /// The last run of a collection that has ended, one way; nil where there is none.
    public func last(_ direction: Direction, of collection: String) async throws -> RunRecord? {
        try await newest(["$ne": "running"], direction, of: collection)
    }

    /// The last run of a collection that did all it was to do, one way; nil where there is none.
    public func lastSuccess(_ direction: Direction, of collection: String) async throws -> RunRecord? {
        let good: [RunStatus] = [.completed, .stopped]
        return try await newest(["$in": .array(good.map { .string($0.rawValue) })], direction, of: collection)
    }

    // MARK: Asking

    /// Along the index on collection and start, which the server merges for several collections.
    private static func find(
        _ collections: [BSONValue],
        since: Int64,
        _ detail: Detail,
        in runs: Namespace
    ) -> BSONDocument {
        var find: BSONDocument = [
            "find": .string(runs.collection),
            "filter": [
                "collection": ["$in": .array(collections)], "started_at": ["$gte": .date(milliseconds: since)],
            ],
            "sort": ["started_at": -1], "allowDiskUse": true, "batchSize": .int(pageSize),
        ]
        if detail == .summary {
            let left = ["problems", "warnings", "phases", "policy_used", "query"]
            find = find.appending("projection", .document(BSONDocument(left.map { ($0, 0) })))
        }
        return find
    }

    /// The collections that ever had a run, from the index alone.
    private func knownCollections() async throws -> [BSONValue] {
        try await asking { [runs] client in
            let distinct: BSONDocument = ["distinct": .string(runs.collection), "key": "collection"]
            return try client.run(distinct, on: runs.database, .read)["values"]?.array ?? []
        }
    }

    private func newest(
        _ status: BSONValue,
        _ direction: Direction,
        of collection: String
    ) async throws -> RunRecord? {
        try await asking { [runs] client in
            let find: BSONDocument = [
                "find": .string(runs.collection),
                "filter": [
                    "collection": .string(collection), "command": .string(direction.rawValue), "status": status,
                    "only_duplicates": ["$ne": true],
                ],
                "sort": ["started_at": -1], "limit": 1,
            ]
            return try client.all(find, on: runs.database).first.map { RunRecord($0) }
        }
    }

    private func asking<Success: Sendable>(
        _ body: @escaping @Sendable (borrowing Client) throws -> Success
    ) async throws -> Success {
        try await hot.asking(needing: PrivilegeNeeds.history(store), body)
    }
}
