internal import Mongo

/// The movers of a run, and what a form of the protocol needs before the first batch and after the last.
protocol Crew: Sendable {
    /// The sessions of every connection that opens transactions, on each side, for the leases: whoever takes over from a
    /// dead run kills them.
    var sessions: SessionsOfTiers { get }

    /// Makes what the form needs in the state database, and settles what dead runs left half-way.
    ///
    /// Under the leases, before anything is moved.
    func recover(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws

    /// The movers, ready for batches.
    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover]

    /// Settles the own seats, after the last batch.
    func leave(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws
}

/// Sessions on both sides; the same where both are one deployment.
struct SessionsOfTiers: Sendable {
    let hot: [BSONDocument]
    let cold: [BSONDocument]

    static func + (left: SessionsOfTiers, right: SessionsOfTiers) -> SessionsOfTiers {
        SessionsOfTiers(hot: left.hot + right.hot, cold: left.cold + right.cold)
    }
}

/// The connections of a crew between two deployments, or two sides of one.
struct CrewPairs: Sendable {
    /// One for each mover.
    let movers: [ConnectionPair]
    /// For everything that is not a mover's: it makes seats, and settles those of dead runs and the run's own.
    let main: ConnectionPair
    /// The movers' sessions.
    let ofMovers: SessionsOfTiers
    /// Theirs and the main connection's: a run can die while it settles, too.
    let all: SessionsOfTiers

    init(_ tiers: Tiers, count: Int) async throws {
        main = try ConnectionPair(tiers.hot, tiers.cold)
        movers = try (0..<count).map { _ in try ConnectionPair(tiers.hot, tiers.cold) }
        ofMovers = try await Self.sessions(of: movers)
        all = try await ofMovers + Self.sessions(of: [main])
    }

    private static func sessions(of pairs: [ConnectionPair]) async throws -> SessionsOfTiers {
        var (hot, cold): ([BSONDocument], [BSONDocument]) = ([], [])
        for pair in pairs {
            let ids = try await pair.withClients { ($0.first.sessionID, $0.second.sessionID) }
            hot.append(ids.0)
            cold.append(ids.1)
        }
        return SessionsOfTiers(hot: hot, cold: cold)
    }

    /// The movers' seats.
    func seats(of run: String, _ leases: LeaseKeeper.Leases, in register: SeatRegister) -> [Seat] {
        register.seats(of: run, leases, count: movers.count)
    }
}

/// Movers within one cluster, each with a seat.
struct OneClusterCrew: Crew {
    let sessions: SessionsOfTiers
    private let connections: [Connection]
    private let pool: ConnectionPool
    private let register: SeatRegister
    private let run: String

    init(_ tiers: Tiers, count: Int, register: SeatRegister, run: String) async throws {
        pool = tiers.hot
        self.register = register
        self.run = run
        connections = try (0..<count).map { _ in try tiers.hot.makeConnection() }
        var ids: [BSONDocument] = []
        for connection in connections { ids.append(try await connection.sessionID()) }
        sessions = SessionsOfTiers(hot: ids, cold: ids)
    }

    func recover(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws {
        let register = register
        try await pool.main.withClient { client in
            try register.removeWithin([(leases.hot, identities.hot), (leases.cold, identities.cold)], with: client)
            try register.checkNone(of: identities.hot, with: client)
            try register.checkNoForeignSeats(of: [identities.hot, identities.cold], with: client)
        }
    }

    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover] {
        let (register, seats, run, ids) = (register, seats(leases), run, sessions.hot)
        try await pool.main.withClient {
            try register.makeWithin(
                seats,
                of: run,
                context.identities,
                sessions: ids,
                leases: leases,
                with: $0
            )
        }
        return zip(connections, seats).map { OneClusterMover(context: context, seat: $1, connection: $0) }
    }

    private func seats(_ leases: LeaseKeeper.Leases) -> [Seat] {
        register.seats(of: run, leases, count: connections.count)
    }

    /// One that stays is the next run's to remove.
    func leave(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws {
        let seats = seats(leases)
        try? await pool.main.withClient { client in
            for seat in seats { try seat.remove(with: client) }
        }
    }
}
