public import Mongo

/// What the two tiers have of one document: what `hotcold diff` shows.
public struct DocumentDifference: Sendable {
    /// What it comes to; the raw values are those of reports.
    public enum Verdict: String, Sendable {
        /// Both have the same bytes.
        case identical
        /// Both have it, with other bytes.
        case different
        /// Only hot has it.
        case onlyHot = "only_hot"
        /// Only the archive has it.
        case onlyCold = "only_cold"
    }

    /// The entry of the configuration.
    public var collection: CollectionConfiguration
    /// The document's `_id`, as hot has it, or else the archive.
    public var id: BSONValue
    /// The hot version.
    public var hot: BSONDocument?
    /// The archived version.
    public var cold: BSONDocument?
    /// Where they differ; empty unless both are there.
    public var fields: [FieldDifference]

    /// Compares two versions; nil where there is none, or one without `_id`.
    public init?(_ collection: CollectionConfiguration, hot: BSONDocument?, cold: BSONDocument?) {
        guard let id = (hot ?? cold)?["_id"] else { return nil }
        self.collection = collection
        self.id = id
        self.hot = hot
        self.cold = cold
        fields = if let hot, let cold { FieldDifference.all(hot: hot, cold: cold) } else { [] }
    }

    /// The size of the hot version.
    public var hotBytes: Int? { hot?.byteCount }
    /// The size of the archived version.
    public var coldBytes: Int? { cold?.byteCount }

    /// What it comes to.
    public var verdict: Verdict {
        switch (hot, cold) {
        case (_, nil): .onlyHot
        case (nil, _): .onlyCold
        case (let hot, let cold): hot == cold ? .identical : .different
        }
    }
}

extension DocumentDifference {
    /// The difference as `--json` prints it: values as relaxed Extended JSON, and their types, which that does not tell.
    public var structured: StructuredValue {
        [
            "collection": .string(collection.name), "id": .bson(id), "hot": .string(collection.hot.description),
            "cold": .string(collection.cold.description), "verdict": .string(verdict.rawValue),
            "hot_bytes": hotBytes.map(StructuredValue.int) ?? .null,
            "cold_bytes": coldBytes.map(StructuredValue.int) ?? .null, "differences": .array(fields.map(\.structured)),
        ]
    }
}

extension FieldDifference {
    fileprivate var structured: StructuredValue {
        [
            "field": .string(field), "path": .array(path.map(StructuredValue.string)),
            "hot": hotValue ?? .null, "hot_type": hotType.map(StructuredValue.string) ?? .null,
            "cold": coldValue ?? .null, "cold_type": coldType.map(StructuredValue.string) ?? .null,
            "order_only": .bool(isOfOrder),
        ]
    }
}

extension Tiers {
    /// Looks up what both tiers have of the documents that an operator's id may mean; empty where neither has one.
    ///
    /// The servers compare: hot may have 1 where the archive has 1.0.
    ///
    /// - Throws: `MigrationError`.
    public func differences(
        of id: RequestedID,
        in collection: CollectionConfiguration
    ) async throws(MigrationError) -> [DocumentDifference] {
        do {
            let ids = id.candidates
            let hot = try await hot.main.withClient { client in
                try ids.map { try client.document($0, in: collection.hot) }
            }
            let cold = try await cold.main.withClient { client in
                try ids.map { try client.document($0, in: collection.cold) }
            }
            return zip(hot, cold).compactMap { DocumentDifference(collection, hot: $0, cold: $1) }
        } catch let error as MongoError where error.isMalformedRequest {
            throw .selectionRefused(error)
        } catch {
            throw MigrationError(error)
        }
    }
}

extension Client {
    /// The document that a server finds by an `_id`.
    fileprivate func document(_ id: BSONValue, in namespace: Namespace) throws -> BSONDocument? {
        let find: BSONDocument = [
            "find": .string(namespace.collection), "filter": ["_id": ["$eq": id]], "limit": 1,
        ]
        return try all(find, on: namespace.database).first?.detached
    }
}
