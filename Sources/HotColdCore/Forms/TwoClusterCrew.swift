internal import Mongo

/// Movers between two clusters, each with a seat on both.
struct TwoClusterCrew: Crew {
    private let pairs: CrewPairs
    private let register: SeatRegister
    private let run: String

    init(_ tiers: Tiers, count: Int, register: SeatRegister, run: String) async throws {
        pairs = try await CrewPairs(tiers, count: count)
        self.register = register
        self.run = run
    }

    var sessions: SessionsOfTiers { pairs.all }

    private func seats(_ leases: LeaseKeeper.Leases) -> [Seat] { pairs.seats(of: run, leases, in: register) }

    private var comment: String { "hotcold \(run)" }

    func recover(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws {
        let (register, comment, clock) = (register, comment, plan.clock)
        try await pairs.main.withClients { clients in
            try register.removeWithin(leases, identities, with: clients)
            let cluster = try register.identity(of: clients.second, at: clock.now)
            // A copy of a cluster has its identity, and older locks.
            let lock = try Lease.lock(of: leases.hot.namespace, in: leases.hot.collection, with: clients.second)
            let areOne =
                lock?["owner"]?.string == leases.hot.owner && lock?["epoch"]?.integer == leases.hot.epoch
                // Where both collections have one name the lock is the cold one.
                && lock?["tier"]?.string == Tier.hot.rawValue
            guard !areOne else { throw Self.areOne }
            let own = try register.identity(of: clients.first, at: clock.now)
            try register.completeOrphans(leases, identities, own: own, cluster: cluster, with: clients)
            let found = try register.abandoned(leases, identities, cluster: cluster, with: clients.first)
            for entry in found {
                // The leases name the sessions of their own holder; a seat may be another collection's.
                try clients.first.kill(entry.sessions.hot)
                try clients.second.kill(entry.sessions.cold)
                let copies = ColdCopies(
                    seat: entry.seat,
                    identities: entry.identities,
                    comment: comment,
                    patience: register.patience,
                    clock: clock
                )
                try copies.settle(into: log, with: clients) { try entry.checkCollections(with: clients) }
            }
            try register.removeOrphans(leases, identities, cluster: own, with: clients.second)
            try register.checkNoForeignSeats(of: identities, with: clients)
        }
    }

    /// Each address was answered by another member, and one of them was not yet the primary that both lead to.
    private static let areOne = MigrationError.unsuitable(
        reason: "hot and cold are one cluster now, and seemed to be two when the run began",
        hint: "give both the same connection string, with all members or a replicaSet"
    )

    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover] {
        let (register, seats, run, plan, sessions) = (register, seats(leases), run, context.plan, pairs.ofMovers)
        try await pairs.main.withClients { clients in
            try register.makeHot(
                seats,
                of: run,
                plan.direction,
                context.identities,
                sessions: sessions,
                leases: leases,
                cluster: context.journal.coldCluster,
                with: clients.first
            )
            ProtocolStep.halfSeated.reached()
            let own = try register.identity(of: clients.first, at: plan.clock.now)
            try register.makeCold(
                seats,
                of: run,
                context.identities,
                leases: leases,
                cluster: own,
                with: clients.second
            )
            ProtocolStep.seated.reached()
        }
        return zip(pairs.movers, seats).map { TwoClusterMover(context: context, pair: $0, seat: $1) }
    }

    /// Settles the own seats by the very steps of a recovery: a run's end is no special case.
    ///
    /// Movers' sessions are ended first: a transaction that an abort did not reach would be in the way.
    func leave(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws {
        let (seats, sessions, comment) = (seats(leases), pairs.ofMovers, comment)
        let (patience, clock) = (register.patience, plan.clock)
        try await pairs.main.withClients { clients in
            try clients.first.kill(sessions.hot)
            try clients.second.kill(sessions.cold)
            for seat in seats {
                let copies = ColdCopies(
                    seat: seat,
                    identities: identities,
                    comment: comment,
                    patience: patience,
                    clock: clock
                )
                try copies.settle(into: log, with: clients) { try identities.check(with: clients) }
            }
        }
    }
}

extension Client {
    /// Ends sessions, and with them what transactions they have open.
    func kill(_ sessions: [BSONDocument]) throws { try killSessions(sessions.map(BSONValue.document)) }
}
