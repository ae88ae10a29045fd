import HotColdCore
import Mongo
import TestSupport
import Testing

extension MoveFixture {
    /// The databases of the tiers: two, or one that is both.
    var tiers: [TestDatabase] { topology == .oneCluster ? [hot] : [hot, cold] }

    /// The state databases: one for each cluster.
    var states: [TestDatabase] { topology == .oneCluster ? [state] : [state, coldState] }

    /// Whether no tier is on the standalone server.
    var hasTransactions: Bool { !tiers.contains { $0.uri != nil && $0.uri == (try? TestServer.standaloneURI) } }

    /// The database that a collection belongs to, by its name: an archive's ends in `_archive`.
    func tier(of collection: String) -> TestDatabase { collection.hasSuffix("_archive") ? cold : hot }

    /// The database that has the lease of a collection.
    func state(of collection: String) -> TestDatabase { collection.hasSuffix("_archive") ? coldState : state }

    /// Expects the tiers of a collection to hold exactly these documents, byte for byte, in any order; nil for a tier
    /// that does not matter.
    func expect(
        hot: [BSONDocument]? = nil,
        cold: [BSONDocument]? = nil,
        in collection: String = "items",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        if let hot { try await expect(collection, holds: hot, sourceLocation: sourceLocation) }
        if let cold { try await expect(collection + "_archive", holds: cold, sourceLocation: sourceLocation) }
    }

    /// Expects a collection to hold exactly these documents.
    ///
    /// A database is given where the collection's name does not say its tier.
    func expect(
        _ collection: String,
        in database: TestDatabase? = nil,
        holds expected: [BSONDocument],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var surplus: [BSONDocument: Int] = [:]
        for document in try await (database ?? tier(of: collection)).documents(in: collection) {
            surplus[document, default: 0] += 1
        }
        for document in expected { surplus[document, default: 0] -= 1 }
        let differences = surplus.filter { $0.value != 0 }
        guard !differences.isEmpty else { return }
        let examples = differences.sorted { $0.value < $1.value }.prefix(4).map { document, count in
            "\(count < 0 ? "missing" : "too many"): \(document.testDescription.prefix(500))"
        }
        Issue.record(
            "\(collection): \(differences.count) differences\n\(examples.joined(separator: "\n"))",
            sourceLocation: sourceLocation
        )
    }

    /// The documents that the archive's cluster has in quarantine, byte for byte.
    func quarantined() async throws -> [BSONDocument] {
        try await coldState.documents(in: "quarantine").map { record in
            try BSONDocument(bytes: #require(record["document"]?.binary))
        }
    }

    /// Expects the journal to account for everything in the archive: each id once, no other, where nobody but
    /// `migrate` has written there.
    func expectJournalIsArchive(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let records = try await journal()
        let ids = records.flatMap { $0["ids"]?.array ?? [] }
        let archived = try await cold.documents(in: "items_archive").compactMap { $0["_id"] }
        #expect(ids.count == archived.count, "ids in the journal", sourceLocation: sourceLocation)
        #expect(Set(ids) == Set(archived), sourceLocation: sourceLocation)
        #expect(Set(ids).count == ids.count, "an id was moved twice", sourceLocation: sourceLocation)
        let counts = records.reduce(0) { $0 + ($1["count"]?.integer ?? 0) }
        #expect(counts == ids.count, sourceLocation: sourceLocation)
    }

    /// Puts documents into a collection as they are, those too that an insert would alter.
    func put(_ documents: [BSONDocument], into collection: String) async throws {
        for document in documents {
            try await change(
                document["_id"] ?? .null,
                in: collection,
                [["$replaceWith": ["$literal": .document(document)]]],
                upsert: true
            )
        }
    }

    /// An application's update of one document.
    func change(
        _ id: BSONValue,
        in collection: String = "items",
        _ update: BSONValue,
        upsert: Bool = false
    ) async throws {
        let command: BSONDocument = [
            "update": .string(collection), "updates": [["q": ["_id": id], "u": update, "upsert": .bool(upsert)]],
        ]
        let reply = try await tier(of: collection).withClient { try $0.write(command, on: $1) }
        try #require(reply["n"]?.integer == 1)
    }

    /// An application's delete of one document.
    func delete(_ id: BSONValue, in collection: String = "items") async throws {
        let database = tier(of: collection)
        let namespace = database.namespace(collection)
        let count = try await database.withClient { client, _ in
            try client.delete(ids: [id], from: namespace, comment: "test")
        }
        try #require(count == 1)
    }
}
