internal import Mongo

/// Documents that were taken out of an archive and that may be nowhere else: kept as bytes, for the operator to decide.
///
/// In `quarantine` in the state database of the archive's cluster. Nothing moves them back by itself: an application may
/// have deleted them on purpose. Nothing deletes them either: it may have been somebody who saw them in the archive.
struct Quarantine: Sendable {
    /// Why a document is there; the raw values are those of records and reports.
    enum Reason: String, Sendable {
        /// A copy was taken back, or its document restored, and hot does not have it any more.
        case originalGone = "original_gone"
        /// A copy had taken its place, and a unique index refuses to have it back.
        case notPutBack = "not_put_back"
        /// The archive had it already, and somebody has deleted it there while hot's was moved.
        case duplicateGone = "duplicate_gone"
        /// Hot has another document of its `_id`, which may be that document changed or another one.
        case doubtful
    }

    /// Where they are in a state database.
    static func collection(in database: String) -> Namespace { Namespace(database: database, collection: "quarantine") }

    let collection: Namespace
    /// The mover that has put them there.
    let seat: Seat
    /// The archive that they come from.
    let archive: CollectionIdentity
    let clock: ServerClock

    init(_ seat: Seat, archive: CollectionIdentity, clock: ServerClock) {
        collection = Self.collection(in: seat.collection.database)
        self.seat = seat
        self.archive = archive
        self.clock = clock
    }

    // MARK: Putting

    /// Puts documents there; the same ones again change nothing.
    ///
    /// - Parameter isPending: nobody has looked yet whether hot has them.
    func put(
        _ documents: some Sequence<BSONDocument>,
        _ reason: Reason,
        isPending: Bool = false,
        with client: borrowing Client
    ) throws {
        let records = documents.flatMap { makeRecords($0, reason, isPending: isPending) }
        let known = Set(try ids(["_id": ["$in": .array(records.compactMap { $0["_id"] })]], with: client))
        // What an interrupted settlement had put there and not looked for is there for good.
        if !isPending, !known.isEmpty { try keep(["_id": ["$in": .array(Array(known))]], reason, with: client) }
        let new = records.filter { record in record["_id"].map { !known.contains($0) } ?? false }
        guard !new.isEmpty else { return }
        try client.insert(DocumentBatch(new), into: collection, comment: comment).orThrow()
    }

    private var comment: String { "hotcold \(seat.run)" }

    /// A record is one document of at most 16 MB, and holds more than what it keeps: the rest of a large one is in another.
    private static let bytesInRecord = 15 << 20

    private func makeRecords(_ document: BSONDocument, _ reason: Reason, isPending: Bool) -> [BSONDocument] {
        let (head, rest) = (document.bytes.prefix(Self.bytesInRecord), document.bytes.dropFirst(Self.bytesInRecord))
        var key: BSONDocument = ["seat": .string(seat.id)]
        // For whoever looks; the digest alone would do, and is all that a record has room for here.
        if let id = document["_id"], id.fitsIntoRecord { key = key.appending("id", id) }
        key = key.appending("sha256", .binary(Digest.sha256(document.bytes)))
        let record: BSONDocument = [
            "_id": .document(key), "schema_version": 1, "ns": .string(archive.namespace.description),
            "uuid": archive.recorded, "run": .string(seat.run), "reason": .string(reason.rawValue),
            "quarantined_at": .date(milliseconds: clock.now), "bytes": .int(document.byteCount),
            "document": .binary(head),
        ]
        let others: BSONDocument = [
            "_id": .document(key.appending("part", 1)), "uuid": archive.recorded, "document": .binary(rest),
        ]
        let all = rest.isEmpty ? [record] : [record.appending("parts", 2), others]
        return isPending ? all.map { $0.appending("pending", true) } : all
    }

    // MARK: What hot has

    /// A document of this mover's.
    private struct Entry {
        /// Those of its records: it may have a second one.
        let keys: [BSONValue]
        let id: BSONValue
    }

    /// Whether nobody has looked yet whether hot has some of the documents.
    func hasPending(with client: borrowing Client) throws -> Bool {
        try !ids(["pending": true], with: client).isEmpty
    }

    /// The `_id`s of those documents.
    func pendingIDs(with client: borrowing Client) throws -> [BSONValue] { try pending(with: client).map(\.id) }

    private func pending(with client: borrowing Client) throws -> [Entry] {
        try entries(["pending": true], with: client)
    }

    /// The `_id`s of documents that are there for good for one of these reasons.
    func kept(_ reasons: Reason..., with client: borrowing Client) throws -> [BSONValue] {
        let reasons = reasons.map { BSONValue.string($0.rawValue) }
        return try entries(["reason": ["$in": .array(reasons)], "pending": ["$ne": true]], with: client).map(\.id)
    }

    private func entries(_ filter: BSONDocument, with client: borrowing Client) throws -> [Entry] {
        let keys = try ids(filter.appending("_id.part", ["$exists": false]), with: client).compactMap(\.document)
        return try keys.compactMap { key in
            let keys: [BSONValue] = [.document(key), .document(key.appending("part", 1))]
            if let id = key["id"] { return Entry(keys: keys, id: id.detached) }
            // Its key has no room for the `_id`.
            let document = try Self.document(ofRecords: keys, in: collection, with: client)
            return document?["_id"].map { Entry(keys: keys, id: $0.detached) }
        }
    }

