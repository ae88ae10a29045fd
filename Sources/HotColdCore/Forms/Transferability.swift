internal import Mongo

/// How a document can get into another collection without a byte changed.
enum Transferability {
    /// By an insert.
    case insert
    /// By an update that puts the document as a whole: an insert would replace a top-level `Timestamp(0, 0)` by the
    /// server's time (`fixDocumentForInsert` in its sources).
    case replace
    /// Not at all, for this reason.
    case impossible(String)

    /// Looks at the document's top-level fields; where they make no sense it stays where it is.
    init(of document: BSONDocument) {
        do { try self.init(document) } catch { self = .impossible("its fields can't be read: \(error)") }
    }

    private init(_ document: BSONDocument) throws {
        var reader = document.makeReader()
        guard let first = try reader.next(), first.hasName("_id") else {
            self = .impossible("its _id is not the first field; the server would move it there")
            return
        }
        self = .insert
        while let element = try reader.next() {
            guard element.value.type == .timestamp, element.value.bytes.allSatisfy({ $0 == 0 }) else { continue }
            self = .replace
        }
    }
}
