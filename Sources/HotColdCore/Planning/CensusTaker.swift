internal import Mongo

/// Counts what a plan would move, and for a dry run what would stay.
///
/// By an index of the server's choice, which has every document that is asked for: what the scan finds along the plan's
/// own is compared with it.
struct CensusTaker {
    let source: Namespace
    let filter: PolicyFilter
    let selection: BSONDocument
    let order: MigrationPlan.ScanOrder
    let direction: Direction
    let holds: Holds
    /// How long the server may take for an answer; nil is for as long as it takes.
    var timeLimit: Duration?

    private var policy: Policy { filter.policy }

    /// Takes the census.
    ///
    /// `detailed` adds bytes and dates, and for a migration what stays, which takes a full pass.
    func take(detailed: Bool, at now: Int64, with client: borrowing Client) throws -> Census {
        if detailed {
            return direction == .migrate ? try wholeCollection(at: now, with: client) : try selected(with: client)
        }
        var census = Census()
        census.held = direction == .migrate ? try heldAndMatching(at: now, with: client) : 0
        census.eligible = try countSelected(with: client) - census.held
        return census
    }

    /// Everything that the policy says about every document.
    private func wholeCollection(at now: Int64, with client: borrowing Client) throws -> Census {
        let taker = PolicyCensusTaker(namespace: source, filters: [filter], grid: DateGrid([filter]), holds: holds)
        let found = try taker.take(at: now, with: client)
        func documents(_ temperature: Temperature) -> Int { found.documents(filter.conditions[temperature]).documents }
        var census = Census()
        census.eligible = found.eligible.documents
        census.held = found.held.sum { found.grid.holds(filter.conditions.cold, in: $0) }.documents
        census.bytes = found.eligible.bytes
        (census.oldest, census.newest) = (found.eligible.oldest, found.eligible.newest)
        var staying = Census.Staying()
        staying.hot = documents(.hot)
        staying.warm = documents(.warm)
        staying.unclassified = documents(.unclassified)
        // The two passes see different moments of a collection in use.
        staying.filteredOut = max(0, documents(.cold) - census.eligible - census.held)
        census.staying = staying
        return census
    }

    /// What a query selects, with bytes and dates.
    private func selected(with client: borrowing Client) throws -> Census {
        let row = try aggregate([["$match": .document(selection)], policy.sumStage], with: client)
        let sum = policy.sum(row)
        var census = Census()
        (census.eligible, census.bytes) = (sum.documents, sum.bytes)
        (census.oldest, census.newest) = (sum.oldest, sum.newest)
        return census
    }

    /// Held documents that the policy would move, some ids at a time.
    private func heldAndMatching(at now: Int64, with client: borrowing Client) throws -> Int {
        try holds.all(at: now, with: client).partsOfQueries.reduce(0) { sum, ids in
            try sum + count(["$and": [.document(.matching(ids: ids)), .document(selection)]], with: client)
        }
    }

    private func countSelected(with client: borrowing Client) throws -> Int {
        try countInIndex(with: client) ?? count(.document(selection), with: client)
    }

    /// The number that an index gives without a look at the documents, a tenth of the work; nil where it can't.
    ///
    /// That takes a range of one field and an index that has never seen an array on its path: `$lt` would look into it.
    private func countInIndex(with client: borrowing Client) throws -> Int? {
        guard direction == .migrate, case .oldestFirst = order, selection == filter.cold,
            let bounds = filter.conditions.cold.boundsFilter
        else { return nil }
        let count: BSONDocument = ["count": .string(source.collection), "query": .document(bounds)]
        let plan = try QueryPlan(of: count, on: source.database, with: client)
        guard plan.stages.contains("COUNT_SCAN"), !plan.isMultikey else { return nil }
        return Int(try client.run(limited(count), on: source.database, .read)["n"]?.quantity ?? 0)
    }

    private func count(_ match: BSONValue, with client: borrowing Client) throws -> Int {
        let row = try aggregate([["$match": match], ["$count": "documents"]], with: client)
        return Int(row["documents"]?.quantity ?? 0)
    }

    private func aggregate(_ pipeline: [BSONValue], with client: borrowing Client) throws -> BSONDocument {
        let command: BSONDocument = [
            "aggregate": .string(source.collection), "pipeline": .array(pipeline), "cursor": [:],
        ]
        return try client.all(limited(command), on: source.database).first ?? BSONDocument()
    }

    private func limited(_ command: BSONDocument) -> BSONDocument {
        timeLimit.map { command.appending("maxTimeMS", .int64($0.milliseconds)) } ?? command
    }
}
