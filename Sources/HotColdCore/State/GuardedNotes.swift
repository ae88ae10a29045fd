internal import Mongo

/// What a mover without transactions has in hand: which copies it is about to write, before it writes them.
///
/// A document in `seats` on the hot deployment.
struct GuardedNotes: Sendable {
    /// Whose they are.
    let seat: Seat

    /// Copies in hand.
    struct Copies: Sendable {
        /// Their ids and digests.
        var ids: [BSONValue] = []
        var digests: [BSONValue: [UInt8]] = [:]
        /// What they took the place of.
        var undo: [BSONDocument] = []
    }

    private var key: BSONDocument { ["_id": .string(seat.id)] }

    /// Reads the notes.
    ///
    /// - Throws: `MigrationError.seatLost`.
    func read(with hot: borrowing Client) throws -> Copies {
        let find: BSONDocument = [
            "find": .string(seat.collection.collection), "filter": .document(key),
            "readConcern": ["level": "majority"],
        ]
        guard let document = try hot.all(find, on: seat.collection.database).first else {
            throw MigrationError.seatLost(seat.id)
        }
        var copies = Copies()
        for entry in document["copies"]?.array?.compactMap(\.document) ?? [] {
            guard let id = entry["id"], let digest = entry["digest"]?.binary else { continue }
            copies.ids.append(id)
            copies.digests[id] = Array(digest)
            if let replaced = entry["undo"]?.binary { copies.undo.append(try BSONDocument(bytes: replaced)) }
        }
        return copies
    }

    /// Adds copies that are about to be written; those of an earlier attempt at the same ids are superseded, but for what
    /// they had taken the place of.
    func add(_ copies: SourceBatch, undo: [BSONDocument], with hot: borrowing Client) throws {
        guard !copies.isEmpty else { return }
        let displaced = Dictionary(undo.map { ($0["_id"] ?? .null, $0) }) { first, _ in first }
        let known = Dictionary(try read(with: hot).undo.map { ($0["_id"] ?? .null, $0) }) { first, _ in first }
        let entries = zip(copies.ids, copies.documents).map { id, document -> BSONValue in
            let entry: BSONDocument = ["id": id, "digest": .binary(Digest.sha256(document.bytes))]
            let replaced = known[id] ?? displaced[id]
            return .document(replaced.map { entry.appending("undo", .binary($0.bytes)) } ?? entry)
        }
        try strike(copies.ids, with: hot)
        try update(["$push": ["copies": ["$each": .array(entries)]]], with: hot)
    }

    /// Strikes out what is settled.
    func strike(_ ids: [BSONValue], with hot: borrowing Client) throws {
        guard !ids.isEmpty else { return }
        try update(["$pull": ["copies": ["id": ["$in": .array(ids)]]]], with: hot)
    }

    private func update(_ change: BSONDocument, with hot: borrowing Client) throws {
        let reply = try hot.write(
            [
                "update": .string(seat.collection.collection),
                "updates": [["q": .document(key), "u": .document(change)]],
            ],
            on: seat.collection.database
        )
        guard reply["n"]?.integer == 1 else { throw MigrationError.seatLost(seat.id) }
    }
}