    /// Puts a document together from its records, of these `_id`s; nil where there are none.
    static func document(
        ofRecords keys: [BSONValue],
        in collection: Namespace,
        with client: borrowing Client
    ) throws -> BSONDocument? {
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": ["_id": ["$in": .array(keys)]], "sort": ["_id": 1],
        ]
        let records = try client.all(find, on: collection.database)
        guard !records.isEmpty else { return nil }
        return try BSONDocument(bytes: records.flatMap { Array($0["document"]?.binary ?? []) }[...])
    }

    /// Finds out of which documents a collection has the originals, discards those, and keeps the rest.
    ///
    /// After they were taken from the archive: whoever deletes from hot what the archive has can't see them there any more.
    /// Of what the archive had before it is looked there, too, after hot's was deleted.
    ///
    /// - Returns: ids of those that are kept.
    func resolvePending(
        in originals: CollectionIdentity,
        with client: borrowing Client,
        quarantine: borrowing Client
    ) throws -> [BSONValue] {
        let pending = try pending(with: quarantine)
        guard !pending.isEmpty else { return [] }
        let reader = BatchReader(
            comment: comment,
            readConcern: client.afterLastOperation,
            uuid: originals.compared
        )
        var present = Set(try reader.present(pending.map(\.id), in: originals.namespace, with: client))
        present.formUnion(try duplicates(with: quarantine))
        try discard(pending.filter { present.containsEqual(to: $0.id) }, with: quarantine)
        let duplicateGone = Self.reason(.duplicateGone)
        try keep(duplicateGone, .duplicateGone, with: quarantine)
        try keep(["$nor": [.document(duplicateGone)]], .originalGone, with: quarantine)
        return pending.map(\.id).filter { !present.containsEqual(to: $0) }
    }

    private static func reason(_ reason: Reason) -> BSONDocument { ["reason": .string(reason.rawValue)] }

    /// The pending documents that the archive had before and has still.
    private func duplicates(with client: borrowing Client) throws -> [BSONValue] {
        let relied = try entries(Self.reason(.duplicateGone).appending("pending", true), with: client)
        guard !relied.isEmpty else { return [] }
        // A majority has this write, and with it every deletion before it.
        try update(
            Self.reason(.duplicateGone).appending("pending", true),
            [["$set": ["looks": ["$rand": [:]]]]],
            with: client
        )
        let reader = BatchReader(comment: comment, readConcern: client.afterLastOperation, uuid: archive.compared)
        let found = Set(try reader.present(relied.map(\.id), in: archive.namespace, with: client))
        return relied.map(\.id).filter(found.containsEqual(to:))
    }

    /// Discards those that this mover has copied anew.
    func discardPending(_ ids: [BSONValue], with client: borrowing Client) throws {
        guard !ids.isEmpty else { return }
        let chosen = Set(ids)
        try discard(pending(with: client).filter { chosen.contains($0.id) }, with: client)
    }

    private func discard(_ pending: [Entry], with client: borrowing Client) throws {
        guard !pending.isEmpty else { return }
        _ = try client.delete(ids: pending.flatMap(\.keys), from: collection, comment: comment)
    }

    /// Keeps those of the pending that match, for a reason.
    private func keep(_ filter: BSONDocument, _ reason: Reason, with client: borrowing Client) throws {
        let change: BSONValue = [["$set": ["reason": .string(reason.rawValue)]], ["$unset": "pending"]]
        try update(filter.appending("pending", true), change, with: client)
    }

    private func update(_ filter: BSONDocument, _ change: BSONValue, with client: borrowing Client) throws {
        let change: BSONDocument = ["q": .document(matching(filter)), "u": change, "multi": true]
        try client.write(
            [
                "update": .string(collection.collection), "updates": [.document(change)],
                "comment": .string(comment),
            ],
            on: collection.database
        )
    }

    private func ids(_ filter: BSONDocument, with client: borrowing Client) throws -> [BSONValue] {
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": .document(matching(filter)), "projection": ["_id": 1],
        ]
        return try client.all(find, on: collection.database).compactMap { $0["_id"]?.detached }
    }

    /// A filter for this mover's records of the collection, which the index on `_id` serves: they are compared field by
    /// field.
    ///
    /// On one server without transactions a mover may have some of both tiers.
    private func matching(_ filter: BSONDocument) -> BSONDocument {
        let range: BSONDocument = [
            "$gte": ["seat": .string(seat.id)], "$lt": ["seat": .string(seat.id + "\u{1}")],
        ]
        let ofCollection: BSONDocument = ["_id": .document(range), "uuid": ["$in": [archive.recorded, .null]]]
        return ["$and": [.document(ofCollection), .document(filter)]]
    }

    /// What is to be told of documents that are there though nobody deleted their originals.
    static func problems(_ ids: some Sequence<BSONValue>, _ reason: Reason, in database: String) -> [MoveProblem] {
        let words =
            switch reason {
            case .originalGone:
                "hot does not have it any more; what was in the archive is in \(collection(in: database))"
            case .duplicateGone:
                "the archive had it before, and somebody has deleted it there while hot's was moved; that is in"
                    + " \(collection(in: database))"
            case .notPutBack:
                "what a copy had replaced can't be put back: a unique index refuses it, or another document has its"
                    + " place; it is in \(collection(in: database))"
            case .doubtful:
                "hot has another document of this _id than the one that was being moved, or that one changed; what was"
                    + " in the archive is in \(collection(in: database))"
            }
        return ids.map { MoveProblem(id: $0.detached, kind: .conflict, reason: words) }
    }
}

extension Seat {
    /// The run whose mover it is of.
    var run: String { String(id.prefix { $0 != "/" }) }
}
