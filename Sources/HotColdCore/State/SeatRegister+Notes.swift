internal import Mongo

/// Notes of movers where a server has no transactions: made, and settled for dead runs.
extension SeatRegister {
    /// The notes of movers where a server has no transactions.
    func makeNotes(
        _ seats: [Seat],
        of run: String,
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        leases: LeaseKeeper.Leases,
        cluster: BSONValue,
        with hot: borrowing Client
    ) throws {
        for seat in seats {
            let document: BSONDocument = [
                "_id": .string(seat.id), "tier": "none", "run": .string(run),
                "direction": .string(plan.direction.rawValue), "deletes_source": .bool(plan.deletesSource),
                "ns": .string(leases.hot.namespace.description), "cold": .string(leases.cold.namespace.description),
                "cold_cluster": cluster, "uuids": identities.recorded, "epoch": .int64(leases.epoch), "copies": [],
            ]
            do {
                try hot.write(
                    ["insert": .string(collection.collection), "documents": [.document(document)]],
                    on: collection.database
                )
            } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {
                // Made before, and the answer was lost.
            }
        }
    }

    /// Settles what dead runs left noted, whatever form this run has: the server may have become a replica set since.
    ///
    /// - Throws: `MigrationError.unsuitable` where a run's archive was on another cluster.
    func settleNotes(
        _ leases: LeaseKeeper.Leases,
        _ identities: TierIdentities,
        clock: ServerClock,
        into log: RecoveryLog,
        with clients: borrowing ClientPair
    ) throws {
        let (ns, cold) = (leases.hot.namespace.description, leases.cold.namespace.description)
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": [
                "tier": "none", "epoch": ["$lt": .int64(leases.epoch)],
                "$or": .array(
                    [["ns": .string(ns)], ["cold": .string(cold)]] + identities.hot.matches("uuids.hot")
                        + identities.cold.matches("uuids.cold")
                ),
            ],
        ]
        let found = try clients.first.all(find.alongIDs, on: collection.database)
        guard !found.isEmpty else { return }
        let cluster = try identity(of: clients.second, at: clock.now)
        for document in found {
            guard document["cold_cluster"] == cluster else {
                // By name or UUID: somebody may have renamed it.
                let uuid = identities.hot.uuid
                let isOfHot = uuid != nil && document["uuids"]?.document?["hot"] == uuid
                if isOfHot || document["ns"]?.string == ns { throw Self.elsewhere(document, in: collection) }
                continue
            }
            let settlement = try settlement(
                of: document,
                identities,
                cluster: cluster,
                leases: leases,
                clock: clock
            )
            try Entry(
                seat: settlement.notes.seat,
                identities: settlement.identities,
                sessions: SessionsOfTiers(hot: [], cold: [])
            ).checkCollections(with: clients)
            let settled = try settlement.settle(with: clients)
            let problems = settled.left + settled.displaced(in: collection.database)
            log.add(Recovery(documents: settled.count, problems: problems), of: settlement.notes.seat)
            try settlement.notes.seat.remove(with: clients.first)
        }
    }

    private func settlement(
        of document: BSONDocument,
        _ identities: TierIdentities,
        cluster: BSONValue,
        leases: LeaseKeeper.Leases,
        clock: ServerClock
    ) throws -> GuardedSettlement {
        guard let id = document["_id"]?.string, let run = document["run"]?.string,
            let ofNotes = identities.recorded(in: document, hot: "ns", cold: "cold"),
            let direction = document["direction"]?.string.flatMap(Direction.init),
            let deletesSource = document["deletes_source"]?.bool
        else { throw MigrationError.bug("notes that make no sense: \(document["_id"]?.string ?? "?")") }
        return GuardedSettlement(
            notes: GuardedNotes(seat: Seat(id: id, collection: collection)),
            direction: direction,
            deletesSource: deletesSource,
            identities: ofNotes,
            journal: Journal(
                collection: store.batches,
                run: run,
                direction: direction,
                identities: ofNotes,
                isCopyOnly: !deletesSource,
                coldCluster: cluster
            ),
            lease: leases.hot,
            clock: clock,
            comment: "hotcold \(run)"
        )
    }
}
