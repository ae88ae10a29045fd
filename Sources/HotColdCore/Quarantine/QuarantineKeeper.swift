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
                try await settle(&report, selection, under: nil, stop: stop)
                return report
            }
            if let objection = try await TierHistory.read(collection, in: store, of: tiers).objection {
                throw Self.exchanged(objection)
            }
            let found = report
            return try await LeaseKeeper(of: collection, in: store, tiers, run: run).holding(stop: stop) { leases in
                var report = found
                do { try await settle(&report, selection, under: leases, stop: stop) } catch {
                    report.error = MigrationError(error)
                }
                return report
            }
        } catch {
            report.error = MigrationError(error)
            return report
        }
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
                try client.all(find.alongIDs, on: database).map { try QuarantineEntry($0, on: server) }
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

    /// - Parameter leases: nil where nothing is written.
    private func settle(
        _ report: inout QuarantineReport,
        _ selection: QuarantineSelection,
        under leases: LeaseKeeper.Leases?,
        stop: StopRequest
    ) async throws {
        let unclear = report.act == .discard ? selection.unclear(among: report.entries) : []
        // Of two versions of a document the newer one goes first: then the other can't take its place.
        let newestFirst = report.entries.sorted { $0.quarantinedAt > $1.quarantinedAt }
        for entry in newestFirst where stop.reason == nil {
            var reason = try await standing(against: report.act, entry, report.collection)
            if reason == nil, unclear.contains(entry.id) { reason = Self.isUnclear }
            if reason == nil, let leases {
                reason = try await carryOut(report.act, entry, report.collection, under: leases)
            }
            if let reason {
                report.problems.append(MoveProblem(id: entry.id, kind: .conflict, reason: reason))
                continue
            }
            report.settled += 1
            report.settledBytes += entry.bytes
        }
    }

    /// Whether an entry was taken out of the hot collection, whatever that is called now.
    private func isOfHot(_ entry: QuarantineEntry, _ collection: CollectionConfiguration) async throws -> Bool {
        guard entry.server == .both else { return entry.server == .hot }
        guard entry.namespace != collection.hot, let known = entry.uuid else {
            return entry.namespace == collection.hot
        }
        return try await tiers.hot.main.withClient { client in
            try CollectionIdentity.currentUUID(of: collection.hot, with: client) == known
        }
    }

    /// Why an entry has to stay; nil where it need not.
    private func standing(
        against act: QuarantineKeeper.Act,
        _ entry: QuarantineEntry,
        _ collection: CollectionConfiguration
    ) async throws -> String? {
        if entry.isPending, try await hasSeat(entry) {
            let command = AdvisedCommand.line("verify", on: collection.name, "--fix")
            return "run \(entry.run) is at work or died; \(command) settles what it left, then look again"
        }
        guard act == .putBack else { return nil }
        let isHot = try await isOfHot(entry, collection)
        let (home, other) = isHot ? (collection.hot, collection.cold) : (collection.cold, collection.hot)
        let (homePool, otherPool) = isHot ? (tiers.hot, tiers.cold) : (tiers.cold, tiers.hot)
        let uuid = try await homePool.main.withClient { try CollectionIdentity.currentUUID(of: home, with: $0) }
        if let known = entry.uuid, known != uuid { return Self.other(home, entry) }
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

    /// Whether the mover that has put it there, or what it has left, is still on record: that decides about the document.
    private func hasSeat(_ entry: QuarantineEntry) async throws -> Bool {
        guard let seat = entry.key.document?["seat"] else { return false }
        let find: BSONDocument = [
            "find": .string(store.seats.collection), "filter": ["_id": ["$eq": seat]], "projection": ["_id": 1],
            "readConcern": ["level": "majority"],
        ]
        for (_, pool) in tiers.deployments {
            let database = store.seats.database
            if try await !pool.main.withClient({ try $0.all(find, on: database) }).isEmpty { return true }
        }
        return false
    }

    /// Carries it out.
    ///
    /// In a transaction that writes to the lock, and that finds the entry and its collection: whoever has taken the lease
    /// meanwhile may have done something else with the document. A server without transactions is asked right before.
    ///
    /// - Returns: why it could not be; then the entry is still there.
    private func carryOut(
        _ act: QuarantineKeeper.Act,
        _ entry: QuarantineEntry,
        _ collection: CollectionConfiguration,
        under leases: LeaseKeeper.Leases
    ) async throws -> String? {
        let (quarantine, comment, hasTransactions) = (store.quarantine, comment, tiers.topology != .standalone)
        let isHot = try await isOfHot(entry, collection)
        let (home, lease) = isHot ? (collection.hot, leases.hot) : (collection.cold, leases.cold)
        return try await pool(entry.server).main.withClient { client in
            let identity = try CollectionIdentity.read(home, with: client)
            if act == .putBack, let known = entry.uuid, known != identity.uuid { return Self.other(home, entry) }
            let writer = TargetWriter(target: home, comment: comment)
            do {
                guard hasTransactions else {
                    try lease.confirm(with: client)
                    guard let document = try entry.document(in: quarantine, with: client), let id = document["_id"]
                    else { return Self.taken }
                    // The document first: twice is better than nowhere.
                    if act == .putBack, try !writer.putIfAbsent(document, id, with: client) {
                        return Self.found(in: home)
                    }
                    return try entry.remove(from: quarantine, comment, with: client) ? nil : Self.taken
                }
                return try client.transaction(retryingCommitFor: .seconds(10)) {
                    try lease.touch(with: client)
                    guard let document = try entry.document(in: quarantine, with: client), let id = document["_id"]
                    else { return Self.taken }
                    if act == .putBack {
                        try identity.checkInTransaction(with: client)
                        try writer.put(document, id, bypassingValidation: true, with: client)
                    }
                    guard try entry.remove(from: quarantine, comment, with: client) else {
                        throw MigrationError.bug("an entry of quarantine went while a transaction had read it")
                    }
                    return nil
                }
            } catch MoveInterruption.documents(let faults) {
                return faults.first?.reason ?? Self.found(in: home)
            }
        }
    }

    private static func other(_ home: Namespace, _ entry: QuarantineEntry) -> String {
        "\(home) is another collection than the one that it was taken from, \(entry.namespace)"
    }

    private static func exchanged(_ objection: String) -> MigrationError {
        .unsuitable(
            reason: objection,
            hint: "nothing was done: see whether hot and cold are what they should be; a migration asks to confirm it"
        )
    }

    private static let isUnclear =
        "what was typed means several documents here; say which one in JSON: \"42\" is a text, {\"$numberInt\": \"42\"} a number"

    private static let taken = "somebody has taken it from quarantine"

    private static func found(in namespace: Namespace) -> String { "\(namespace) has a document of this _id" }
}

extension QuarantineEntry {
    /// Reads the document, all parts of it.
    fileprivate func document(in quarantine: Namespace, with client: borrowing Client) throws -> BSONDocument? {
        try Quarantine.document(ofRecords: keys, in: quarantine, with: client)
    }

    /// - Returns: false where it was not there.
    fileprivate func remove(
        from quarantine: Namespace,
        _ comment: String,
        with client: borrowing Client
    ) throws -> Bool {
        try client.delete(ids: keys, from: quarantine, comment: comment) > 0
    }

    /// The `_id`s of its records: a large document has two.
    private var keys: [BSONValue] {
        [key] + [key.document.map { .document($0.appending("part", 1)) }].compactMap(\.self)
    }
}
