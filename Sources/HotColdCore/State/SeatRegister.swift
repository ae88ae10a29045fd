internal import Mongo

/// The seats of all runs: makes them under leases, and finds those that dead runs left.
struct SeatRegister: Sendable {
    let store: StateStore
    /// How long to repeat a commit whose outcome is unknown.
    let patience: Duration

    var collection: Namespace { store.seats }

    /// A seat and the collections that its mover worked on.
    struct Entry: Sendable {
        let seat: Seat
        /// The collections that it was made for, under the names that they have now as far as that is known.
        let identities: TierIdentities
        /// The mover's sessions.
        let sessions: SessionsOfTiers

        /// Throws where one of them is not where it is to be found: by its name another one would be settled.
        ///
        /// - Throws: `MigrationError.unsuitable`.
        func checkCollections(with clients: borrowing ClientPair) throws {
            do { try identities.check(with: clients) } catch {
                guard case .unsuitable(let reason, _) = MigrationError(error) else { throw error }
                let cold = try seat.findCold(with: clients.second)
                throw SeatRegister.exchanged(seat, reason, kept: cold.map { $0.undo.count + $0.taken.count } ?? 0)
            }
        }
    }

    /// The seats of a run's movers, for as long as it has these leases.
    ///
    /// One command moves several collections as one run. Should the seats of one of them stay, those of the next are
    /// others.
    func seats(of run: String, _ leases: LeaseKeeper.Leases, count: Int) -> [Seat] {
        (1...count).map {
            Seat(id: "\(run)/\(leases.hot.namespace)/\(leases.epoch)/\($0)", collection: collection)
        }
    }

    // MARK: Making

    /// The hot halves, in a transaction that finds the own epoch in the hot lock and writes to it: a run whose lease went
    /// to another one gets none.
    ///
    /// The model's `makeHotSeat`.
    func makeHot(
        _ seats: [Seat],
        of run: String,
        _ direction: Direction,
        _ identities: TierIdentities,
        sessions: SessionsOfTiers,
        leases: LeaseKeeper.Leases,
        cluster: BSONValue,
        with hot: borrowing Client
    ) throws {
        let documents = seats.enumerated().map { index, seat -> BSONDocument in
            [
                "_id": .string(seat.id), "tier": "hot", "run": .string(run), "direction": .string(direction.rawValue),
                "ns": .string(leases.hot.namespace.description), "cold": .string(leases.cold.namespace.description),
                "cold_cluster": cluster, "uuids": identities.recorded, "epoch": .int64(leases.epoch), "done": .int64(0),
                "fenced": false,
                "sessions": ["hot": .document(sessions.hot[index]), "cold": .document(sessions.cold[index])],
            ]
        }
        try insert(documents, under: [leases.hot], with: hot)
    }

    /// The cold halves, in the same way under the cold lock.
    ///
    /// The model's `makeColdSeat`.
    ///
    /// - Parameter cluster: the identity of the hot cluster.
    func makeCold(
        _ seats: [Seat],
        of run: String,
        _ identities: TierIdentities,
        leases: LeaseKeeper.Leases,
        cluster: BSONValue,
        with cold: borrowing Client
    ) throws {
        let documents = seats.map { seat -> BSONDocument in
            [
                "_id": .string(seat.id), "tier": "cold", "run": .string(run),
                "ns": .string(leases.cold.namespace.description), "hot": .string(leases.hot.namespace.description),
                "hot_cluster": cluster, "uuids": identities.recorded, "epoch": .int64(leases.epoch),
                "batch": .int64(0), "ids": [], "undo": [],
            ]
        }
        try insert(documents, under: [leases.cold], with: cold)
    }

    func insert(_ documents: [BSONDocument], under leases: [Lease], with client: borrowing Client) throws {
        do {
            try client.transaction(retryingCommitFor: patience) {
                for lease in leases { try lease.touch(with: client) }
                try client.insert(DocumentBatch(documents), into: collection, comment: "hotcold").orThrow()
            }
        } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {
            // Made before, and the answer was lost: ids are these leases' own.
        }
    }

    // MARK: Finding

