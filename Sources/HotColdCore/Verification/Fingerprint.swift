internal import Mongo

/// A document's size and SHA-256: enough to tell whether two are the same bytes, without keeping either.
struct Fingerprint: Sendable, Hashable {
    let byteCount: Int
    let digest: [UInt8]

    init(_ document: BSONDocument) {
        byteCount = document.byteCount
        digest = Digest.sha256(document.bytes)
    }

    /// The part of the digest that the journal keeps.
    var journalDigest: ArraySlice<UInt8> { digest.prefix(Journal.digestLength) }
}

extension BatchReader {
    /// Reads what the majority has, for a comparison.
    static let verifying = BatchReader(comment: "hotcold verify", readConcern: ["level": "majority"])

    /// The same for a collection that has to be this one still.
    static func verifying(_ collection: CollectionIdentity) -> BatchReader {
        var reader = verifying
        reader.uuid = collection.compared
        return reader
    }

    /// The fingerprints of the documents that have one of these ids, under the `_id` as each document has it.
    ///
    /// Holds one reply at a time, of at most 16 MB, however large the documents are.
    func fingerprints(
        _ ids: [BSONValue],
        in namespace: Namespace,
        with client: borrowing Client
    ) throws -> [BSONValue: Fingerprint] {
        guard !ids.isEmpty else { return [:] }
        var found: [BSONValue: Fingerprint] = [:]
        try client.forEach(from: open(ids, in: namespace, with: client)) { document in
            guard let id = document["_id"] else { throw MigrationError.bug("a document came without its _id") }
            found[id.detached] = Fingerprint(document)
        }
        return found
    }
}
