internal import Mongo

/// What an operator does with documents in quarantine: looks at them, puts them back, or discards them.
///
/// ```swift
/// let keeper = QuarantineKeeper(tiers: tiers, configuration: configuration)
/// let report = await keeper.carryOut(.putBack, on: QuarantineSelection(), of: collection, isDryRun: true, stop: stop)
/// ```
public struct QuarantineKeeper: Sendable {
    /// What is to become of them; the raw values are typed.
    public enum Act: String, CaseIterable, Sendable {
        /// Nothing: they are listed.
        case list
        /// They go back to the collection that they were taken from, where neither tier has their `_id`.
        case putBack = "return"
        /// They are deleted for good.
        case discard
    }

    private let tiers: Tiers
    private let store: StateStore
    private let run: String

    /// Creates a keeper for the collections of a configuration.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        store = StateStore(configuration)
        run = RunID.make(at: tiers.clock.start)
    }

    /// Carries an act out on what is selected of a collection.
    ///
    /// Takes the collection's leases unless it writes nothing, so that no run is at work on the same documents. Errors
    /// are in the report. A stop request ends it between two documents.
    public func carryOut(
        _ act: Act,
        on selection: QuarantineSelection,
        of collection: CollectionConfiguration,
        isDryRun: Bool = false,
        stop: StopRequest
    ) async -> QuarantineReport {
        var report = QuarantineReport(collection, act, isDryRun: isDryRun)
        do {
            report.entries = try await entries(selection, of: collection)
            guard act != .list, !report.entries.isEmpty else { return report }
            if isDryRun {
                try await settle(&report, stop: stop)
                return report
            }
            let found = report
            return try await leases(of: collection).holding(stop: stop) { _ in
                var report = found
                do { try await settle(&report, stop: stop) } catch { report.error = MigrationError(error) }
                return report
            }
        } catch {
            report.error = MigrationError(error)
            return report
        }
    }

    private func leases(of collection: CollectionConfiguration) throws -> LeaseKeeper {
        func place(_ namespace: Namespace, _ pool: ConnectionPool) throws -> LeaseKeeper.Place {
            LeaseKeeper.Place(namespace: namespace, uuid: nil, connection: try pool.makeConnection(), sessions: [])
        }
        return LeaseKeeper(
            locks: store.locks,
            seats: store.seats,
            hot: try place(collection.hot, tiers.hot),
            cold: try place(collection.cold, tiers.cold),
            run: run,
            patience: .seconds(10)
        )
    }

    // MARK: Listing

    /// What is selected, without the documents themselves unless they are asked for by their ids.
    private func entries(
        _ selection: QuarantineSelection,
        of collection: CollectionConfiguration
    ) async throws -> [QuarantineEntry] {
        var entries: [QuarantineEntry] = []
        for (server, pool) in tiers.deployments {
            let filter = try await filter(selection, of: collection)
            let find: BSONDocument = [
                "find": .string(store.quarantine.collection), "filter": .document(filter), "sort": ["_id": 1],
                "projection": ["document": 0], "comment": .string(comment),
            ]
            let database = store.quarantine.database
            entries += try await pool.main.withClient { client in
                try client.all(find, on: database).map { try QuarantineEntry($0, on: server) }
            }
        }
        guard selection.ids != nil else { return entries }
        for index in entries.indices { entries[index].document = try await document(of: entries[index]) }
        return entries
    }

    /// By UUID or name, of either tier: a restore without transactions takes documents out of hot.
    private func filter(
        _ selection: QuarantineSelection,
        of collection: CollectionConfiguration
    ) async throws -> BSONDocument {
        var ofIt: [BSONValue] = []
        for (namespace, pool) in [(collection.hot, tiers.hot), (collection.cold, tiers.cold)] {
            ofIt.append(["ns": .string(namespace.description)])
            let uuid = try await pool.main.withClient { try CollectionIdentity.currentUUID(of: namespace, with: $0) }
            if let uuid { ofIt.append(["uuid": uuid]) }
        }
        var filter: BSONDocument = ["$or": .array(ofIt), "_id.part": ["$exists": false]]
        if let ids = selection.ids { filter = filter.appending("_id.id", ["$in": .array(ids.flatMap(\.candidates))]) }
        if let run = selection.run { filter = filter.appending("run", .string(run)) }
        return filter
    }

    private var comment: String { "hotcold \(run)" }

    private func pool(_ server: Finding.Server) -> ConnectionPool { server == .cold ? tiers.cold : tiers.hot }

    /// The document of an entry; nil where somebody has taken it from there meanwhile.
    private func document(of entry: QuarantineEntry) async throws -> BSONDocument? {
        let quarantine = store.quarantine
        return try await pool(entry.server).main.withClient { try entry.document(in: quarantine, with: $0) }
    }

    // MARK: Acting

    private func settle(_ report: inout QuarantineReport, stop: StopRequest) async throws {
        for entry in report.entries where stop.reason == nil {
            var reason = try await standing(against: report.act, entry, report.collection)
            if reason == nil, !report.isDryRun { reason = try await carryOut(report.act, entry, report.collection) }
            if let reason {
                report.problems.append(MoveProblem(id: entry.id, kind: .conflict, reason: reason))
                continue
            }
            report.settled += 1
            report.settledBytes += entry.bytes
        }
    }

    /// Why an entry has to stay; nil where it need not.
    private func standing(
        against act: QuarantineKeeper.Act,
        _ entry: QuarantineEntry,
        _ collection: CollectionConfiguration
    ) async throws -> String? {
        if entry.isPending {
            return "run \(entry.run) is at work or died; hotcold migrate settles what it left, then look again"
        }
        guard act == .putBack else { return nil }
        let isHot = entry.server != .cold && entry.namespace == collection.hot
        let (home, other) = isHot ? (collection.hot, collection.cold) : (collection.cold, collection.hot)
        let (homePool, otherPool) = isHot ? (tiers.hot, tiers.cold) : (tiers.cold, tiers.hot)
        let uuid = try await homePool.main.withClient { try CollectionIdentity.currentUUID(of: home, with: $0) }
        if let known = entry.uuid, known != uuid {
            return "\(home) is another collection than the one that it was taken from, \(entry.namespace)"
        }
        guard let id = try await document(of: entry)?["_id"] else { return Self.taken }
        for (namespace, pool) in [(other, otherPool), (home, homePool)] {
            let find: BSONDocument = [
                "find": .string(namespace.collection), "filter": ["_id": ["$eq": id]], "limit": 1,
                "readConcern": ["level": "majority"],
            ]
            let found = try await pool.main.withClient { try $0.all(find, on: namespace.database) }
            guard !found.isEmpty else { continue }
            return Self.found(in: namespace)
        }
        return nil
    }

    /// Carries it out.
    ///
    /// - Returns: why it could not be; then the entry is still there.
    private func carryOut(
        _ act: QuarantineKeeper.Act,
        _ entry: QuarantineEntry,
        _ collection: CollectionConfiguration
    ) async throws -> String? {
        let (quarantine, comment, hasTransactions) = (store.quarantine, comment, tiers.topology != .standalone)
        let home = entry.server != .cold && entry.namespace == collection.hot ? collection.hot : collection.cold
        return try await pool(entry.server).main.withClient { client in
            guard act == .putBack else {
                try entry.remove(from: quarantine, comment, with: client)
                return nil
            }
            guard let document = try entry.document(in: quarantine, with: client), let id = document["_id"] else {
                return Self.taken
            }
            let writer = TargetWriter(target: home, comment: comment)
            guard hasTransactions else {
                // The document first: twice is better than nowhere.
                guard try writer.putIfAbsent(document, id, with: client) else { return Self.found(in: home) }
                try entry.remove(from: quarantine, comment, with: client)
                return nil
            }
            try client.transaction(retryingCommitFor: .seconds(10)) {
                try writer.put(document, id, bypassingValidation: true, with: client)
                try entry.remove(from: quarantine, comment, with: client)
            }
            return nil
        }
    }

    private static let taken = "somebody has taken it from quarantine"

    private static func found(in namespace: Namespace) -> String { "\(namespace) has a document of this _id" }
}

extension QuarantineEntry {
    /// Reads the document, all parts of it.
    fileprivate func document(in quarantine: Namespace, with client: borrowing Client) throws -> BSONDocument? {
        try Quarantine.document(ofRecords: keys, in: quarantine, with: client)
    }

    fileprivate func remove(from quarantine: Namespace, _ comment: String, with client: borrowing Client) throws {
        _ = try client.delete(ids: keys, from: quarantine, comment: comment)
    }

    /// The `_id`s of its records: a large document has two.
    private var keys: [BSONValue] {
        [key] + [key.document.map { .document($0.appending("part", 1)) }].compactMap(\.self)
    }
}
