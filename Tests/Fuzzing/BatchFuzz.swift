import TestSupport

@testable import HotColdCore
@testable import Mongo

extension FuzzTarget {
    /// Documents in one run of bytes, and what a move makes of them.
    static let batch = FuzzTarget(
        name: "batch",
        seeds: {
            let documents = EveryBSONType.documents.map(\.document).filter { $0.byteCount < 300 }
            return stride(from: 0, to: documents.count - 5, by: 5).map { start in
                Array(BSONValue.array(documents[start..<start + 5].map(BSONValue.document)).bytes)
            }
        },
        run: { bytes in
            guard let array = try? BSONDocument(bytes: bytes[...]), let batch = try? DocumentBatch(array: array) else {
                return
            }
            for document in batch {
                require((try? BSONDocument(bytes: document.bytes)) == document, "every document's frame is right")
                _ = Transferability(of: document)
                _ = Fingerprint(document)
            }
            require(Array(DocumentBatch(Array(batch))) == Array(batch), "copied, the same documents")
            guard let source = try? SourceBatch(batch) else { return }
            require(source.ids.allSatisfy { source[$0] != nil }, "every document by its id")
            require((try? source.selecting { _ in false })?.isEmpty ?? true, "none selected")
            sort(source)
        }
    )

    private static func sort(_ batch: SourceBatch) {
        var isFirst = false
        guard
            let existing = try? batch.selecting({ _ in
                isFirst.toggle()
                return isFirst
            }),
            let sorting = try? BatchSorting(batch, existing: existing, replaceable: [], onConflict: .replace)
        else { return }
        require(sorting.moving.ids.allSatisfy { batch[$0] != nil }, "what moves was in the batch")
        require(sorting.inserts.count + sorting.replacements.count <= batch.count, "nothing is written twice")
    }
}
