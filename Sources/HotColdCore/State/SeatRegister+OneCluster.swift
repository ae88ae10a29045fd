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
        sessions: [BSONDocument],
        leases: LeaseKeeper.Leases,
        with client: borrowing Client
    ) throws {
        let documents = zip(seats, sessions).map { seat, session -> BSONDocument in
            [
                "_id": .string(seat.id), "tier": "one", "run": .string(run),
                "ns": .string(leases.hot.namespace.description), "cold": .string(leases.cold.namespace.description),
                "epoch": .int64(leases.epoch), "sessions": [.document(session)],
            ]
        }
        try insert(documents, under: [leases.hot, leases.cold], with: client)
    }

    /// Removes those of earlier runs that worked on one of the leases' namespaces, in whatever role.
    ///
    /// Blocks where a transaction has written to one, until it ends: sessions are killed first, those of another database
    /// user can't be.
    func removeWithin(_ leases: LeaseKeeper.Leases, of run: String, with client: borrowing Client) throws {
        let namespaces = [leases.hot, leases.cold].map { BSONValue.string($0.namespace.description) }
        let names: BSONValue = ["$in": .array(namespaces)]
        let earlier: BSONDocument = [
            "tier": "one", "run": ["$ne": .string(run)], "epoch": ["$lt": .int64(leases.epoch)],
            "$or": [["ns": names], ["cold": names]],
        ]
        let find: BSONDocument = ["find": .string(collection.collection), "filter": .document(earlier)]
        let sessions = try client.all(find, on: collection.database).flatMap { $0["sessions"]?.array ?? [] }
        try client.kill(sessions.compactMap(\.document))
        try remove(earlier, with: client)
    }
}
