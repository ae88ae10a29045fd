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

    /// Reads the notes; nil where there are none (any more).
    func read(with hot: borrowing Client) throws -> Copies? {
        let find: BSONDocument = [
            "find": .string(seat.collection.collection), "filter": .document(key),
            "readConcern": ["level": "majority"],
        ]
        guard let document = try hot.all(find, on: seat.collection.database).first else { return nil }
        return try Copies(document, of: seat)
    }

    /// Adds copies that are about to be written.
    ///
    /// - Throws: `MigrationError.seatLost` where another run has settled what was noted.
    func add(_ copies: SourceBatch, undo: [BSONDocument], with hot: borrowing Client) throws {
        guard !copies.isEmpty else { return }
        let displaced = Dictionary(undo.map { ($0["_id"] ?? .null, $0) }) { first, _ in first }
        let entries = zip(copies.ids, copies.documents).map { id, document -> BSONValue in
            let entry: BSONDocument = ["id": id, "digest": .binary(Digest.sha256(document.bytes))]
            return .document(displaced[id].map { entry.appending("undo", .binary($0.bytes)) } ?? entry)
        }
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

extension GuardedNotes.Copies {
    /// Reads what stands in `seats`.
    init(_ document: BSONDocument, of seat: Seat) throws {
        for entry in document["copies"]?.array?.compactMap(\.document) ?? [] {
            guard let id = entry["id"], let digest = entry["digest"]?.binary else {
                throw MigrationError.bug("notes that make no sense: \(seat.id)")
            }
            ids.append(id)
            digests[id] = Array(digest)
            if let replaced = entry["undo"]?.binary { undo.append(try BSONDocument(bytes: replaced)) }
        }
    }
}
