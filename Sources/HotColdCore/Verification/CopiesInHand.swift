internal import Mongo

/// What movers have in hand between the tiers of a collection, and whether their run is still at work.
struct CopiesInHand: Sendable {
    /// A mover's seat, or its notes.
    struct Entry: Sendable {
        /// The seat's name.
        let seat: String
        /// The mover's run.
        let run: String
        /// Documents that it may have left in both tiers.
        let ids: Set<BSONValue>
    }

    /// The run that works on the collection now.
    let holder: LeaseHolder?
    /// Those that have something to do with the collection.
    let entries: [Entry]

    /// Which run has a document in hand; nil for none.
    func run(with id: BSONValue) -> String? { entries.first { $0.ids.contains(id) }?.run }

    /// What runs have left that are no longer at work; where one is, it settles them or they are its own.
    var deadRuns: [DeadRun] {
        guard holder == nil else { return [] }
        return Dictionary(grouping: entries, by: \.run).sorted { $0.key < $1.key }.map { run, entries in
            DeadRun(run: run, seats: entries.count, documents: entries.reduce(0) { $0 + $1.ids.count })
        }
    }
}

/// Reads what movers have in hand, without a lease and without writing.
struct CopiesInHandReader: Sendable {
    let tiers: Tiers
    let store: StateStore
    let identities: TierIdentities

    /// Reads.
    ///
    /// A run that begins or ends meanwhile is not taken for a dead one: its seats are made under its leases and go
    /// before them. So where no lease is held, only what is there before and after is nobody's.
    func read() async throws -> CopiesInHand {
        let before = try await holder()
        let entries = try await entries()
        let holder = if let before { before } else { try await holder() }
        guard holder == nil, !entries.isEmpty else { return CopiesInHand(holder: holder, entries: entries) }
        let remaining = Set(try await self.entries().map { ExactName($0.seat) })
        return CopiesInHand(holder: nil, entries: entries.filter { remaining.contains(ExactName($0.seat)) })
    }

    private func holder() async throws -> LeaseHolder? {
        let (locks, hot, cold) = (store.locks, identities.hot.namespace, identities.cold.namespace)
        if let holder = try await tiers.hot.main.withClient({ try Lease.holder(of: hot, in: locks, with: $0) }) {
            return holder
        }
        return try await tiers.cold.main.withClient { try Lease.holder(of: cold, in: locks, with: $0) }
    }

    /// The cold halves are read first: a batch that is decided after that is no longer in both tiers.
    private func entries() async throws -> [CopiesInHand.Entry] {
        let seats = store.seats
        // By name or UUID, as a run finds them: somebody may have renamed a collection since.
        let names = (hot: identities.hot.namespace, cold: identities.cold.namespace)
        let hot: [BSONValue] = [["ns": .string("\(names.hot)")]] + identities.hot.matches("uuids.hot")
        let cold: [BSONValue] = [["ns": .string("\(names.cold)")]] + identities.cold.matches("uuids.cold")
        let coldSeats = try await tiers.cold.main.withClient { client in
            try client.all(Self.find(seats, ["tier": "cold", "$or": .array(cold)]), on: seats.database)
        }
        return try await tiers.hot.main.withClient { client in
            // Those with another archive, too: who takes the hot lease settles them as well.
            let hotSeats = try client.all(Self.find(seats, ["tier": "hot", "$or": .array(hot)]), on: seats.database)
            let notes = try client.all(Self.find(seats, ["tier": "none", "$or": .array(hot)]), on: seats.database)
            return try Self.entries(hot: hotSeats, cold: coldSeats) + notes.map(Self.entry(notes:))
        }
    }

    private static func find(_ seats: Namespace, _ filter: BSONDocument) -> BSONDocument {
        let find: BSONDocument = [
            "find": .string(seats.collection), "filter": .document(filter), "readConcern": ["level": "majority"],
            "comment": "hotcold verify",
        ]
        return find.alongIDs
    }

    /// The entries of movers between two clusters, from the halves of their seats.
    ///
    /// A cold half without copies, whose hot half is not here, has nothing to do with this pair of tiers: it is a
    /// mover's from another hot cluster, or one that is settled.
    static func entries(hot: [BSONDocument], cold: [BSONDocument]) throws -> [CopiesInHand.Entry] {
        let halves = try Dictionary(hot.map { (try name($0), $0) }) { first, _ in first }
        let alone = Set(halves.keys).subtracting(try cold.map(name))
        let paired = try cold.map { document in
            let name = try name(document)
            return try entry(name.text, hot: halves[name], cold: document)
        }
        .filter { halves[ExactName($0.seat)] != nil || !$0.ids.isEmpty }
        return try paired + alone.sorted { $0.text < $1.text }.map { try entry($0.text, hot: halves[$0], cold: nil) }
    }

    private static func entry(
        _ name: String,
        hot: BSONDocument?,
        cold: BSONDocument?
    ) throws -> CopiesInHand.Entry {
        let hotSeat = try hot.map(Seat.Hot.init)
        let coldSeat = try cold.map(Seat.Cold.init)
        let copies = hotSeat.map { coldSeat?.uncommitted(after: $0.position.done) } ?? coldSeat
        return CopiesInHand.Entry(
            seat: name,
            run: (hot ?? cold)?["run"]?.string ?? "?",
            ids: Set(
                (copies?.ids ?? []) + (hotSeat?.landed.ids ?? []) + (coldSeat?.taken ?? []).compactMap { $0["_id"] }
            )
        )
    }

    private static func entry(notes: BSONDocument) throws -> CopiesInHand.Entry {
        let copies = notes["copies"]?.array?.compactMap { $0.document?["id"] } ?? []
        return CopiesInHand.Entry(seat: try name(notes).text, run: notes["run"]?.string ?? "?", ids: Set(copies))
    }

    private static func name(_ seat: BSONDocument) throws -> ExactName {
        guard let name = seat["_id"]?.string else { throw MigrationError.bug("a seat without a name") }
        return ExactName(name)
    }
}