    /// Seats under earlier leases on one of the namespaces.
    ///
    /// Read in a transaction that writes to the lock: a new primary that has not caught up could miss one.
    ///
    /// - Parameter cluster: the identity of the cold cluster.
    /// - Throws: `MigrationError.unsuitable` where one has its cold half on another cluster: it can't be settled here.
    func abandoned(
        _ leases: LeaseKeeper.Leases,
        _ identities: TierIdentities,
        cluster: BSONValue,
        with hot: borrowing Client
    ) throws -> [Entry] {
        let (ns, cold) = (leases.hot.namespace.description, leases.cold.namespace.description)
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": [
                "tier": "hot", "epoch": ["$lt": .int64(leases.epoch)],
                "$or": .array(
                    [["ns": .string(ns)], ["cold": .string(cold), "cold_cluster": cluster]]
                        + identities.hot.matches("uuids.hot")
                        + identities.cold.matches("uuids.cold", ["cold_cluster": cluster])
                ),
            ],
        ]
        let found = try hot.transaction(retryingCommitFor: patience) {
            try leases.hot.touch(with: hot)
            return try hot.all(find.alongIDs, on: collection.database)
        }
        return try found.map { document in
            guard document["cold_cluster"] == cluster else { throw Self.elsewhere(document, in: collection) }
            guard let id = document["_id"]?.string,
                let ofSeat = identities.recorded(in: document, hot: "ns", cold: "cold")
            else { throw MigrationError.bug("a seat that makes no sense: \(document["_id"]?.string ?? "?")") }
            let sessions = document["sessions"]?.document
            return Entry(
                seat: Seat(id: id, collection: collection),
                identities: ofSeat,
                sessions: SessionsOfTiers(
                    hot: [sessions?["hot"]?.document].compactMap(\.self),
                    cold: [sessions?["cold"]?.document].compactMap(\.self)
                )
            )
        }
    }

    /// Throws where a run between two clusters left something half-way that only such a run can settle.
    ///
    /// - Throws: `MigrationError.unsuitable`.
    func checkNone(of hotCollection: CollectionIdentity, with hot: borrowing Client) throws {
        let name: BSONValue = ["ns": .string(hotCollection.namespace.description)]
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": ["tier": "hot", "$or": .array([name] + hotCollection.matches("uuids.hot"))], "limit": 1,
        ]
        if let document = try hot.all(find.alongIDs, on: collection.database).first {
            throw Self.elsewhere(document, in: collection)
        }
    }

    /// Gives cold halves that have what a restore took from the archive a hot half again, where that is gone.
    ///
    /// Hot was restored from a backup, or somebody has deleted it. Then they are settled as others are: their documents may be
    /// nowhere else.
    func completeOrphans(
        _ leases: LeaseKeeper.Leases,
        _ identities: TierIdentities,
        own: BSONValue,
        cluster: BSONValue,
        with clients: borrowing ClientPair
    ) throws {
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": .document(orphans(leases, identities, own: own).appending("taken.0", ["$exists": true])),
            "projection": ["undo": 0, "taken": 0],
        ]
        // A write of the transaction that reads: a new primary that has not caught up could miss one.
        let found = try clients.second.transaction(retryingCommitFor: patience) {
            try leases.cold.touch(with: clients.second)
            return try clients.second.all(find.alongIDs, on: collection.database)
        }
        for cold in found {
            let hot: BSONDocument = [
                "_id": cold["_id"] ?? .null, "tier": "hot", "run": cold["run"] ?? .null, "direction": "restore",
                "ns": cold["hot"] ?? .null, "cold": cold["ns"] ?? .null, "cold_cluster": cluster,
                "uuids": cold["uuids"] ?? .null, "epoch": cold["epoch"] ?? .int64(0), "done": .int64(0), "fenced": true,
            ]
            try insert([hot], under: [leases.hot], with: clients.first)
        }
    }

    /// Cold halves of earlier leases on these namespaces.
    private func orphans(
        _ leases: LeaseKeeper.Leases,
        _ identities: TierIdentities,
        own: BSONValue
    ) -> BSONDocument {
        let names: BSONValue = [
            "ns": .string(leases.cold.namespace.description), "hot": .string(leases.hot.namespace.description),
        ]
        return [
            "tier": "cold", "hot_cluster": own, "epoch": ["$lt": .int64(leases.epoch)], "ids": [],
            "$or": .array([names] + identities.cold.matches("uuids.cold", ["uuids.hot": identities.hot.recorded])),
        ]
    }

    /// Removes cold halves that keep nothing and whose hot halves are settled: a frozen run can make one after that.
    func removeOrphans(
        _ leases: LeaseKeeper.Leases,
        _ identities: TierIdentities,
        cluster: BSONValue,
        with cold: borrowing Client
    ) throws {
        let nothing: BSONValue = ["$in": [.null, []]]
        let empty = orphans(leases, identities, own: cluster).appending("undo", nothing).appending("taken", nothing)
        try remove(empty, with: cold)
    }

    /// Removes the seats that match.
    func remove(_ filter: BSONDocument, with client: borrowing Client) throws {
        let delete: BSONDocument = ["q": .document(filter), "limit": 0]
        try client.write(
            ["delete": .string(collection.collection), "deletes": [.document(delete.alongIDs)]],
            on: collection.database
        )
    }

    /// Throws where a mover is at a collection, or has left copies there, and can't be settled from here: who decides
    /// about it is the hot half of its seat, on another cluster.
    ///
    /// A seat without copies counts: its mover may only be frozen, or have a restore to finish.
    ///
    /// - Throws: `MigrationError.unsuitable`.
    func checkNoForeignSeats(of held: [CollectionIdentity], with client: borrowing Client) throws {
        if let error = try foreignSeat(at: held, with: client) { throw error }
    }

    /// What stands against work on a collection where such a mover is; nil where there is none.
    func foreignSeat(at held: [CollectionIdentity], with client: borrowing Client) throws -> MigrationError? {
        let names = held.map { BSONValue.string($0.namespace.description) }
        let ofThem = [["ns": ["$in": .array(names)]]] + held.flatMap { $0.matches("uuids.cold") }
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": ["tier": "cold", "$or": .array(ofThem)], "limit": 1,
        ]
        return try client.all(find.alongIDs, on: collection.database).first.map { Self.foreignSeat($0, in: collection) }
    }

    /// The same on both sides, for a run between two deployments.
    func checkNoForeignSeats(of identities: TierIdentities, with clients: borrowing ClientPair) throws {
        try checkNoForeignSeats(of: [identities.hot], with: clients.first)
        try checkNoForeignSeats(of: [identities.cold], with: clients.second)
    }

    /// Why a cold half whose hot half is on another cluster can't be settled with the clusters at hand.
    static func foreignSeat(_ seat: BSONDocument, in seats: Namespace) -> MigrationError {
        let (id, ns) = (seat["_id"]?.string ?? "?", seat["ns"]?.string ?? "?")
        let kept = ["undo", "taken"].reduce(0) { $0 + (seat[$1]?.array?.count ?? 0) }
        return .unsuitable(
            reason:
                "a run from \(seat["hot"]?.string ?? "?") on another cluster is at work on \(ns), or died there (seat \(id))",
            hint:
                "run hotcold once with that cluster as the hot one, which settles them; if it or its state database is"
                + " gone for good, look at the ids in that document, whose copies may be in both tiers,"
                + saving(kept) + " and delete it on the cluster of \(ns): \(deletion(of: seat, in: seats))"
        )
    }

    /// Why a seat can't be settled with the collections at hand.
    ///
    /// - Parameter kept: how many documents the seat keeps.
    static func exchanged(_ seat: Seat, _ reason: String, kept: Int = 0) -> MigrationError {
        .unsuitable(
            reason: "run \(seat.run) left documents half-way, and their collection is not what it was: \(reason)",
            hint:
                "give the collection its name back, then run hotcold again, which settles them; if it is gone for good,"
                + saving(kept) + " delete the run's records on both clusters: "
                + MongoShell.deleteRecords(of: seat.run, in: seat.collection)
        )
    }

    /// Why a seat can't be settled with the clusters at hand.
    static func elsewhere(_ seat: BSONDocument, in seats: Namespace) -> MigrationError {
        let (run, cold) = (seat["run"]?.string ?? "?", seat["cold"]?.string ?? "?")
        return .unsuitable(
            reason:
                "run \(run) may have left documents half-way between this collection and \(cold) on another cluster",
            hint:
                "run hotcold once with that cluster as the cold one, which settles them; then with this one. If it is this"
                + " very cluster, and its state database was dropped or restored, delete the record by which it was"
                + " known on the hot cluster: \(deletion(of: seat, in: seats)); hotcold verify then finds what is in"
                + " both tiers"
        )
    }

    /// What an operator has to do before a seat is deleted that keeps documents.
    private static func saving(_ kept: Int) -> String {
        guard kept > 0 else { return "" }
        let documents = kept == 1 ? "a document that is" : "\(kept.grouped) documents that are"
        return " save \(documents) in no other place (BSON in its undo and taken),"
    }

    /// The command of `mongosh` that deletes a seat, for an operator who knows better.
    private static func deletion(of seat: BSONDocument, in seats: Namespace) -> String {
        let id = seat["_id"].flatMap { ExtendedJSON.string(from: $0) } ?? "?"
        return "db.getSiblingDB(\"\(seats.database)\").\(seats.collection).deleteOne({_id: \(id)})"
    }
}
