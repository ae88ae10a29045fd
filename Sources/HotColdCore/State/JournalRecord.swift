internal import Mongo

/// A record of the journal, read back: what one committed batch moved.
struct JournalRecord: Sendable {
    /// Its `_id`, which is of the order in which a run's records were written.
    let id: BSONValue
    let run: String
    let direction: Direction
    let source: Namespace
    let target: Namespace
    /// The documents moved; of a copy-only run those whose copies no run has moved for good since.
    let ids: [BSONValue]
    /// `Journal.digestLength` bytes of SHA-256 for each document of the batch, in the order in which the ids were.
    let digests: ArraySlice<UInt8>
    /// SHA-256 of `digests`.
    let digest: ArraySlice<UInt8>
    /// How many documents the batch had.
    let count: Int
    let bytes: Int64
    /// In milliseconds since 1970 UTC.
    let committedAt: Int64
    let isCopyOnly: Bool

    /// Reads a document of `batches`.
    ///
    /// - Throws: `MigrationError.bug` for one that hotcold has not written.
    init(_ document: BSONDocument) throws {
        guard let run = document["run"]?.string,
            let direction = document["direction"]?.string.flatMap(Direction.init(rawValue:)),
            let source = document["source"]?.string.flatMap(Namespace.init),
            let target = document["target"]?.string.flatMap(Namespace.init),
            let ids = document["ids"]?.array, let digests = document["digests"]?.binary,
            let digest = document["digest"]?.binary, let count = document["count"]?.quantity,
            let committedAt = document["committed_at"]?.dateMilliseconds
        else { throw MigrationError.bug("a record of the journal that makes no sense: \(document["_id"] ?? .null)") }
        id = document["_id"] ?? .null
        self.run = run
        self.direction = direction
        self.source = source
        self.target = target
        self.ids = ids
        self.digests = digests
        self.digest = digest
        self.count = Int(count)
        self.bytes = document["bytes"]?.quantity ?? 0
        self.committedAt = committedAt
        isCopyOnly = document["copy_only"]?.bool ?? false
    }
}
