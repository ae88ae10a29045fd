internal import Mongo

/// The seats of all runs: makes them under leases, and finds those that dead runs left.
struct SeatRegister: Sendable {
    let store: StateStore

    var collection: Namespace { store.seats }

    /// A seat and the archive that its mover worked on.
    struct Entry: Sendable {
        let seat: Seat
        let archive: Namespace
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
        leases: LeaseKeeper.Leases,
        cluster: BSONValue,
        with hot: borrowing Client
    ) throws {
        let documents = seats.map { seat -> BSONDocument in
            [
                "_id": .string(seat.id), "tier": "hot", "run": .string(run), "direction": .string(direction.rawValue),
                "ns": .string(leases.hot.namespace.description), "cold": .string(leases.cold.namespace.description),
                "cold_cluster": cluster, "epoch": .int64(leases.epoch), "done": .int64(0), "fenced": false,
            ]
        }
        try insert(documents, under: leases.hot, with: hot)
    }

    /// The cold halves, in the same way under the cold lock.
    ///
    /// The model's `makeColdSeat`.
    func makeCold(_ seats: [Seat], of run: String, leases: LeaseKeeper.Leases, with cold: borrowing Client) throws {
        let documents = seats.map { seat -> BSONDocument in
            [
                "_id": .string(seat.id), "tier": "cold", "run": .string(run),
                "ns": .string(leases.cold.namespace.description), "hot": .string(leases.hot.namespace.description),
                "epoch": .int64(leases.epoch), "batch": .int64(0), "ids": [], "undo": [],
            ]
        }
        try insert(documents, under: leases.cold, with: cold)
    }

    private func insert(_ documents: [BSONDocument], under lease: Lease, with client: borrowing Client) throws {
        do {
            try client.transaction {
                try lease.touch(with: client)
                try client.insert(DocumentBatch(documents), into: collection, comment: "hotcold").orThrow()
            }
        } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {
            // Made before, and the answer was lost: ids are the run's own.
        }
    }

    /// The notes of movers where a server has no transactions.
    func makeNotes(
        _ seats: [Seat],
        of run: String,
        _ plan: MigrationPlan,
        leases: LeaseKeeper.Leases,
        cluster: BSONValue,
        with hot: borrowing Client
    ) throws {
        for seat in seats {
            let document: BSONDocument = [
                "_id": .string(seat.id), "tier": "none", "run": .string(run),
                "direction": .string(plan.direction.rawValue), "deletes_source": .bool(plan.deletesSource),
                "ns": .string(leases.hot.namespace.description), "cold": .string(leases.cold.namespace.description),
                "cold_cluster": cluster, "epoch": .int64(leases.epoch), "copies": [],
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
    /// - Returns: how many copies there were to settle.
    /// - Throws: `MigrationError.unsuitable` where a run's archive was on another cluster.
    func settleNotes(
        _ leases: LeaseKeeper.Leases,
        of run: String,
        at now: Int64,
        with clients: borrowing ClientPair
    ) throws -> Int {
        let (ns, cold) = (leases.hot.namespace.description, leases.cold.namespace.description)
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": [
                "tier": "none", "run": ["$ne": .string(run)], "epoch": ["$lt": .int64(leases.epoch)],
                "$or": [["ns": .string(ns)], ["cold": .string(cold)]],
            ],
        ]
        let found = try clients.first.all(find, on: collection.database)
        guard !found.isEmpty else { return 0 }
        let cluster = try identity(of: clients.second, at: now)
        var count = 0
        for document in found {
            guard let id = document["_id"]?.string, let hot = document["ns"]?.string.flatMap(Namespace.init),
                let archive = document["cold"]?.string.flatMap(Namespace.init),
                let direction = document["direction"]?.string.flatMap(Direction.init)
            else { throw MigrationError.bug("notes that make no sense: \(document["_id"]?.string ?? "?")") }
            guard document["cold_cluster"] == cluster else {
                if hot == leases.hot.namespace { throw Self.elsewhere(document) }
                continue
            }
            let seat = Seat(id: id, collection: collection)
            let settlement = GuardedSettlement(
                notes: GuardedNotes(seat: seat),
                direction: direction,
                deletesSource: document["deletes_source"]?.bool == true,
                hot: hot,
                cold: archive,
                comment: "hotcold \(run)"
            )
            count += try settlement.settle(hot: clients.first, cold: clients.second)
            try seat.remove(with: clients.first)
        }
        return count
    }

    // MARK: Finding

    /// Seats of earlier runs that worked on one of the leases' namespaces.
    ///
    /// Read in a transaction that writes to the lock: a new primary that has not caught up could miss one.
    ///
    /// - Parameter cluster: the identity of the cold cluster.
    /// - Throws: `MigrationError.unsuitable` where one has its cold half on another cluster: it can't be settled here.
    func abandoned(
        _ leases: LeaseKeeper.Leases,
        of run: String,
        cluster: BSONValue,
        with hot: borrowing Client
    ) throws -> [Entry] {
        let (ns, cold) = (leases.hot.namespace.description, leases.cold.namespace.description)
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": [
                "tier": "hot", "run": ["$ne": .string(run)], "epoch": ["$lt": .int64(leases.epoch)],
                "$or": [["ns": .string(ns)], ["cold": .string(cold), "cold_cluster": cluster]],
            ],
        ]
        let found = try hot.transaction {
            try leases.hot.touch(with: hot)
            return try hot.all(find, on: collection.database)
        }
        return try found.map { document in
            guard document["cold_cluster"] == cluster else { throw Self.elsewhere(document) }
            guard let id = document["_id"]?.string, let name = document["cold"]?.string,
                let archive = Namespace(name)
            else { throw MigrationError.bug("a seat that makes no sense: \(document["_id"]?.string ?? "?")") }
            return Entry(seat: Seat(id: id, collection: collection), archive: archive)
        }
    }

    /// Throws where a run between two clusters left something half-way that only such a run can settle.
    ///
    /// - Throws: `MigrationError.unsuitable`.
    func checkNone(of hotNamespace: Namespace, with hot: borrowing Client) throws {
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": ["tier": "hot", "ns": .string(hotNamespace.description)], "limit": 1,
        ]
        if let document = try hot.all(find, on: collection.database).first { throw Self.elsewhere(document) }
    }

    private static func elsewhere(_ seat: BSONDocument) -> MigrationError {
        let (run, cold) = (seat["run"]?.string ?? "?", seat["cold"]?.string ?? "?")
        return .unsuitable(
            reason:
                "run \(run) may have left documents half-way between this collection and \(cold) on another cluster",
            hint: "run hotcold once with that cluster as the cold one, which settles them; then with this one"
        )
    }

    // MARK: Which cluster

    /// What a cold cluster is known by in seats, whatever its address: a value that is made once.
    func identity(of cold: borrowing Client, at now: Int64) throws -> BSONValue {
        let query: BSONDocument = [
            "findAndModify": .string(store.identity.collection), "query": ["_id": "cluster"],
            "update": ["$setOnInsert": ["identity": .objectID(ObjectID.make(at: now))]], "upsert": true, "new": true,
        ]
        while true {
            do {
                guard let identity = try cold.write(query, on: store.database)["value"]?.document?["identity"] else {
                    throw MigrationError.bug("the cold cluster's identity can't be read")
                }
                return identity
            } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {
                continue  // Another run made it at the same moment.
            }
        }
    }
}
