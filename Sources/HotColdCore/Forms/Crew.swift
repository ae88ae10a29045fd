internal import Mongo

/// The movers of a run, and what a form of the protocol needs before the first batch and after the last.
protocol Crew: Sendable {
    /// The movers' sessions on each side, for the leases: whoever takes over from a dead run kills them.
    var sessions: SessionsOfTiers { get }

    /// Makes what the form needs in the state database, and settles what dead runs left half-way.
    ///
    /// Under the leases, before anything is moved.
    ///
    /// - Returns: how many documents were half-way.
    func recover(_ plan: MigrationPlan, _ leases: LeaseKeeper.Leases) async throws -> Int

    /// The movers, ready for batches.
    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover]

    /// Settles the own seats, after the last batch.
    func leave(_ plan: MigrationPlan) async throws
}

/// Sessions on both sides; the same where both are one deployment.
struct SessionsOfTiers: Sendable {
    let hot: [BSONDocument]
    let cold: [BSONDocument]
}

/// Movers within one cluster, which need nothing around them.
struct OneClusterCrew: Crew {
    let sessions: SessionsOfTiers
    private let connections: [Connection]
    private let pool: ConnectionPool
    private let store: StateStore

    init(_ tiers: Tiers, workers: Int, store: StateStore) async throws {
        pool = tiers.hot
        self.store = store
        connections = try (0..<workers).map { _ in try tiers.hot.makeConnection() }
        var ids: [BSONDocument] = []
        for connection in connections { ids.append(try await connection.sessionID()) }
        sessions = SessionsOfTiers(hot: ids, cold: ids)
    }

    func recover(_ plan: MigrationPlan, _ leases: LeaseKeeper.Leases) async throws -> Int {
        let (store, namespace) = (store, plan.collection.hot)
        try await pool.main.withClient { try SeatRegister(store: store).checkNone(of: namespace, with: $0) }
        return 0
    }

    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover] {
        connections.map { OneClusterMover(context: context, connection: $0) }
    }

    func leave(_ plan: MigrationPlan) async throws {}
}
