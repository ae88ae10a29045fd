public import Mongo

/// A document in quarantine, as it is listed.
public struct QuarantineEntry: Sendable {
    /// The document's `_id`; null where a record has no room for it.
    public let id: BSONValue
    /// The collection that it was taken out of, by its name at that time.
    public let namespace: Namespace
    /// The run whose batch it was in.
    public let run: String
    /// Why it is there: `original_gone`, `not_put_back`, `doubtful`.
    public let reason: String
    /// Since when, in milliseconds since 1970 UTC.
    public let quarantinedAt: Int64
    /// The document's size.
    public let bytes: Int64
    /// Nobody has looked yet whether hot has it: a run is at work, or died.
    public let isPending: Bool
    /// The document; nil where only the list was asked for.
    public internal(set) var document: BSONDocument?

    /// The document as relaxed Extended JSON that can't steer a terminal; nil where it is not at hand, or has text that is
    /// not UTF-8.
    public var documentText: String? { document.flatMap { ExtendedJSON.string(from: $0)?.escaped } }

    /// The record's own `_id`.
    let key: BSONValue
    /// What the collection was known by; nil where nobody knew.
    let uuid: BSONValue?
    /// On which deployment the record is.
    let server: Finding.Server

    /// Reads a record.
    ///
    /// - Throws: `MigrationError.bug` for one that hotcold has not written.
    init(_ record: BSONDocument, on server: Finding.Server) throws {
        guard let key = record["_id"],
            let namespace = record["ns"]?.string.flatMap(Namespace.init), let run = record["run"]?.string,
            let reason = record["reason"]?.string, let time = record["quarantined_at"]?.dateMilliseconds,
            let bytes = record["bytes"]?.quantity
        else { throw MigrationError.bug("a record in quarantine that makes no sense: \(record["_id"] ?? .null)") }
        self.key = key.detached
        id = key.document?["id"]?.detached ?? .null
        self.namespace = namespace
        self.run = run
        self.reason = reason
        quarantinedAt = time
        self.bytes = bytes
        isPending = record["pending"]?.bool == true
        uuid = record["uuid"].flatMap { $0.type == .binary ? $0.detached : nil }
        self.server = server
    }
}

/// Which documents in quarantine are meant.
public struct QuarantineSelection: Sendable {
    /// Those with these ids; nil for all.
    public var ids: [RequestedID]?
    /// Those of a run; nil for all.
    public var run: String?

    /// Selects documents.
    public init(ids: [RequestedID]? = nil, run: String? = nil) {
        self.ids = ids
        self.run = run
    }

    /// What was typed and is not there, as it was typed; a run counts where nothing of it is there.
    public func missing(among entries: [QuarantineEntry]) -> [String] {
        let ids = (ids ?? []).filter { id in !entries.contains { id.means($0.id) } }.map(\.text)
        return ids.isEmpty && entries.isEmpty ? [run].compactMap(\.self) : ids
    }

    /// The `_id`s of documents that one text means and others as well: who discards one must not lose the other.
    func unclear(among entries: [QuarantineEntry]) -> Set<BSONValue> {
        (ids ?? []).reduce(into: []) { unclear, id in
            let meant = Set(entries.map(\.id).filter(id.means))
            if meant.count > 1 { unclear.formUnion(meant) }
        }
    }
}

/// What is in quarantine of one collection, and what became of it.
public struct QuarantineReport: Sendable {
    /// The entry of the configuration.
    public let collection: CollectionConfiguration
    /// What was asked for.
    public let act: QuarantineKeeper.Act
    /// Nothing was written: numbers are of what would be.
    public let isDryRun: Bool
    /// What was selected.
    public var entries: [QuarantineEntry] = []
    /// How many were put back or discarded.
    public var settled = 0
    /// How large these were together.
    public var settledBytes: Int64 = 0
    /// What stays though it was to go, and why.
    public var problems: [MoveProblem] = []
    /// What ended it.
    public var error: MigrationError?

    init(_ collection: CollectionConfiguration, _ act: QuarantineKeeper.Act, isDryRun: Bool) {
        self.collection = collection
        self.act = act
        self.isDryRun = isDryRun
    }

    /// How large what was selected is together.
    public var bytes: Int64 { entries.reduce(0) { $0 + $1.bytes } }
}
