internal import Mongo

/// Movers between two clusters, each with a seat on both.
struct TwoClusterCrew: Crew {
    let sessions: SessionsOfTiers
    private let pairs: [ConnectionPair]
    /// For everything that is not a mover's.
    private let main: ConnectionPair
    private let register: SeatRegister
    private let run: String

    init(_ tiers: Tiers, workers: Int, store: StateStore, run: String) async throws {
        main = try ConnectionPair(tiers.hot, tiers.cold)
        pairs = try (0..<workers).map { _ in try ConnectionPair(tiers.hot, tiers.cold) }
        register = SeatRegister(store: store)
        self.run = run
        var (hot, cold): ([BSONDocument], [BSONDocument]) = ([], [])
        for pair in pairs {
            let ids = try await pair.withClients { ($0.first.sessionID, $0.second.sessionID) }
            hot.append(ids.0)
            cold.append(ids.1)
        }
        sessions = SessionsOfTiers(hot: hot, cold: cold)
    }

    private var seats: [Seat] {
        (1...pairs.count).map { Seat(id: "\(run)/\($0)", collection: register.collection) }
    }

    private var comment: String { "hotcold \(run)" }

    func recover(_ plan: MigrationPlan, _ leases: LeaseKeeper.Leases) async throws -> Int {
        let (register, comment, run, now) = (register, comment, run, plan.clock.now)
        return try await main.withClients { clients in
            let cluster = try register.identity(of: clients.second, at: now)
            let found = try register.abandoned(leases, of: run, cluster: cluster, with: clients.first)
            return try found.reduce(0) { count, entry in
                count
                    + (try ColdCopies(archive: entry.archive, seat: entry.seat, comment: comment).settle(with: clients))
            }
        }
    }

    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover] {
        let (register, seats, run, plan) = (register, seats, run, context.plan)
        try await main.withClients { clients in
            let cluster = try register.identity(of: clients.second, at: plan.clock.now)
            try register.makeHot(
                seats,
                of: run,
                plan.direction,
                leases: leases,
                cluster: cluster,
                with: clients.first
            )
            try register.makeCold(seats, of: run, leases: leases, with: clients.second)
        }
        return zip(pairs, seats).map { TwoClusterMover(context: context, pair: $0, seat: $1) }
    }

    /// Settles the own seats by the very steps of a recovery: a run's end is no special case.
    ///
    /// Movers' sessions are ended first: a transaction that an abort did not reach would be in the way.
    func leave(_ plan: MigrationPlan) async throws {
        let (seats, sessions, archive, comment) = (seats, sessions, plan.collection.cold, comment)
        try await main.withClients { clients in
            try clients.first.kill(sessions.hot)
            try clients.second.kill(sessions.cold)
            for seat in seats {
                _ = try ColdCopies(archive: archive, seat: seat, comment: comment).settle(with: clients)
            }
        }
    }
}

extension Client {
    /// Ends sessions, and with them what transactions they have open.
    func kill(_ sessions: [BSONDocument]) throws {
        guard !sessions.isEmpty else { return }
        try run(["killSessions": .array(sessions.map(BSONValue.document))], on: "admin")
    }
}
