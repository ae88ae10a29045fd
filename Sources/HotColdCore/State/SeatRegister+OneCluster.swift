internal import Mongo

/// Seats of movers within one cluster.
///
/// Nothing is ever half-way there. Every transaction of a mover writes to its seat, and whoever takes the leases of one of
/// its namespaces removes it: so that a run that was only frozen can move nothing more, whatever it has read before.
extension SeatRegister {
    /// Makes them, in a transaction that writes to both locks: a run whose leases went to another one gets none.
    func makeWithin(
        _ seats: [Seat],
        of run: String,
        _ identities: TierIdentities,
        sessions: [BSONDocument],
        leases: LeaseKeeper.Leases,
        with client: borrowing Client
    ) throws {
        let documents = zip(seats, sessions).map { seat, session -> BSONDocument in
            [
                "_id": .string(seat.id), "tier": "one", "run": .string(run),
                "ns": .string(leases.hot.namespace.description), "cold": .string(leases.cold.namespace.description),
                "uuids": identities.recorded, "epoch": .int64(leases.epoch), "sessions": [.document(session)],
            ]
        }
        try insert(documents, under: [leases.hot, leases.cold], with: client)
    }

    /// Removes those under earlier leases on one of the namespaces, in whatever role.
    ///
    /// Blocks where a transaction has written to one, until it ends: sessions are killed first, those of another database
    /// user can't be.
    func removeWithin(_ held: [(Lease, CollectionIdentity)], with client: borrowing Client) throws {
        let earlier: [BSONValue] = held.flatMap { lease, identity -> [BSONValue] in
            let name: BSONValue = .string(lease.namespace.description)
            let isEarlier: BSONDocument = ["epoch": ["$lt": .int64(lease.epoch)]]
            return [.document(isEarlier.appending("ns", name)), .document(isEarlier.appending("cold", name))]
                + identity.matches("uuids.hot", isEarlier) + identity.matches("uuids.cold", isEarlier)
        }
        let abandoned: BSONDocument = ["tier": "one", "$or": .array(earlier)]
        let find: BSONDocument = ["find": .string(collection.collection), "filter": .document(abandoned)]
        let sessions = try client.all(find.alongIDs, on: collection.database).flatMap { $0["sessions"]?.array ?? [] }
        try client.kill(sessions.compactMap(\.document))
        try remove(abandoned, with: client)
    }

    /// Removes those of both sides, for a run between two deployments.
    func removeWithin(
        _ leases: LeaseKeeper.Leases,
        _ identities: TierIdentities,
        with clients: borrowing ClientPair
    ) throws {
        try removeWithin([(leases.hot, identities.hot)], with: clients.first)
        try removeWithin([(leases.cold, identities.cold)], with: clients.second)
    }
}
