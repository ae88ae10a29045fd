import Mongo

@testable import HotColdCore

extension CollectionFacts {
    /// What a server would say about a collection of the database `db`.
    static func sample(
        _ name: String,
        _ form: Form = .collection,
        options: BSONDocument = [:],
        indexes: [Index] = [],
        documents: Int64 = 0,
        averageDocumentBytes: Int? = nil
    ) -> CollectionFacts {
        var usage = StorageUsage()
        usage.documents = documents
        return CollectionFacts(
            namespace: Namespace(database: "db", collection: name),
            form: form,
            options: options,
            indexes: indexes,
            averageDocumentBytes: averageDocumentBytes,
            usage: usage
        )
    }
}

extension CollectionFacts.Index {
    /// An index on one field, with options such as `hidden`.
    static func on(_ field: String, _ direction: BSONValue = 1, options: BSONDocument = [:]) -> Self {
        CollectionFacts.Index(name: "\(field)_1", key: BSONDocument(field, direction), specification: options)
    }

    /// A TTL index.
    static func expiring(_ field: String, after seconds: BSONValue) -> Self {
        on(field, options: ["expireAfterSeconds": seconds])
    }
}

extension SafetyChecks {
    /// The checks of a move from `db.hot` to `db.cold`, which are as ordinary as can be unless said otherwise.
    static func of(
        _ source: CollectionFacts = .sample("hot"),
        to target: CollectionFacts = .sample("cold"),
        _ direction: Direction = .migrate,
        policy: Policy = .sample(.timeBased),
        allowsTTL: Bool = false
    ) -> SafetyChecks {
        SafetyChecks(source: source, target: target, direction: direction, policy: policy, allowsTTL: allowsTTL)
    }

    /// What is refused, each with its hint.
    var refusalTexts: [String] { refusals.map { "\($0) \($0.hint ?? "")" } }
}
