/// Documents that lie one after another in one run of bytes, as a reply brought them: one allocation for all.
public struct DocumentBatch: Sendable, RandomAccessCollection {
    /// The bytes that hold the documents, and maybe others between them.
    let arena: ArraySlice<UInt8>
    /// Where each document starts, counted from the arena's start.
    let offsets: [Int]

    init(arena: ArraySlice<UInt8>, offsets: [Int]) {
        self.arena = arena
        self.offsets = offsets
    }

    /// No documents.
    public init() { self.init(arena: [], offsets: []) }

    /// Documents that were not read together, copied into one run of bytes.
    public init(_ documents: some Sequence<BSONDocument>) {
        var arena: [UInt8] = []
        var offsets: [Int] = []
        for document in documents {
            offsets.append(arena.count)
            arena.append(contentsOf: document.bytes)
        }
        self.init(arena: arena[...], offsets: offsets)
    }

    /// The elements of an array of documents.
    ///
    /// - Throws: `BSONError` where one is malformed or no document.
    init(array: BSONDocument) throws(BSONError) {
        let base = array.bytes.startIndex
        var offsets: [Int] = []
        var reader = array.makeReader()
        while let element = try reader.next() {
            guard element.value.type == .document else {
                throw BSONError("an element that is no document", at: element.value.bytes.startIndex - base)
            }
            let document = try BSONDocument(bytes: element.value.bytes)
            offsets.append(document.bytes.startIndex - base)
        }
        self.init(arena: array.bytes, offsets: offsets)
    }

    /// Those of the documents that a condition picks, without copying them.
    public func selecting(_ isIncluded: (Int) throws -> Bool) rethrows -> DocumentBatch {
        DocumentBatch(arena: arena, offsets: try offsets.indices.filter(isIncluded).map { offsets[$0] })
    }

    /// Where the first document stands.
    public var startIndex: Int { 0 }
    /// One past the last document.
    public var endIndex: Int { offsets.count }

    /// The document at a position, in the shared storage.
    ///
    /// Its frame was checked when the batch was made.
    public subscript(position: Int) -> BSONDocument {
        let start = arena.startIndex + offsets[position]
        let length = Int(arena.littleEndian(Int32.self, at: offsets[position]) ?? 0)
        return BSONDocument(unchecked: arena[start..<start + length])
    }

    /// The documents' own bytes, added up.
    public var byteCount: Int { reduce(0) { $0 + $1.byteCount } }
}
