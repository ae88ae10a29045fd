internal import Mongo

/// The documents of a batch as one transaction read them, by `_id`.
struct SourceBatch: Sendable {
    private(set) var documents: DocumentBatch
    private(set) var ids: [BSONValue]
    private var positions: [BSONValue: Int]

    init(_ documents: DocumentBatch) throws {
        self.documents = documents
        ids = []
        ids.reserveCapacity(documents.count)
        positions = [:]
        positions.reserveCapacity(documents.count)
        for (position, document) in documents.enumerated() {
            guard let id = document["_id"] else { throw MigrationError.bug("a document came without its _id") }
            ids.append(id)
            positions[id] = position
        }
    }

    /// No documents.
    static var empty: SourceBatch { SourceBatch() }

    private init() {
        documents = DocumentBatch()
        ids = []
        positions = [:]
    }

    var count: Int { documents.count }
    var isEmpty: Bool { documents.isEmpty }

    /// Whether these are the ids, each once and in any order.
    func hasExactly(_ ids: [BSONValue]) -> Bool { ids.count == count && ids.allSatisfy { positions[$0] != nil } }

    subscript(id: BSONValue) -> BSONDocument? { positions[id].map { documents[$0] } }

    /// The part of the batch whose ids are chosen, in the same order, sharing the bytes.
    func selecting(_ isIncluded: (BSONValue) -> Bool) throws -> SourceBatch {
        if ids.allSatisfy(isIncluded) { return self }
        return try SourceBatch(documents.selecting { isIncluded(ids[$0]) })
    }

    /// The ids whose copies differ from the documents here, or are missing among them.
    ///
    /// Both come from the `_id` index, so they lie in the same order but for what is not in both.
    func differences(from copies: DocumentBatch) throws -> [BSONValue] {
        if copies.count == count, zip(documents, copies).allSatisfy({ $0 == $1 }) { return [] }
        let copies = try SourceBatch(copies)
        return ids.filter { copies[$0] != self[$0] }
    }
}
