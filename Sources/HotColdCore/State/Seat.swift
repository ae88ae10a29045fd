internal import Mongo

/// A mover's place in the protocol of two deployments: a document of one name in `seats` of each.
///
/// The hot one says what is decided, the cold one what the mover has put there for which batch. Both are made under
/// the run's leases and used for all of the mover's batches, so that a batch costs a transaction on each side and
/// nothing else. What each of them closes is said in `TwoClusterMigration`.
struct Seat: Sendable, Hashable {
    /// `<run>/<hot namespace>/<epoch>/<mover>`.
    let id: String
    /// `seats` in the state database, of the same name on both deployments.
    let collection: Namespace

    /// How far a mover is.
    struct Position: Sendable {
        /// The number of the last batch whose hot transaction has committed.
        let done: Int64

        /// The number of the batch in hand.
        var next: Int64 { done + 1 }
    }

    /// The hot half.
    struct Hot: Sendable {
        /// How far its mover is.
        var position: Position
        /// The mover may commit nothing more: what it left is being settled.
        var isFenced: Bool
        /// What a restore's last batch has brought to hot, with the digests of its bytes: deleted from cold where it is
        /// still the same.
        var landed: Landing
    }

    /// Ids and SHA-256 digests of documents.
    struct Landing: Sendable {
        var ids: [BSONValue] = []
        /// The SHA-256 of each document, one after another.
        var digests: [UInt8] = []
    }

    /// The cold half.
    struct Cold: Sendable {
        /// The batch that the copies are of: they are the mover's own as long as that batch is not done.
        var batch: Int64 = 0
        /// Ids of the copies that the mover has put there.
        var ids: [BSONValue] = []
        /// What those copies took the place of, by the operator's `replace`.
        var undo: [BSONDocument] = []
        /// What a restore's last batch has taken from the archive, until it is known whether hot still has it.
        var taken: [BSONDocument] = []

        /// What of it is not decided yet, given the last batch that is.
        func uncommitted(after done: Int64) -> Cold { batch > done ? self : Cold() }

        /// How much room it takes in the seat, about.
        var byteCount: Int { ids.reduce(0) { $0 + $1.bytes.count + 8 } + undo.reduce(0) { $0 + $1.byteCount + 8 } }
    }

    private var key: BSONDocument { ["_id": .string(id)] }
}

// MARK: - The hot half

extension Seat {
    /// Reads in the own hot seat how far the mover is, in the caller's transaction.
    ///
    /// - Parameter known: the last batch that the mover knows to be done: a server that knows less is not the primary any
    ///   more.
    /// - Throws: `MigrationError.seatLost` where it is fenced or gone, `MigrationError.unavailable` where it is outdated.
    func readHot(knowing known: Int64, with hot: borrowing Client) throws -> Position {
        // What has landed is for whoever takes over: 45 bytes for each document of the batch before.
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": .document(key), "projection": ["landed": 0],
        ]
        let position = try usable(hot.all(find, on: collection.database).first).position
        guard position.done >= known else {
            let what = "the hot cluster answered from an outdated state"
            throw MigrationError.unavailable(MongoError(.serverSelection, message: what))
        }
        return position
    }

    /// Says in the caller's transaction that it decides a batch.
    ///
    /// - Throws: `MigrationError.seatLost`.
    func commit(_ batch: Int64, landed: Landing? = nil, with hot: borrowing Client) throws {
        var fields: BSONDocument = ["done": .int64(batch)]
        if let landed {
            let landing: BSONDocument = [
                "ids": .array(landed.ids), "digests": .binary(landed.digests),
            ]
            fields = fields.appending("landed", .document(landing))
        }
        try update(
            key.appending("fenced", false).appending("done", .int64(batch - 1)),
            ["$set": .document(fields)],
            with: hot
        )
    }

    /// What is decided, for certain: an update, which waits for a commit that is under way.
    ///
    /// A read would say "not yet" while the commit goes on. The update has a number of its own in the session, which
    /// also ends a transaction that the session left open.
    ///
    /// - Throws: `MigrationError.seatLost` where the seat is fenced or gone: then recovery decides.
    func probe(with hot: borrowing Client) throws -> Hot {
        let reply = try hot.write(
            [
                "findAndModify": .string(collection.collection), "query": .document(key),
                "update": ["$inc": ["probes": .int64(1)]], "new": true,
                // A reply has it a level deeper, which is one too many for some `_id`s.
                "fields": ["landed": 0],
            ],
            on: collection.database
        )
        return try usable(reply["value"]?.document)
    }

    /// Writes to the hot seat, if it is there: the session's time is later then than all that was done on hot before, by
    /// whomever.
    func advance(with hot: borrowing Client) throws { _ = try change(["$inc": ["probes": .int64(1)]], with: hot) }

    /// Keeps the mover from committing anything more, and tells what it has; nil where the seat is gone.
    ///
    /// Nobody changes what a fenced seat has, so it can be read afterwards.
    func fence(with hot: borrowing Client) throws -> Hot? {
        guard try change(["$set": ["fenced": true], "$inc": ["probes": .int64(1)]], with: hot) else { return nil }
        let find: BSONDocument = ["find": .string(collection.collection), "filter": .document(key)]
        return try hot.all(find, on: collection.database).first.map(Hot.init)
    }

    private func usable(_ document: BSONDocument?) throws -> Hot {
        guard let seat = try document.map(Hot.init), !seat.isFenced else { throw MigrationError.seatLost(id) }
        return seat
    }

    /// Changes a half of the seat.
    ///
    /// - Parameter query: what it has to be; nil where it only has to be there.
    /// - Returns: false where there is none.
    private func change(
        _ change: BSONDocument,
        where query: BSONDocument? = nil,
        with client: borrowing Client
    ) throws -> Bool {
        let reply = try client.write(
            [
                "update": .string(collection.collection),
                "updates": [["q": .document(query ?? key), "u": .document(change)]],
            ],
            on: collection.database
        )
        return reply["n"]?.integer == 1
    }
}

