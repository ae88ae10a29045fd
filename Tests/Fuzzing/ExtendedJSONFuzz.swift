import HotColdCore
import Mongo
import TestSupport

extension FuzzTarget {
    /// BSON as Extended JSON, by libbson and by our own writer, and libbson's reader.
    static let extendedJSON = FuzzTarget(
        name: "extended-json",
        seeds: {
            let documents = EveryBSONType.documents.map(\.document).filter { $0.byteCount < 2_000 }
            return documents.map { Array($0.bytes) }
                + documents.compactMap { ExtendedJSON.string(from: $0, .canonical) }.map { Array($0.utf8) }
        },
        run: { bytes in
            if let document = try? BSONDocument(bytes: bytes[...]) {
                show(document)
            } else if let document = try? ExtendedJSON.document(from: String(decoding: bytes, as: UTF8.self)) {
                _ = (try? document.validate(), show(document))
            }
        }
    )

    private static func show(_ document: BSONDocument) {
        _ = ExtendedJSON.string(from: document, .canonical)
        _ = ExtendedJSON.string(from: document, .relaxed)
        for value in [StructuredValue(extendedJSON: .document(document)), StructuredValue(.document(document))] {
            for layout in [StructuredValue.Layout.compact, .pretty] {
                let text = value.json(layout)
                require(isOneLine(text) || layout == .pretty, "a line in one line")
            }
            if let again = value.bsonDocument { _ = try? again.validate() }
        }
    }

    private static func isOneLine(_ text: String) -> Bool { !text.utf8.contains(0x0A) }
}
