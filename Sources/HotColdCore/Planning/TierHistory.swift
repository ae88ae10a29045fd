internal import Mongo

/// What the two places of a collection were to earlier runs: who exchanges tiers by mistake moves a whole archive back.
///
/// A place is known by its cluster and its name. Each cluster remembers its own: the lock of a namespace, which tier that
/// was to the last run; the history on a hot cluster, which pair it was. Where locks were dropped the history alone tells,
/// of both clusters: after an exchange it is on the other one.
struct TierHistory: Sendable, Equatable {
    /// Where a collection is.
    struct Place: Sendable, Equatable {
        /// The cluster's identity, or what stands for one that has none yet.
        var cluster: BSONValue
        /// The namespace.
        var name: String

        /// The name for a text.
        var shown: String { name.escaped }

        /// Compares the bytes of names.
        static func == (one: Place, other: Place) -> Bool {
            one.cluster == other.cluster && one.name.isExactly(other.name)
        }
    }

    /// What a place was to a run.
    struct Use: Sendable, Equatable {
        var tier: Tier
        /// The collection on the other side.
        var other: Place?
        /// When, in milliseconds since 1970 UTC.
        var at: Int64
    }

    var hot: Place
    var cold: Place
    /// The last use of each; nil where none is known.
    var hotUse: Use?
    var coldUse: Use?
    /// When the collection of the name was last used as the other tier, by another name; nil where it was not.
    var hotWasCold: Int64?
    var coldWasHot: Int64?

    /// What the history has against these tiers; nil where it is with them.
    var objection: String? {
        if let use = hotUse, use.tier == .cold {
            return "\(hot.shown) is the hot collection now, and was\(Self.archive(of: use.other)) at the last run,"
                + " \(Self.time(use.at)): the tiers seem to be exchanged"
        }
        if let use = coldUse, use.tier == .hot {
            return "\(cold.shown) is the archive now, and was a hot collection at the last run, \(Self.time(use.at)):"
                + " the tiers seem to be exchanged"
        }
        if let time = hotWasCold {
            return "\(hot.shown) is the hot collection now, and was an archive at its last run, \(Self.time(time)), by"
                + " another name: the tiers seem to be exchanged"
        }
        if let time = coldWasHot {
            return "\(cold.shown) is the archive now, and was a hot collection at its last run, \(Self.time(time)), by"
                + " another name: the tiers seem to be exchanged"
        }
        if let use = hotUse, let other = formerArchive {
            let place = other.cluster == cold.cluster ? "" : " on another cluster"
            return
                "the archive of \(hot.shown) was \(other.shown)\(place) at the last run, \(Self.time(use.at)), and is"
                + " \(cold.shown) now"
        }
        return nil
    }

    /// The archive of the last run, where it was another one and that is all that is against the tiers.
    var formerArchive: Place? {
        guard hotUse?.tier == .hot, coldUse?.tier != .hot, hotWasCold == nil, coldWasHot == nil else { return nil }
        return hotUse?.other == cold ? nil : hotUse?.other
    }

    private static func archive(of hot: Place?) -> String { hot.map { " the archive of \($0.shown)" } ?? " an archive" }

    private static func time(_ milliseconds: Int64) -> String { ISO8601.string(fromMilliseconds: milliseconds) }
}

// MARK: - UUIDs

extension TierHistory {
    /// When the collection that a name means now was last used, if it was as this tier; nil where it was not, or where
    /// nothing is known.
    private static func lastUse(
        of namespace: Namespace,
        as tier: Tier,
        in runs: Namespace,
        with client: borrowing Client
    ) throws -> Int64? {
        guard let uuid = try CollectionIdentity.currentUUID(of: namespace, with: client) else { return nil }
        let either: BSONValue = [["uuids.hot": uuid], ["uuids.cold": uuid]]
        let find = find(["$or": either], in: runs).appending("limit", 1)
        let record = try client.all(find, on: runs.database).first
        guard let uuids = record?["uuids"]?.document, uuids["hot"] != uuids["cold"] else { return nil }
        return uuids[tier == .hot ? "hot" : "cold"] == uuid ? record?["started_at"]?.dateMilliseconds : nil
    }
}

// MARK: - Records

extension TierHistory {
    /// A run as a history keeps it: two places.
    struct Pair: Sendable, Equatable {
        var hot: Place
        var cold: Place
        var at: Int64

        /// What a place was to it; nil where it had nothing to do with it.
        func use(of place: Place) -> Use? {
            if hot == place { return Use(tier: .hot, other: cold, at: at) }
            if cold == place { return Use(tier: .cold, other: hot, at: at) }
            return nil
        }

        /// Reads a document of `runs`; nil for one that says nothing of tiers.
        ///
        /// - Parameter cluster: where it was found: the history is on the hot cluster. Older versions did not write down
        ///   where the archive was, and mostly it was there too.
        init?(_ record: BSONDocument, on cluster: BSONValue) {
            guard let source = record["source"]?.string, let target = record["target"]?.string,
                let direction = record["command"]?.string.flatMap(Direction.init(rawValue:)),
                let at = record["started_at"]?.dateMilliseconds
            else { return nil }
            let (hot, cold) = direction == .migrate ? (source, target) : (target, source)
            self.hot = Place(cluster: cluster, name: hot)
            self.cold = Place(cluster: record["cold_cluster"] ?? cluster, name: cold)
            self.at = at
        }
    }

