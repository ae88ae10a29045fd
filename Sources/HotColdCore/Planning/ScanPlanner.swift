internal import Mongo

/// Finds out how the server would read a selection.
struct ScanPlanner {
    let facts: CollectionFacts
    let selection: BSONDocument

    /// Along the first index on the field that gives the order without sorting; else as the server likes.
    func order(by field: FieldPath?, with client: borrowing Client) throws -> MigrationPlan.ScanOrder {
        guard let field else { return .natural }
        let sort: BSONValue = .document(BSONDocument(field.description, 1))
        for index in facts.indexes where index.leads(with: field) {
            guard let plan = try explain(sort, along: index, with: client) else { continue }
            if plan.stages.contains("IXSCAN"), !plan.stages.contains("SORT") {
                return .oldestFirst(index: index.name, field: field)
            }
        }
        return .natural
    }

    /// By `_id` in the place of oldest first, where all that is cold moves and is half of the collection at least: then
    /// looking at the others too costs less than reading in the order of an index.
    ///
    /// Not where the oldest had better come first all the same, since something ends the run before or the server deletes
    /// them by itself. And the others must be few enough to be looked at between two replies.
    func order(
        _ order: MigrationPlan.ScanOrder,
        moving count: Int,
        options: MoveOptions
    ) -> MigrationPlan.ScanOrder {
        guard case .oldestFirst(let index, let field) = order, count > 0,
            options.limit == nil, options.deadline == nil, options.maximumRate == nil,
            facts.expiries.isEmpty
        else { return order }
        let staying = max(0, facts.usage.documents - Int64(count))
        let bytes = staying.multipliedOrSaturated(by: Int64(facts.averageDocumentBytes ?? 0))
        return count >= staying && bytes <= Self.lookedAtInReply ? .byID(index: index, field: field) : order
    }

    /// Bytes that a server may have to read to find the next documents that move: some 10 s from a disk.
    private static let lookedAtInReply: Int64 = 1 << 30

    /// An index on the field that orders documents and nevertheless does not give that order; nil where there is none.
    func indexWithoutOrder(_ order: MigrationPlan.ScanOrder, by field: FieldPath?) -> String? {
        guard order == .natural, let field else { return nil }
        return facts.indexes.first { $0.leads(with: field) }?.name
    }

    /// The indexes that serve the selection in that order; empty where the server looks at every document.
    func servingIndexes(_ order: MigrationPlan.ScanOrder, with client: borrowing Client) throws -> [String] {
        if case .oldestFirst(let index, _) = order { return [index] }
        return try explain([:], with: client).indexes
    }

    /// How the server would sort along an index; nil where somebody has dropped or hidden that since it was looked up.
    private func explain(
        _ sort: BSONValue,
        along index: CollectionFacts.Index,
        with client: borrowing Client
    ) throws -> QueryPlan? {
        do {
            return try explain(["sort": sort, "hint": .string(index.name)], with: client)
        } catch let error as MongoError where error.isMalformedRequest {
            guard try !client.hasIndex(index.name, on: facts.namespace) else { throw error }
            return nil
        }
    }

    /// How the server would run a `find` of the selection.
    private func explain(_ options: BSONDocument, with client: borrowing Client) throws -> QueryPlan {
        var find: BSONDocument = [
            "find": .string(facts.namespace.collection), "filter": .document(selection),
        ]
        for option in try options.elements() { find = find.appending(option.name, option.value) }
        return try QueryPlan(of: find, on: facts.namespace.database, with: client)
    }
}

extension Client {
    /// Whether a collection has an index of that name that queries may use.
    borrowing func hasIndex(_ name: String, on collection: Namespace) throws -> Bool {
        try all(["listIndexes": .string(collection.collection)], on: collection.database)
            .contains { $0["name"]?.string?.isExactly(name) == true && $0["hidden"]?.bool != true }
    }
}
