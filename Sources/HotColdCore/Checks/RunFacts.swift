internal import Mongo

/// What earlier runs of an entry have left in the state databases, and who is at work now.
struct RunFacts: Sendable {
    /// A lease that somebody has.
    struct Holding: Sendable {
        /// Of which collection.
        let namespace: Namespace
        /// Who has it.
        let holder: LeaseHolder
        /// Its time is over, its process is gone for certain, or it is none.
        let isStale: Bool
        /// It ends later than a lease can.
        var endsTooLate = false
    }

    /// A run that died with seats or notes.
    struct Unsettled: Sendable, Equatable {
        /// The run.
        let run: String
        /// How many movers' seats, or notes, are left of it.
        var seats: Int
        /// Where it ran and since when, as far as the history knows.
        var origin: String?
    }

    /// The leases of both collections that somebody has.
    var holdings: [Holding] = []
    /// What the next run settles.
    var unsettled: [Unsettled] = []
    /// Why a run with these clusters would be refused.
    var elsewhere: [MigrationError] = []
    /// What is in quarantine.
    var quarantine = QuarantineUsage()
    /// How many documents are held.
    var held = 0
    /// When the last hold ends, in milliseconds since 1970 UTC.
    var heldUntil: Int64?
}

// MARK: - Asking

extension RunFacts {
    /// Reads the state databases; writes nothing.
    ///
    /// - Throws: `MongoError`, also where the user may not read them.
    static func read(_ entry: CollectionConfiguration, _ store: StateStore, in tiers: Tiers) async throws -> RunFacts {
        let areOne = tiers.areOne
        let register = SeatRegister(store: store, patience: .zero)
        let (hotLease, ownIdentity) = try await tiers.hot.main.withClient { client in
            (try holding(entry.hot, store, with: client), try register.knownIdentity(of: client))
        }
        let (coldLease, coldIdentity) = try await tiers.cold.main.withClient { client in
            (try holding(entry.cold, store, with: client), try register.knownIdentity(of: client))
        }
        var facts = RunFacts()
        facts.holdings = [hotLease, coldLease].compactMap(\.self)
        let living = facts.holdings.filter { !$0.isStale }.map(\.holder.run)
        let seats = SeatQuery(entry: entry, seats: store.seats, living: living)
        let hot = try await tiers.hot.main.withClient { client in
            try seats.hot(coldIdentity: coldIdentity, isBetweenClusters: tiers.topology == .twoClusters, with: client)
        }
        facts.elsewhere = hot.elsewhere
        facts.elsewhere += try await tiers.cold.main.withClient { client in
            try seats.cold(
                hotIdentity: tiers.topology == .twoClusters ? ownIdentity : nil,
                areOne: areOne,
                with: client
            )
        }
        let clock = tiers.clock
        let (unsettled, holds) = try await tiers.hot.main.withClient { client in
            (
                try hot.settled.map { try $0.withOrigin(in: store.runs, with: client) },
                try Holds(
                    collection: store.holds,
                    namespace: entry.hot,
                    uuid: CollectionIdentity.currentUUID(of: entry.hot, with: client)
                ).summary(at: clock.now, with: client)
            )
        }
        facts.unsettled = unsettled
        (facts.held, facts.heldUntil) = holds
        facts.quarantine = try await QuarantineUsage.read(entry, store, in: tiers)
        return facts
    }

    private static func holding(
        _ namespace: Namespace,
        _ store: StateStore,
        with client: borrowing Client
    ) throws -> Holding? {
        guard let last = try Lease.lastHolder(of: namespace, in: store.locks, with: client) else { return nil }
        return Holding(
            namespace: namespace,
            holder: last.holder,
            isStale: last.state != .atWork,
            endsTooLate: last.state == .doubtful
        )
    }
}

/// Looks for seats and notes of runs that are not at work, as the next run would.
private struct SeatQuery: Sendable {
    let entry: CollectionConfiguration
    let seats: Namespace
    /// Runs that are at work.
    let living: [String]

    /// What the hot halves say: runs that can be settled here, and reasons why others can't.
    func hot(
        coldIdentity: BSONValue?,
        isBetweenClusters: Bool,
        with client: borrowing Client
    ) throws -> (settled: [RunFacts.Unsettled], elsewhere: [MigrationError]) {
        let ns: BSONValue = .string(entry.hot.description)
        let found = try find(
            [
                "tier": ["$in": ["hot", "none"]], "run": notLiving,
                "$or": [["ns": ns], ["cold": .string(entry.cold.description)]],
            ],
            with: client
        )
        var (settled, elsewhere): ([RunFacts.Unsettled], [MigrationError]) = ([], [])
        for seat in found {
            let isHere = seat["cold_cluster"] == coldIdentity && (isBetweenClusters || seat["tier"]?.string == "none")
            if isHere {
                let run = seat["run"]?.string ?? "?"
                if let index = settled.firstIndex(where: { $0.run == run }) {
                    settled[index].seats += 1
                } else {
                    settled.append(RunFacts.Unsettled(run: run, seats: 1))
                }
            } else if seat["ns"] == ns {
                // One message is enough: the next run stops at the first.
                if elsewhere.isEmpty { elsewhere.append(SeatRegister.elsewhere(seat, in: seats)) }
            }
        }
        return (settled, elsewhere)
    }

    /// Copies of runs whose hot halves are on another cluster.
    ///
    /// - Parameter hotIdentity: what the hot cluster is known by, where halves of its own may be here.
    func cold(hotIdentity: BSONValue?, areOne: Bool, with client: borrowing Client) throws -> [MigrationError] {
        let names = [entry.cold] + (areOne ? [entry.hot] : [])
        let filter: BSONDocument = [
            "tier": "cold", "run": notLiving, "ns": ["$in": .array(names.map { .string($0.description) })],
        ]
        return try find(filter, with: client).filter { hotIdentity == nil || $0["hot_cluster"] != hotIdentity }
            .prefix(1).map { SeatRegister.foreignSeat($0, in: seats) }
    }

    private var notLiving: BSONValue { ["$nin": .array(living.map(BSONValue.string))] }

    private func find(_ filter: BSONDocument, with client: borrowing Client) throws -> [BSONDocument] {
        let command: BSONDocument = [
            "find": .string(seats.collection), "filter": .document(filter),
            // Neither copies nor what they replaced: a seat may have megabytes of them.
            "projection": ["run": 1, "ns": 1, "hot": 1, "cold": 1, "tier": 1, "cold_cluster": 1, "hot_cluster": 1],
        ]
        return try client.all(command.alongIDs, on: seats.database)
    }
}

extension RunFacts.Unsettled {
    /// The same with what the history knows of the run.
    fileprivate func withOrigin(in runs: Namespace, with client: borrowing Client) throws -> RunFacts.Unsettled {
        let find: BSONDocument = [
            "find": .string(runs.collection), "filter": ["run_id": .string(run)],
            "projection": ["host": 1, "pid": 1, "started_at": 1], "limit": 1,
        ]
        guard let record = try client.all(find.alongIDs, on: runs.database).first,
            let host = record["host"]?.string, let started = record["started_at"]?.dateMilliseconds
        else { return self }
        var unsettled = self
        let process = record["pid"]?.integer.map { ", process \($0)" } ?? ""
        unsettled.origin = "started at \(ISO8601.string(fromMilliseconds: started)) on host \(host)\(process)"
        return unsettled
    }
}