// MARK: - The cold half

extension Seat {
    /// Reads the own cold seat, in the caller's transaction.
    ///
    /// - Throws: `MigrationError.seatLost` where it is gone.
    func readCold(with cold: borrowing Client) throws -> Cold {
        guard let seat = try findCold(with: cold) else { throw MigrationError.seatLost(id) }
        return seat
    }

    /// The cold seat, in the caller's transaction; nil where it is gone.
    func findCold(with cold: borrowing Client) throws -> Cold? {
        let find: BSONDocument = ["find": .string(collection.collection), "filter": .document(key)]
        return try cold.all(find, on: collection.database).first.map(Cold.init)
    }

    /// Says in the caller's transaction what the mover has on cold.
    ///
    /// - Throws: `MigrationError.seatLost`.
    func write(_ seat: Cold, with cold: borrowing Client) throws {
        let fields: BSONDocument = [
            "batch": .int64(seat.batch), "ids": .array(seat.ids),
            // As bytes: an update would look into documents, and may refuse `$` in a name.
            "undo": .array(seat.undo.map { .binary($0.bytes) }),
        ]
        // Counted up, so that it is a write in any case, which meets that of a recovery.
        try update(key, ["$set": .document(fields), "$inc": ["writes": .int64(1)]], with: cold)
    }

    /// Keeps in the caller's transaction what a restore takes from the archive.
    ///
    /// - Throws: `MigrationError.seatLost`.
    func take(_ documents: [BSONDocument], with cold: borrowing Client) throws {
        let taken: BSONValue = .array(documents.map { .binary($0.bytes) })
        try update(key, ["$set": ["taken": taken], "$inc": ["writes": .int64(1)]], with: cold)
    }

    /// Forgets that, once it is known.
    func forgetTaken(with cold: borrowing Client) throws { _ = try change(["$unset": ["taken": ""]], with: cold) }

    /// Writes to the cold seat, or the only one, in the caller's transaction, so that whoever takes over and it can't both
    /// commit.
    ///
    /// - Throws: `MigrationError.seatLost`.
    func touch(with client: borrowing Client) throws {
        try update(key, ["$inc": ["writes": .int64(1)]], with: client)
    }

    /// Removes a half of the seat.
    func remove(with client: borrowing Client) throws {
        _ = try client.delete(ids: [.string(id)], from: collection, comment: "hotcold \(id)")
    }

    private func update(_ query: BSONDocument, _ change: BSONDocument, with client: borrowing Client) throws {
        guard try self.change(change, where: query, with: client) else { throw MigrationError.seatLost(id) }
    }
}

// MARK: - Reading

extension Seat.Hot {
    init(_ document: BSONDocument) throws {
        guard let done = document["done"]?.integer, 0..<Int64.max ~= done, let fenced = document["fenced"]?.bool else {
            throw MigrationError.bug("a hot seat that makes no sense: \(document["_id"]?.string ?? "?")")
        }
        self.init(
            position: Seat.Position(done: done),
            isFenced: fenced,
            landed: Seat.Landing(document["landed"]?.document)
        )
    }
}

extension Seat.Landing {
    init(_ batch: SourceBatch) {
        ids = batch.ids
        digests.reserveCapacity(ids.count * Digest.length)
        for document in batch.documents { Digest.append(sha256: document.bytes, to: &digests) }
    }

    fileprivate init(_ document: BSONDocument?) {
        ids = document?["ids"]?.array ?? []
        digests = Array(document?["digests"]?.binary ?? [])
    }

    /// Those of the documents that are the landed ones, byte for byte.
    func unchanged(among documents: SourceBatch) -> [BSONValue] {
        ids.indices.filter { index in
            let digest = digests.dropFirst(index * Digest.length).prefix(Digest.length)
            return documents[ids[index]].map { Digest.sha256($0.bytes)[...] } == digest
        }.map { ids[$0] }
    }
}

extension Seat.Cold {
    init(_ document: BSONDocument) throws {
        guard let batch = document["batch"]?.integer, let ids = document["ids"]?.array,
            let undo = document["undo"]?.array
        else { throw MigrationError.bug("a cold seat that makes no sense: \(document["_id"]?.string ?? "?")") }
        self.init(
            batch: batch,
            ids: ids,
            undo: try undo.map { try BSONDocument(bytes: $0.binary ?? []) },
            taken: try document["taken"]?.array?.map { try BSONDocument(bytes: $0.binary ?? []) } ?? []
        )
    }
}
