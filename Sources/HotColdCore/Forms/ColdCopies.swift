internal import Mongo

/// What a mover has put on cold for a batch that is not decided.
struct ColdCopies: Sendable {
    /// The cold collection.
    let archive: Namespace
    let seat: Seat
    let comment: String
    /// How long to repeat a commit whose outcome is unknown.
    let patience: Duration

    /// Removes copies and puts back what they took the place of, in the caller's transaction.
    ///
    /// - Parameters:
    ///   - kept: ids whose copies stay.
    ///   - refused: ids of documents that the archive does not take back; they are laid aside.
    func takeBack(
        _ copies: Seat.Cold,
        except kept: Set<BSONValue> = [],
        refused: Set<BSONValue> = [],
        with cold: borrowing Client
    ) throws {
        let ids = copies.ids.filter { !kept.contains($0) }
        guard !ids.isEmpty else { return }
        _ = try cold.delete(ids: ids, from: archive, comment: comment)
        let removed = Set(ids)
        let writer = TargetWriter(target: archive, comment: comment)
        for document in copies.undo {
            guard let id = document["_id"], removed.contains(id) else { continue }
            if refused.contains(id) {
                try DisplacedDocuments(seat: seat, archive: archive).layAside(document, with: cold)
            } else {
                try writer.put(document, id, bypassingValidation: true, with: cold)
            }
        }
    }

    /// Takes back what is not decided, at the end of a batch that did not end well: its ids may then go to another
    /// mover, which must not find copies that this one would still take back.
    ///
    /// What is decided is asked first, by an update that waits for a commit under way.
    ///
    /// - Returns: ids of documents that the archive does not take back; they are laid aside.
    func takeBack(with clients: borrowing ClientPair) throws -> Set<BSONValue> {
        let done = try seat.probe(with: clients.first).position.done
        return try layingAsideRefused { refused in
            try clients.second.transaction(retryingCommitFor: patience) {
                let copies = try seat.readCold(with: clients.second).uncommitted(after: done)
                try takeBack(copies, refused: refused, with: clients.second)
                try seat.write(Seat.Cold(batch: copies.batch), with: clients.second)
            }
        }
    }

    /// Settles a seat for good: what its mover left half-way on cold is taken back or, for a restore, finished.
    ///
    /// The steps and their order are what makes it safe against the mover itself, should it still be alive: once the hot
    /// seat is fenced it can decide nothing more, once the cold seat is gone it can copy nothing more. Whether the
    /// documents are still in hot does not matter: if not, the application has deleted them, and they must not come
    /// back.
    func settle(into log: RecoveryLog, with clients: borrowing ClientPair) throws {
        guard let hotSeat = try seat.fence(with: clients.first) else { return }  // Settled by another run.
        ProtocolStep.fenced.reached()
        var recovery = Recovery()
        let laidAside = try layingAsideRefused { refused in
            recovery.documents = try clients.second.transaction(retryingCommitFor: patience) {
                try settleCold(hotSeat, refused: refused, with: clients.second)
            }
        }
        recovery.problems = DisplacedDocuments.problems(laidAside, in: seat.collection.database)
        log.add(recovery, of: seat)
        ProtocolStep.settled.reached()
        try seat.remove(with: clients.first)
    }

    private func settleCold(_ hotSeat: Seat.Hot, refused: Set<BSONValue>, with cold: borrowing Client) throws -> Int {
        guard let coldSeat = try seat.findCold(with: cold) else { return 0 }
        let copies = coldSeat.uncommitted(after: hotSeat.position.done)
        try takeBack(copies, refused: refused, with: cold)
        let landed = try removeLanded(hotSeat.landed, with: cold)
        try seat.remove(with: cold)
        ProtocolStep.undone.reached()
        return copies.ids.count + landed
    }

    /// Tries again without the documents that the archive refuses to take back: somebody else has used the key of a
    /// unique index that became free.
    ///
    /// - Returns: their ids.
    private func layingAsideRefused(_ body: (_ refused: Set<BSONValue>) throws -> Void) throws -> Set<BSONValue> {
        var refused: Set<BSONValue> = []
        while true {
            do {
                try body(refused)
                return refused
            } catch MoveInterruption.documents(let faults) where !refused.isSuperset(of: faults.map(\.id)) {
                refused.formUnion(faults.map(\.id))
            }
        }
    }

    /// Deletes from cold what a restore has brought to hot, where it is still the same, in the caller's transaction.
    private func removeLanded(_ landing: Seat.Landing, with cold: borrowing Client) throws -> Int {
        guard !landing.ids.isEmpty else { return 0 }
        let present = try BatchReader(comment: comment).all(landing.ids, in: archive, with: cold)
        let unchanged = landing.unchanged(among: present)
        guard !unchanged.isEmpty else { return 0 }
        return try cold.delete(ids: unchanged, from: archive, comment: comment)
    }
}

/// Archived documents that gave way to a copy which was taken back, and that the archive refuses now: kept as bytes, so
/// that nothing is lost, for the operator to decide.
struct DisplacedDocuments: Sendable {
    let seat: Seat
    let archive: Namespace

    /// Where they are in a state database.
    static func collection(in database: String) -> Namespace { Namespace(database: database, collection: "displaced") }

    /// Lays a document aside; the same one again changes nothing.
    func layAside(_ document: BSONDocument, with client: borrowing Client) throws {
        let digest = Digest.sha256(document.bytes)
        let record: BSONDocument = [
            "_id": ["seat": .string(seat.id), "id": document["_id"] ?? .null, "sha256": .binary(digest)],
            "ns": .string(archive.description), "document": .binary(document.bytes),
        ]
        let place = Self.collection(in: seat.collection.database)
        let result = try client.insert(DocumentBatch([record]), into: place, comment: "hotcold")
        if result.writeErrors.first?.code == MongoError.Code.duplicateKey { return }
        try result.orThrow()
    }

    /// What is to be told of those that were.
    static func problems(_ ids: some Sequence<BSONValue>, in database: String) -> [MoveProblem] {
        let reason =
            "what a copy had replaced can't be put back: a unique index refuses it; it is in \(collection(in: database))"
        return ids.map { MoveProblem(id: $0.detached, kind: .conflict, reason: reason) }
    }
}
