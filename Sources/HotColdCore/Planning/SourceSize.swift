internal import Mongo

/// How many documents a source has, as what a share is measured by.
///
/// The server keeps count, and after a crash its count is wrong for ever, in either direction. So it is good for a
/// report; before a rule lets documents move because they are few, those that they are few among are counted.
struct SourceSize {
    /// By the server's count, put right as far as what is known contradicts it.
    private(set) var documents: Int

    private let facts: CollectionFacts
    private var stored: Int { Int(facts.usage.documents) }

    /// Takes the server's word for it.
    init(_ facts: CollectionFacts) {
        self.facts = facts
        documents = Int(facts.usage.documents)
    }

    /// Counts them where the server's count is less than some of them.
    mutating func settle(for census: Census, with client: borrowing Client) throws {
        let least = census.eligible + census.held
        guard stored < least else { return }
        documents = max(least, try count(upTo: .max, with: client))
    }

    /// Why a run has to be confirmed although its share may be small; nil where the server keeps count at all.
    func doubt(moving eligible: Int) -> String? {
        guard stored == 0, eligible > 0 else { return nil }
        return
            "the server counts no document in \(facts.namespace), and \(eligible.grouped) would move: its count is"
            + " wrong, as it is after a crash (\(MongoShell.collection(facts.namespace)).validate() puts it right)"
    }

    /// How many there are: counted, where they are fewer than `enough`.
    func counted(upTo enough: Int, with client: borrowing Client) throws -> Int {
        let found = try count(upTo: enough, with: client)
        return found < enough ? found : max(found, documents)
    }

    /// Counts keys of the index on `_id`, no more than needed.
    private func count(upTo limit: Int, with client: borrowing Client) throws -> Int {
        guard limit > 0 else { return 0 }
        // A clustered collection has none, and lies in its order.
        let hasIndex = facts.indexes.contains { $0.name == "_id_" }
        return try client.count(of: facts.namespace, upTo: limit, byIDs: hasIndex)
    }
}

extension Client {
    /// How many documents a collection has, no more than `limit`.
    ///
    /// - Parameter byIDs: by the keys of the index on `_id`, which has to be there.
    func count(of namespace: Namespace, upTo limit: Int, byIDs: Bool) throws -> Int {
        var command: BSONDocument = [
            "aggregate": .string(namespace.collection),
            "pipeline": [["$limit": .int64(Int64(limit))], ["$count": "documents"]], "cursor": [:],
            "comment": "hotcold",
        ]
        if byIDs { command = command.appending("hint", "_id_") }
        return Int(try all(command, on: namespace.database).first?["documents"]?.quantity ?? 0)
    }
}

extension CollectionFacts {
    /// The same with another number of documents.
    func having(documents: Int) -> CollectionFacts {
        var facts = self
        facts.usage.documents = Int64(documents)
        return facts
    }
}
