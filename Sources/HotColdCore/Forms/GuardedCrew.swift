internal import Mongo

/// Movers where a server has no transactions.
struct GuardedCrew: Crew {
    let sessions = SessionsOfTiers(hot: [], cold: [])
    private let pairs: [ConnectionPair]
    private let main: ConnectionPair
    private let register: SeatRegister
    private let run: String

    init(_ tiers: Tiers, workers: Int, store: StateStore, run: String) throws {
        main = try ConnectionPair(tiers.hot, tiers.cold)
        pairs = try (0..<workers).map { _ in try ConnectionPair(tiers.hot, tiers.cold) }
        register = SeatRegister(store: store)
        self.run = run
    }

    private var seats: [Seat] {
        (1...pairs.count).map { Seat(id: "\(run)/\($0)", collection: register.collection) }
    }

    func recover(_ plan: MigrationPlan, _ leases: LeaseKeeper.Leases) async throws -> Int {
        let (register, namespace) = (register, plan.collection.hot)
        try await main.withClients { try register.checkNone(of: namespace, with: $0.first) }
        return 0
    }

    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover] {
        let (register, seats, run, plan) = (register, seats, run, context.plan)
        try await main.withClients { clients in
            let cluster = try register.identity(of: clients.second, at: plan.clock.now)
            try register.makeNotes(seats, of: run, plan, leases: leases, cluster: cluster, with: clients.first)
        }
        return zip(pairs, seats).map {
            GuardedMover(context: context, pair: $0, notes: GuardedNotes(seat: $1), lease: leases.hot)
        }
    }

    /// What a batch could not settle by itself stays noted, for the next run.
    func leave(_ plan: MigrationPlan) async throws {
        let seats = seats
        try await main.withClients { clients in
            for seat in seats where try GuardedNotes(seat: seat).read(with: clients.first).ids.isEmpty {
                try seat.remove(with: clients.first)
            }
        }
    }
}