    /// Takes what locks and histories say.
    ///
    /// - Parameters:
    ///   - locks: those of the two places, with `tier` where this version has written them.
    ///   - pairs: the runs of both clusters.
    init(hot: Place, cold: Place, locks: (hot: BSONDocument?, cold: BSONDocument?), pairs: [Pair]) {
        self.init(
            hot: hot,
            cold: cold,
            hotUse: Self.use(of: hot, lock: locks.hot, pairs),
            coldUse: Self.use(of: cold, lock: locks.cold, pairs)
        )
    }

    /// The last use of a place: what its lock says, and where that says nothing the latest run of any history.
    ///
    /// Which archive it had the history knows best: a lock was perhaps that of a copy-only run.
    private static func use(of place: Place, lock: BSONDocument?, _ pairs: [Pair]) -> Use? {
        let uses = pairs.compactMap { $0.use(of: place) }.sorted { $0.at > $1.at }
        guard let tier = lock?["tier"]?.string.flatMap(Tier.init(rawValue:)) else { return uses.first }
        return uses.first { $0.tier == tier }
            ?? Use(tier: tier, other: nil, at: lock?["acquired_at"]?.dateMilliseconds ?? 0)
    }
}

// MARK: - Reading

extension TierHistory {
    /// So many of the latest runs of a namespace are looked at.
    private static let runs = 50

    /// Asks both clusters.
    static func read(_ collection: CollectionConfiguration, in state: StateStore, of tiers: Tiers) async throws
        -> TierHistory
    {
        let names = [collection.hot, collection.cold].map(\.description)
        let register = SeatRegister(store: state, patience: .zero)
        func memory(
            of pool: ConnectionPool,
            _ namespaces: [Namespace],
            unnamed: BSONValue
        ) async throws -> Memory {
            try await pool.main.withClient { client in
                let identity = try reading(nil) { try register.knownIdentity(of: client) } ?? unnamed
                let locks = try namespaces.map { namespace in
                    try reading(nil) { try Lease.lock(of: namespace, in: state.locks, with: client) }
                }
                let records = try reading([]) { try Self.records(of: names, in: state.runs, with: client) }
                return Memory(cluster: identity, locks: locks, pairs: records.compactMap { Pair($0, on: identity) })
            }
        }
        let hot = try await memory(
            of: tiers.hot,
            tiers.areOne ? [collection.hot, collection.cold] : [collection.hot],
            unnamed: "hot"
        )
        let cold = tiers.areOne ? nil : try await memory(of: tiers.cold, [collection.cold], unnamed: "cold")
        var history = TierHistory(
            hot: Place(cluster: hot.cluster, name: names[0]),
            cold: Place(cluster: (cold ?? hot).cluster, name: names[1]),
            locks: (hot.locks[0], (cold ?? hot).locks.last ?? nil),
            pairs: hot.pairs + (cold?.pairs ?? [])
        )
        // Of two deployments one's collection is never the other's; a copy of its files may have the same UUID.
        guard tiers.areOne else { return history }
        (history.hotWasCold, history.coldWasHot) = try await tiers.hot.main.withClient { client in
            try reading((nil, nil)) {
                (
                    try lastUse(of: collection.hot, as: .cold, in: state.runs, with: client),
                    try lastUse(of: collection.cold, as: .hot, in: state.runs, with: client)
                )
            }
        }
        return history
    }

    /// What one cluster remembers.
    private struct Memory: Sendable {
        let cluster: BSONValue
        let locks: [BSONDocument?]
        let pairs: [Pair]
    }

    /// What a user may not read is not known: a dry run's may see less than a run's, and on the cold cluster there is no
    /// need of a history.
    private static func reading<Found>(_ nothing: Found, _ body: () throws -> Found) throws -> Found {
        do { return try body() } catch let error as MongoError where error.isRefusal { return nothing }
    }

    /// The latest runs that had to do with one of the names.
    ///
    /// Those that only copied settle nothing, nor does one of which nobody has said how it ended: the next run of its own
    /// tiers does.
    private static func records(
        of names: [String],
        in runs: Namespace,
        with client: borrowing Client
    ) throws -> [BSONDocument] {
        let either: BSONValue = ["$in": .array(names.map(BSONValue.string))]
        let find = find(["$or": [["source": either], ["target": either]]], in: runs)
        return try client.all(find.appending("limit", .int(Self.runs)), on: runs.database)
    }

    private static func find(_ filter: BSONDocument, in runs: Namespace) -> BSONDocument {
        [
            "find": .string(runs.collection),
            "filter": ["$and": [.document(filter), ["copy_only": ["$ne": true], "status": ["$ne": "running"]]]],
            "projection": ["source": 1, "target": 1, "command": 1, "started_at": 1, "cold_cluster": 1, "uuids": 1],
            "sort": ["started_at": -1],
        ]
    }
}
