internal import Mongo
internal import ThreadSafety

/// The documents of a batch as one transaction read them, by `_id`.
struct SourceBatch: Sendable {
    let documents: DocumentBatch
    let ids: [BSONValue]
    private let positions = Positions()

    init(_ documents: DocumentBatch) throws {
        self.documents = documents
        var ids: [BSONValue] = []
        ids.reserveCapacity(documents.count)
        for document in documents {
            guard let id = document["_id"] else { throw MigrationError.bug("a document came without its _id") }
            ids.append(id)
        }
        self.ids = ids
    }

    private init(_ documents: DocumentBatch, ids: [BSONValue]) {
        self.documents = documents
        self.ids = ids
    }

    /// The same documents under the ids by which they were asked for, where the server takes those for equal: 1 for 1.0.
    func aligned(to asked: [BSONValue]) -> SourceBatch {
        let known = Set(asked)
        guard ids.contains(where: { !known.contains($0) }) else { return self }
        let names = Dictionary(asked.compactMap { id in id.numericKey.map { ($0, id) } }) { first, _ in first }
        let aligned = ids.map { id in known.contains(id) ? id : id.numericKey.flatMap { names[$0] } ?? id }
        return SourceBatch(documents, ids: aligned)
    }

    /// No documents.
    static var empty: SourceBatch { SourceBatch() }

    private init() {
        documents = DocumentBatch()
        ids = []
    }

    var count: Int { documents.count }
    var isEmpty: Bool { documents.isEmpty }

    /// Whether these are the ids, each once and in any order.
    func hasExactly(_ ids: [BSONValue]) -> Bool {
        guard ids.count == count else { return false }
        // Asked for in the order of `_id`, as a scan by `_id` asks, they come in that order.
        return ids == self.ids || ids.allSatisfy { self[$0] != nil }
    }

    subscript(id: BSONValue) -> BSONDocument? {
        isEmpty ? nil : positions.position(of: id, in: ids).map { documents[$0] }
    }

    /// The part of the batch whose ids are chosen, in the same order, sharing the bytes.
    func selecting(_ isIncluded: (BSONValue) -> Bool) throws -> SourceBatch {
        let chosen = ids.map(isIncluded)
        if chosen.allSatisfy(\.self) { return self }
        let ids = zip(ids, chosen).filter(\.1).map(\.0)
        return SourceBatch(documents.selecting { chosen[$0] }, ids: ids)
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

/// Where the ids of a batch stand, found out when that is asked for the first time: for most batches nobody asks.
private final class Positions: Sendable {
    private let found = Locked<[BSONValue: Int]?>(nil)

    func position(of id: BSONValue, in ids: [BSONValue]) -> Int? {
        found.withLock { found in
            if let found { return found[id] }
            let positions = Dictionary(zip(ids, ids.indices)) { _, last in last }
            found = positions
            return positions[id]
        }
    }
}
