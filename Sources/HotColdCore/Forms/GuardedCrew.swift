internal import Mongo

/// Movers where a server has no transactions.
struct GuardedCrew: Crew {
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

    func recover(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws {
        let register = register
        try await pairs.main.withClients { clients in
            try register.removeWithin(leases, identities, with: clients)
            try register.checkNone(of: identities.hot, with: clients.first)
            try register.checkNoForeignSeats(of: identities, with: clients)
        }
    }

    func takeSeats(_ context: MoveContext, _ leases: LeaseKeeper.Leases) async throws -> [any Mover] {
        let (register, seats, run, plan) = (register, seats(leases), run, context.plan)
        try await pairs.main.withClients { clients in
            try register.makeNotes(
                seats,
                of: run,
                plan,
                context.identities,
                leases: leases,
                cluster: context.journal.coldCluster,
                with: clients.first
            )
            // Whoever takes the lease after this finds them.
            try leases.hot.confirm(with: clients.first)
        }
        return zip(pairs.movers, seats).map { pair, seat in
            let settlement = GuardedSettlement(
                notes: GuardedNotes(seat: seat),
                direction: plan.direction,
                deletesSource: plan.deletesSource,
                identities: context.identities,
                journal: context.journal,
                lease: leases.hot,
                clock: plan.clock,
                comment: context.comment
            )
            return GuardedMover(context: context, pair: pair, settlement: settlement)
        }
    }

    /// What a batch could not settle by itself stays noted, for the next run.
    func leave(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        _ leases: LeaseKeeper.Leases,
        into log: RecoveryLog
    ) async throws {
        let seats = seats(leases)
        try await pairs.main.withClients { clients in
            for seat in seats where try GuardedNotes(seat: seat).read(with: clients.first)?.entries.isEmpty == true {
                try seat.remove(with: clients.first)
            }
        }
    }
}
