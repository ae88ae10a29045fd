internal import Mongo

extension Analyzer {
    /// Explains the documents of a collection that an operator's id may mean, in either tier or only in the journal;
    /// empty where nothing is known of any.
    ///
    /// - Parameter asOf: counts ages from another time than now, in milliseconds since 1970 UTC.
    /// - Throws: `MigrationError`.
    public func explain(
        _ id: RequestedID,
        in collection: CollectionConfiguration,
        asOf: Int64? = nil
    ) async throws(MigrationError) -> [Explanation] {
        do {
            let lookup = DocumentLookup(collection: collection, state: state, asOf: asOf ?? tiers.clock.start)
            let cold = try await tiers.cold.main.withClient { client in
                try lookup.documents(id.candidates, in: collection.cold, with: client)
            }
            let now = tiers.clock.now
            return try await tiers.hot.main.withClient { client in
                let hot = try lookup.documents(id.candidates, in: collection.hot, with: client)
                return try lookup.explain(id.candidates, hot: hot, cold: cold, at: now, with: client)
            }
        } catch let error as MongoError where error.isMalformedRequest {
            throw .selectionRefused(error)
        } catch {
            throw MigrationError(error)
        }
    }
}

/// Looks single documents up, and what hotcold has on record about them.
private struct DocumentLookup: Sendable {
    let collection: CollectionConfiguration
    let state: StateStore
    let asOf: Int64

    /// The most moves that are told of a document.
    private static let listedMoves = 20

    func documents(_ ids: [BSONValue], in namespace: Namespace, with client: borrowing Client) throws -> [BSONDocument]
    {
        let find: BSONDocument = ["find": .string(namespace.collection), "filter": .document(.matching(ids: ids))]
        return try client.all(find, on: namespace.database)
    }

    func explain(
        _ ids: [BSONValue],
        hot: [BSONDocument],
        cold: [BSONDocument],
        at now: Int64,
        with client: borrowing Client
    ) throws -> [Explanation] {
        // As the collections have them: the server finds 1.0 by 1.
        var known = Set((hot + cold).compactMap { $0["_id"] })
        for id in ids where known.isEmpty { if try !moves(of: id, with: client).isEmpty { known.insert(id) } }
        let uuid = try CollectionIdentity.currentUUID(of: collection.hot, with: client)
        let holds = Holds(collection: state.holds, namespace: collection.hot, uuid: uuid)
        return try known.map { id in
            let (inHot, inCold) = (hot.first { $0["_id"] == id }, cold.first { $0["_id"] == id })
            let policy = collection.policy
            let moves = try moves(of: id, with: client)
            return Explanation(
                collection: collection,
                id: id,
                isHot: inHot != nil,
                isCold: inCold != nil,
                evaluation: (inHot ?? inCold).map { policy.evaluate($0, at: asOf) },
                matchesFilter: try inHot == nil ? nil : policy.filter.map { try matches(id, $0, with: client) },
                matchesExclude: try inHot == nil ? nil : policy.exclude.map { try matches(id, $0, with: client) },
                heldUntil: try holds.end(of: id, at: now, with: client),
                moves: Array(moves.prefix(Self.listedMoves)),
                hasEarlierMoves: moves.count > Self.listedMoves
            )
        }
    }

    /// Whether the hot document of this id matches a filter, by the server's word.
    private func matches(_ id: BSONValue, _ filter: BSONDocument, with client: borrowing Client) throws -> Bool {
        let find: BSONDocument = [
            "find": .string(collection.hot.collection), "filter": ["$and": [["_id": id], .document(filter)]],
            "projection": ["_id": 1], "limit": 1,
        ]
        return try !client.all(find, on: collection.hot.database).isEmpty
    }

    /// The journal's records of a document between the two collections.
    ///
    /// One more than are listed, where there are so many.
    ///
    /// No index has the ids of moves: the server looks at a record for each batch of the last `journal_days`.
    private func moves(of id: BSONValue, with client: borrowing Client) throws -> [Explanation.Move] {
        let filter = Journal.between(collection.hot, collection.cold).appending("ids", id)
        let find: BSONDocument = [
            "find": .string(state.batches.collection), "filter": .document(filter),
            "projection": ["run": 1, "direction": 1, "committed_at": 1, "copy_only": 1],
            "sort": ["committed_at": -1], "limit": .int(Self.listedMoves + 1),
        ]
        return try client.all(find.alongIDs, on: state.database).map { record in
            guard let run = record["run"]?.string, let committedAt = record["committed_at"]?.dateMilliseconds,
                let direction = record["direction"]?.string.flatMap(Direction.init(rawValue:))
            else { throw MigrationError.bug("a record of the journal that makes no sense") }
            return Explanation.Move(
                run: run,
                direction: direction,
                committedAt: committedAt,
                isCopy: record["copy_only"]?.bool ?? false
            )
        }
    }
}
