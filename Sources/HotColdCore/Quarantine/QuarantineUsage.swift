internal import Mongo

/// How much of a collection is in quarantine.
public struct QuarantineUsage: Sendable, Equatable {
    /// How many documents.
    public var documents = 0
    /// How large they are together.
    public var bytes: Int64 = 0

    /// Nothing.
    public init() {}

    /// Reads how much there is.
    ///
    /// - Throws: `MongoError`.
    static func read(
        _ collection: CollectionConfiguration,
        _ store: StateStore,
        in tiers: Tiers
    ) async throws -> QuarantineUsage {
        let names: [BSONValue] = [collection.hot, collection.cold].map { .string($0.description) }
        let sum: BSONDocument = [
            "aggregate": .string(store.quarantine.collection),
            "pipeline": [
                ["$match": ["ns": ["$in": .array(names)]]],
                ["$group": ["_id": .null, "documents": ["$sum": 1], "bytes": ["$sum": "$bytes"]]],
            ],
            "cursor": [:],
        ]
        let database = store.database
        var usage = QuarantineUsage()
        for (_, pool) in tiers.deployments {
            let row = try await pool.main.withClient { try $0.all(sum.alongIDs, on: database) }.first
            usage.documents += Int(row?["documents"]?.quantity ?? 0)
            usage.bytes += row?["bytes"]?.quantity ?? 0
        }
        return usage
    }

    /// How much there is, in a sentence with what to do; nil where there is none.
    var sentence: String? {
        guard documents > 0 else { return nil }
        let are = documents == 1 ? "document is" : "documents are"
        return "\(documents.grouped) \(are) in quarantine; \(AdvisedCommand.line("quarantine list")) shows what and why"
    }

    /// The usage as reports have it.
    var structured: StructuredValue { ["documents": .int(documents), "bytes": .int(bytes)] }
}
