internal import Mongo

/// Counts what a plan would move, and for a dry run what would stay.
struct CensusTaker {
    let source: Namespace
    let policy: Policy
    let filter: PolicyFilter
    let selection: BSONDocument
    let order: MigrationPlan.ScanOrder
    let direction: Direction
    let holds: Holds

    /// Takes the census.
    ///
    /// `detailed` adds bytes and dates, and for a migration a full pass over what stays.
    func take(detailed: Bool, at now: Int64, with client: borrowing Client) throws -> Census {
        var census = Census()
        let matching: Int
        if detailed {
            let sums = try aggregate(
                [["$match": .document(selection)], ["$group": .document(sums)]],
                hinted: true,
                with: client
            )
            matching = Int(sums["documents"]?.integer ?? 0)
            census.bytes = sums["bytes"]?.integer ?? 0
            census.oldest = sums["oldest"].flatMap(policy.date(fromExpression:))
            census.newest = sums["newest"].flatMap(policy.date(fromExpression:))
        } else {
            let count = try aggregate(
                [["$match": .document(selection)], ["$count": "documents"]],
                hinted: true,
                with: client
            )
            matching = Int(count["documents"]?.integer ?? 0)
        }
        census.held = direction == .migrate ? try heldAndMatching(at: now, with: client) : 0
        census.eligible = matching - census.held
        if detailed, direction == .migrate {
            census.staying = try staying(matching: matching, with: client)
        }
        return census
    }

    private var sums: BSONDocument {
        [
            "_id": .null, "documents": ["$sum": 1], "bytes": ["$sum": ["$bsonSize": "$$ROOT"]],
            "oldest": ["$min": policy.dateExpression], "newest": ["$max": policy.dateExpression],
        ]
    }

    /// One pass over the collection: how many documents there are of each temperature.
    private func staying(matching: Int, with client: borrowing Client) throws -> Census.Staying {
        let group: BSONValue = ["$group": ["_id": filter.temperature, "documents": ["$sum": 1]]]
        let command: BSONDocument = [
            "aggregate": .string(source.collection), "pipeline": [group], "cursor": [:],
        ]
        var counts: [String: Int] = [:]
        for entry in try client.all(command, on: source.database) {
            counts[entry["_id"]?.string ?? ""] = Int(entry["documents"]?.integer ?? 0)
        }
        var staying = Census.Staying()
        staying.hot = counts[Temperature.hot.rawValue] ?? 0
        staying.warm = counts[Temperature.warm.rawValue] ?? 0
        staying.unclassified = counts[Temperature.unclassified.rawValue] ?? 0
        // The two passes see different moments of a collection in use.
        staying.filteredOut = max(0, (counts[Temperature.cold.rawValue] ?? 0) - matching)
        return staying
    }

    /// Held documents that the policy would move, a thousand ids at a time.
    private func heldAndMatching(at now: Int64, with client: borrowing Client) throws -> Int {
        var remaining = try holds.all(at: now, with: client)[...]
        var count = 0
        while !remaining.isEmpty {
            let some = remaining.prefix(1000)
            remaining = remaining.dropFirst(1000)
            let match: BSONValue = ["$and": [.document(.matching(ids: some)), .document(selection)]]
            let reply = try aggregate([["$match": match], ["$count": "documents"]], hinted: false, with: client)
            count += Int(reply["documents"]?.integer ?? 0)
        }
        return count
    }

    private func aggregate(
        _ pipeline: [BSONValue],
        hinted: Bool,
        with client: borrowing Client
    ) throws -> BSONDocument {
        var command: BSONDocument = [
            "aggregate": .string(source.collection), "pipeline": .array(pipeline), "cursor": [:],
        ]
        if hinted, case .oldestFirst(let index, _) = order { command = command.appending("hint", .string(index)) }
        return try client.all(command, on: source.database).first ?? BSONDocument()
    }
}
