internal import Mongo

/// Reads documents by `_id`, in the caller's transaction or with a read concern of its own.
///
/// The `_id` index is hinted: with a filter beside the ids the server might prefer another one, and documents of source
/// and target would come in different orders. There is a limit, though an `_id` is there once: a server that has found
/// all need not look what comes after the last, past all entries of the index that were deleted in the last five minutes.
/// A restore after a migration spent 15 ms of each batch with that.
struct BatchReader: Sendable {
    let comment: String
    /// For reads outside a transaction.
    var readConcern: BSONDocument?
    /// The UUID that the collection has to have, for a server that compares it.
    var uuid: BSONValue?

    /// The first reply, of at most 16 MB, to a `find` of these ids; the caller goes on or closes the cursor.
    func open(
        _ ids: [BSONValue],
        matching selection: BSONDocument? = nil,
        in namespace: Namespace,
        with client: borrowing Client
    ) throws -> CursorPage {
        try client.open(find(ids, matching: selection, in: namespace), on: namespace.database)
    }

    /// All documents of these ids, by id.
    func all(_ ids: [BSONValue], in namespace: Namespace, with client: borrowing Client) throws -> SourceBatch {
        try SourceBatch(documents(ids, in: namespace, with: client))
    }

    /// All documents of these ids in the order of the `_id` index, over as many replies as it takes.
    func documents(_ ids: [BSONValue], in namespace: Namespace, with client: borrowing Client) throws -> DocumentBatch {
        var page = try open(ids, in: namespace, with: client)
        guard page.next != nil else { return page.documents }
        var documents = Array(page.documents)
        while let cursor = page.next {
            page = try client.next(cursor)
            documents += page.documents
        }
        return DocumentBatch(documents)
    }

    /// The ids, as the collection has them, of those documents that have one of these.
    func present(_ ids: [BSONValue], in namespace: Namespace, with client: borrowing Client) throws -> [BSONValue] {
        let find = find(ids, in: namespace).appending("projection", ["_id": 1])
        return try client.all(find, on: namespace.database).compactMap { $0["_id"] }
    }

    private func find(
        _ ids: [BSONValue],
        matching selection: BSONDocument? = nil,
        in namespace: Namespace
    ) -> BSONDocument {
        let chosen = BSONDocument.matching(ids: ids)
        let filter: BSONDocument = selection.map { ["$and": [.document(chosen), .document($0)]] } ?? chosen
        var find: BSONDocument = [
            "find": .string(namespace.collection), "filter": .document(filter), "hint": ["_id": 1],
            "limit": .int(ids.count), "batchSize": .int(ids.count + 1), "comment": .string(comment),
        ]
        if let uuid { find = find.appending("collectionUUID", uuid) }
        return readConcern.map { find.appending("readConcern", .document($0)) } ?? find
    }
}
