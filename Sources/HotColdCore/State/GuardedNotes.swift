internal import Mongo

/// What a mover without transactions has in hand: what it is about to write and to delete, before it does.
///
/// A document in `seats` on the hot deployment.
struct GuardedNotes: Sendable {
    /// Whose they are.
    let seat: Seat

    /// What is known of a document in the target.
    enum Presence: String, Sendable {
        /// A copy is to be written; whether it has been, nobody has said.
        case open
        /// A copy was written: the server has said so.
        case written
        /// No copy was written, though what was to give way to it may be gone.
        case unwritten
        /// The same document was there before, and is nothing of the mover's.
        case found
        /// Another document was there before and stays in the source's place, by the operator's word.
        case kept
        /// The copy is laid aside, and goes from the target.
        case aside
    }

    /// One document in hand.
    struct Entry: Sendable {
        let id: BSONValue
        /// Of what the target has, or is to have.
        let digest: [UInt8]
        let presence: Presence
        /// What the copy takes the place of.
        let undo: BSONDocument?
        /// What the source had instead of what was copied when it was deleted: no query could tell the two apart.
        var newer: BSONDocument?

        /// Whether the target's document may be the mover's work.
        var isCopy: Bool { presence == .open || presence == .written }
    }

    /// All that is noted.
    struct Content: Sendable {
        /// In the order in which their sources are deleted.
        let entries: [Entry]
        /// Whether the sources may have been deleted, all or the first of them: nobody has said how far that went.
        let isDeleting: Bool
    }

    private var key: BSONDocument { ["_id": .string(seat.id)] }

    /// Reads the notes; nil where there are none (any more).
    func read(with hot: borrowing Client) throws -> Content? {
        let find: BSONDocument = [
            "find": .string(seat.collection.collection), "filter": .document(key),
            "readConcern": .document(hot.afterLastOperation),
        ]
        guard let document = try hot.all(find, on: seat.collection.database).first else { return nil }
        // An older version did not say.
        let isDeleting = document["deleting"]?.bool ?? true
        return Content(entries: try Self.entries(of: document, in: seat), isDeleting: isDeleting)
    }

    /// Adds documents, none of which has been deleted yet.
    ///
    /// - Throws: `MigrationError.seatLost` where another run has settled what was noted.
    func add(_ entries: [Entry], with hot: borrowing Client) throws {
        guard !entries.isEmpty else { return }
        let copies: BSONValue = ["copies": ["$each": .array(entries.map { .document($0.document) })]]
        try update(["$push": copies, "$set": ["deleting": false]], with: hot)
    }

    /// Notes that the sources are about to be deleted, or that it is known which of them are.
    func mark(isDeleting: Bool, with hot: borrowing Client) throws {
        try update(["$set": ["deleting": .bool(isDeleting)]], with: hot)
    }

    /// Notes what a server has said of documents in hand.
    func mark(_ ids: [BSONValue], _ presence: Presence, with hot: borrowing Client) throws {
        guard !ids.isEmpty else { return }
        let change: BSONDocument = ["$set": ["copies.$[copy].presence": .string(presence.rawValue)]]
        try update(change, of: [["copy.id": ["$in": .array(ids)]]], with: hot)
    }

    /// Waits until what was written on a client's server is on disk, whoever has written it.
    ///
    /// By an update of the state database that matches nothing: it is acknowledged as any other one is, and a run may
    /// write there on both sides.
    func flushJournal(of client: borrowing Client) throws {
        let nothing: BSONDocument = ["q": ["_id": ["$in": []]], "u": ["$set": ["flushed": true]]]
        try client.write(
            [
                "update": .string(seat.collection.collection), "updates": [.document(nothing)],
                "comment": .string("hotcold \(seat.run)"),
            ],
            on: seat.collection.database
        )
    }

    /// Notes what the source had instead of what was copied, and has no more: it must become the copy.
    func note(newer document: BSONDocument, of id: BSONValue, with hot: borrowing Client) throws {
        let change: BSONDocument = ["$set": ["copies.$[copy].newer": .binary(document.bytes)]]
        try update(change, of: [["copy.id": ["$eq": id]]], with: hot)
    }

    /// Notes that the copy is now what the source had in the end.
    func note(renewed entry: Entry, _ document: BSONDocument, with hot: borrowing Client) throws {
        let digest: BSONValue = .binary(Digest.sha256(document.bytes))
        let change: BSONDocument = [
            "$set": ["copies.$[copy].digest": digest], "$unset": ["copies.$[copy].newer": ""],
        ]
        try update(change, of: [["copy.id": ["$eq": entry.id]]], with: hot)
    }

    /// Notes what the copy takes the place of: not what was read, but what was there in the end.
    func note(undo document: BSONDocument, of id: BSONValue, with hot: borrowing Client) throws {
        let change: BSONDocument = ["$set": ["copies.$[copy].undo": .binary(document.bytes)]]
        try update(change, of: [["copy.id": ["$eq": id]]], with: hot)
    }

    /// Strikes out what is settled.
    func strike(_ ids: [BSONValue], with hot: borrowing Client) throws {
        guard !ids.isEmpty else { return }
        try update(["$pull": ["copies": ["id": ["$in": .array(ids)]]]], with: hot)
    }

    private func update(_ change: BSONDocument, of elements: [BSONValue] = [], with hot: borrowing Client) throws {
        let reply = try hot.write(
            [
                "update": .string(seat.collection.collection),
                "updates": [["q": .document(key), "u": .document(change), "arrayFilters": .array(elements)]],
            ],
            on: seat.collection.database
        )
        guard reply["n"]?.integer == 1 else { throw MigrationError.seatLost(seat.id) }
    }
}

// MARK: As it stands in `seats`

extension GuardedNotes {
    /// Reads what stands in `seats`.
    static func entries(of document: BSONDocument, in seat: Seat) throws -> [Entry] {
        try (document["copies"]?.array ?? []).map { element in
            guard let entry = element.document.flatMap(Entry.init) else {
                throw MigrationError.bug("notes that make no sense: \(seat.id)")
            }
            return entry
        }
    }
}

extension GuardedNotes.Entry {
    /// Makes the entry of a document that is about to be moved.
    ///
    /// - Parameter document: what the target has, or is to have.
    init(_ id: BSONValue, _ document: BSONDocument, _ presence: GuardedNotes.Presence, undo: BSONDocument? = nil) {
        self.init(id: id, digest: Digest.sha256(document.bytes), presence: presence, undo: undo, newer: nil)
    }

    fileprivate init?(_ document: BSONDocument) {
        guard let id = document["id"], let digest = document["digest"]?.binary else { return nil }
        let presence = document["presence"].map { $0.string.flatMap(GuardedNotes.Presence.init) } ?? .open
        guard let presence else { return nil }
        guard let undo = Self.noted("undo", in: document), let newer = Self.noted("newer", in: document) else {
            return nil
        }
        self.init(id: id, digest: Array(digest), presence: presence, undo: undo, newer: newer)
    }

    /// A document that is noted, or that there is none; nil where it makes no sense.
    private static func noted(_ name: String, in document: BSONDocument) -> BSONDocument?? {
        guard let bytes = document[name]?.binary else { return .some(nil) }
        return (try? BSONDocument(bytes: bytes)).map { .some($0) }  // Malformed is nil, as documented.
    }

    fileprivate var document: BSONDocument {
        let known: BSONDocument = ["id": id, "digest": .binary(digest), "presence": .string(presence.rawValue)]
        return undo.map { known.appending("undo", .binary($0.bytes)) } ?? known
    }
}
