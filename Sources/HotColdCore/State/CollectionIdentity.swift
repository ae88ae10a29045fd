internal import Mongo

/// A collection by the UUID that the server made with it: its name may come to mean another one.
///
/// Somebody renames a collection, or puts an empty one in its place, while a run is at work or before its half-done batches
/// are settled. By name such a run would take documents for gone that are elsewhere, and leave copies behind for ever.
struct CollectionIdentity: Sendable, Hashable {
    /// What it was called when it was looked up.
    let namespace: Namespace
    /// A binary of subtype 4; nil where there was no such collection.
    let uuid: BSONValue?
    /// Whether the server compares UUIDs in the command itself (`collectionUUID`, MongoDB 6.0).
    let isCompared: Bool

    /// The UUID for commands to this collection; nil where the server does not compare it.
    var compared: BSONValue? { isCompared ? uuid : nil }

    /// The UUID as records keep it.
    var recorded: BSONValue { uuid ?? .null }

    /// Looks up what a name means now.
    ///
    /// Blocks.
    static func read(_ namespace: Namespace, with client: borrowing Client) throws -> CollectionIdentity {
        let uuid = try currentUUID(of: namespace, with: client)
        let unknown: BSONValue = .binary([UInt8](repeating: 0, count: 16), subtype: 4)
        do {
            try CollectionIdentity(namespace: namespace, uuid: uuid ?? unknown, isCompared: true).check(with: client)
        } catch let error as MongoError where error.code == MongoError.Code.collectionUUIDMismatch {
            // It knows how to compare.
        } catch let error as MongoError where error.isMalformedRequest {
            return CollectionIdentity(namespace: namespace, uuid: uuid, isCompared: false)  // An older server.
        }
        return CollectionIdentity(namespace: namespace, uuid: uuid, isCompared: true)
    }

    /// The UUID that a name has now; nil where it means nothing, or a view.
    static func currentUUID(of namespace: Namespace, with client: borrowing Client) throws -> BSONValue? {
        let list: BSONDocument = ["listCollections": 1, "filter": ["name": .string(namespace.collection)]]
        return try client.all(list, on: namespace.database).first?["info"]?.document?["uuid"]?.detached
    }

    /// Throws where the name means another collection now, or none.
    ///
    /// - Throws: `MigrationError.unsuitable`, or `MongoError` with code `collectionUUIDMismatch`.
    func check(with client: borrowing Client) throws {
        guard let uuid, !isCompared else { return try checkInTransaction(with: client) }
        guard try Self.currentUUID(of: namespace, with: client) != uuid else { return }
        throw MigrationError.replaced(
            "\(namespace) is another collection than it was; the last batches may have gone to the one that is there now"
        )
    }

    /// The same where the server does not compare UUIDs in commands: before each batch, since a transaction can't ask.
    ///
    /// So what goes astray is a batch of each mover, not the rest of the run.
    func checkUnlessCompared(with client: borrowing Client) throws {
        if !isCompared { try check(with: client) }
    }

    /// The same in a transaction, to whose end the answer holds: a rename waits for it.
    ///
    /// A server that does not compare has nothing to say there.
    func checkInTransaction(with client: borrowing Client) throws {
        guard compared != nil else { return }
        let find: BSONDocument = [
            "find": .string(namespace.collection), "filter": ["_id": ["$in": []]], "limit": 1,
        ]
        _ = try client.open(named(in: find), on: namespace.database)
    }

    /// A filter for records that have the UUID in a field; none where it is not known.
    func matches(_ field: String, _ others: BSONDocument = [:]) -> [BSONValue] {
        uuid.map { [.document(others.appending(field, $0))] } ?? []
    }

    /// A command that the server refuses where the name means another collection.
    func named(in command: BSONDocument) -> BSONDocument {
        compared.map { command.appending("collectionUUID", $0) } ?? command
    }
}

/// The collections of both tiers.
struct TierIdentities: Sendable {
    let hot: CollectionIdentity
    let cold: CollectionIdentity

    /// Throws where the name of one means another collection now, or none.
    ///
    /// - Throws: as `CollectionIdentity.check` does.
    func check(with clients: borrowing ClientPair) throws {
        try hot.check(with: clients.first)
        try cold.check(with: clients.second)
    }

    /// The same over the tiers' own connections, waiting for each of them.
    func check(in tiers: Tiers, retryingFor patience: Duration, stop: StopRequest) async throws {
        for (identity, pool) in [(hot, tiers.hot), (cold, tiers.cold)] {
            try await retrying(for: patience, stop: stop) {
                try await pool.main.withClient { try identity.check(with: $0) }
            }
        }
    }

    /// The same where servers do not compare UUIDs in commands.
    func checkUnlessCompared(hot: borrowing Client, cold: borrowing Client) throws {
        try self.hot.checkUnlessCompared(with: hot)
        try self.cold.checkUnlessCompared(with: cold)
    }

    func source(_ direction: Direction) -> CollectionIdentity { direction == .migrate ? hot : cold }
    func target(_ direction: Direction) -> CollectionIdentity { direction == .migrate ? cold : hot }

    /// The UUIDs as records keep them.
    var recorded: BSONValue { ["hot": hot.recorded, "cold": cold.recorded] }

    /// The collections that a record is about: those at hand where they have its UUIDs, under whatever name, else those that
    /// it names.
    func recorded(in document: BSONDocument, hot hotName: String, cold coldName: String) -> TierIdentities? {
        guard let hotNamespace = document[hotName]?.string.flatMap(Namespace.init),
            let coldNamespace = document[coldName]?.string.flatMap(Namespace.init)
        else { return nil }
        let uuids = document["uuids"]?.document
        return TierIdentities(
            hot: hot.orNamed(hotNamespace, uuids?["hot"]),
            cold: cold.orNamed(coldNamespace, uuids?["cold"])
        )
    }
}

extension CollectionIdentity {
    fileprivate func orNamed(_ name: Namespace, _ recorded: BSONValue?) -> CollectionIdentity {
        let known = recorded.flatMap { $0.type == .binary ? $0.detached : nil }
        if let known, known == uuid { return self }
        return CollectionIdentity(namespace: name, uuid: known, isCompared: isCompared)
    }
}

extension MigrationError {
    /// A name means another collection than the one that was meant.
    static func replaced(_ reason: String) -> MigrationError {
        .unsuitable(
            reason: reason,
            hint: "somebody renamed, dropped or exchanged it; give it its name back, or correct the configuration"
        )
    }
}
