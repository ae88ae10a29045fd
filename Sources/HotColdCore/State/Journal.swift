internal import Mongo

/// The record of what was moved: a document for each committed batch, written in the transaction that moves it.
struct Journal: Sendable {
    /// How many bytes of each document's SHA-256 are kept, in the order of the ids: enough to name a document that
    /// changed since, at 16 bytes each.
    static let digestLength = 16

    let collection: Namespace
    let run: String
    let direction: Direction
    /// The collections.
    let identities: TierIdentities
    /// A run that deletes nothing from the source.
    let isCopyOnly: Bool
    /// Which deployment the archive is on: names of collections say that only within one.
    let coldCluster: BSONValue

    var source: Namespace { identities.source(direction).namespace }
    var target: Namespace { identities.target(direction).namespace }

    /// Writes the record of a batch, in the caller's transaction.
    func record(_ documents: [BSONDocument], ids: [BSONValue], at now: Int64, with client: borrowing Client) throws {
        var digests: [UInt8] = []
        digests.reserveCapacity(documents.count * Self.digestLength)
        for document in documents {
            Digest.append(sha256: document.bytes, prefix: Self.digestLength, to: &digests)
        }
        let bytes = documents.reduce(0) { $0 + $1.byteCount }
        try record(ids, digests: digests, bytes: bytes, at: now, with: client)
    }

    /// Writes the record of documents that are known by their digests alone, in the caller's transaction.
    ///
    /// - Parameters:
    ///   - digests: the kept parts, one after another.
    ///   - bytes: how large the documents are together, as far as that is known.
    func record(
        _ ids: [BSONValue],
        digests: [UInt8],
        bytes: Int,
        at now: Int64,
        with client: borrowing Client
    ) throws {
        var record: BSONDocument = [
            "_id": .objectID(ObjectID.make(at: now)), "run": .string(run), "direction": .string(direction.rawValue),
            "source": .string(source.description), "target": .string(target.description),
            "uuids": identities.recorded, "ids": .array(ids),
            "digests": .binary(digests), "count": .int(ids.count),
            "bytes": .int64(Int64(bytes)),
            "digest": .binary(Digest.sha256(digests[...])), "committed_at": .date(milliseconds: now),
        ]
        if isCopyOnly {
            record = record.appending("copy_only", true).appending("cold_cluster", coldCluster)
        } else {
            // `journal_days` count from here. Of copies they don't: without its record a copy looks like a duplicate.
            record = record.appending("kept_from", .date(milliseconds: now))
        }
        let result = try client.insert(DocumentBatch([record]), into: collection, comment: "hotcold \(run)")
        try result.orThrow()
    }

    /// Those of the ids that the run has recorded with these very bytes.
    ///
    /// - Parameter digests: the SHA-256 of each document by its id.
    func recorded(_ digests: [BSONValue: [UInt8]], with client: borrowing Client) throws -> Set<BSONValue> {
        guard !digests.isEmpty else { return [] }
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": [
                "run": .string(run), "source": .string(source.description), "ids": ["$in": .array(Array(digests.keys))],
            ],
            "projection": ["ids": 1, "digests": 1],
        ]
        var found: Set<BSONValue> = []
        try client.forEach(from: client.open(find, on: collection.database)) { record in
            let kept = record["digests"]?.binary ?? []
            for (index, id) in (record["ids"]?.array ?? []).enumerated() {
                guard let digest = digests[id]?.prefix(Self.digestLength) else { continue }
                let ofRecord = kept.dropFirst(index * Self.digestLength).prefix(Self.digestLength)
                if ofRecord.elementsEqual(digest) { found.insert(id.detached) }
            }
        }
        return found
    }

    // MARK: Copies made by copy-only runs

    /// Copy-only runs between the two collections, either way: what they left in cold is ours to replace.
    ///
    /// By their UUIDs: an archive that was put in the place of another one has none of that one's copies.
    var copyRecords: BSONDocument {
        [
            "copy_only": true, "cold_cluster": coldCluster, "uuids.hot": identities.hot.recorded,
            "uuids.cold": identities.cold.recorded,
        ]
    }

    /// A match filter for the records of all runs between two namespaces, either way.
    static func between(_ one: Namespace, _ other: Namespace) -> BSONDocument {
        let pair: BSONValue = ["$in": [.string(one.description), .string(other.description)]]
        return ["source": pair, "target": pair]
    }

    /// Whether any copy-only run between the two namespaces is on record.
    func hasCopies(with client: borrowing Client) throws -> Bool {
        let find: BSONDocument = [
            "find": .string(collection.collection), "filter": .document(copyRecords), "projection": ["_id": 1],
            "limit": 1, "hint": .string(StateStore.copies),
        ]
        return try !client.all(find, on: collection.database).isEmpty
    }

    /// Those of the ids that a copy-only run has put into cold or left there, and that no run has moved since.
    func copied(among ids: [BSONValue], with client: borrowing Client) throws -> Set<BSONValue> {
        let find: BSONDocument = [
            "find": .string(collection.collection),
            "filter": .document(copyRecords.appending("ids", ["$in": .array(ids)])),
            "projection": ["ids": 1],
        ]
        // A page at a time: each record has the ids of a whole batch.
        let asked = Set(ids)
        var copied: Set<BSONValue> = []
        try client.forEach(from: client.open(find, on: collection.database)) { record in
            for id in record["ids"]?.array ?? [] where asked.contains(id) { copied.insert(id.detached) }
        }
        return copied
    }

    /// Strikes ids out of the records of copy-only runs, once they were really moved.
    ///
    /// What is in the target from then on is no longer a copy. A record without copies expires like any other. In the
    /// caller's transaction.
    func forgetCopies(of ids: [BSONValue], at now: Int64, with client: borrowing Client) throws {
        let chosen: BSONValue = ["$in": .array(ids)]
        let emptied = copyRecords.appending("ids", []).appending("kept_from", .null)
        try client.write(
            [
                "update": .string(collection.collection),
                "updates": [
                    [
                        "q": .document(copyRecords.appending("ids", chosen)), "u": ["$pull": ["ids": chosen]],
                        "multi": true,
                    ],
                    [
                        "q": .document(emptied), "u": ["$set": ["kept_from": .date(milliseconds: now)]], "multi": true,
                    ],
                ],
            ],
            on: collection.database
        )
    }
}
