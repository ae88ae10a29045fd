internal import Mongo

/// Takes a `PolicyCensus`: one pass over the collection, a second one over what is cold where a `filter` or `exclude`
/// says what may move, and a look at each document that is held.
struct PolicyCensusTaker {
    let namespace: Namespace
    /// The policy at a moment, and after it the same with other thresholds.
    let filters: [PolicyFilter]
    let grid: DateGrid
    let holds: Holds
    /// Estimates from so many documents taken at random; nil counts all.
    var sample: Int?

    private var policy: Policy { filters[0].policy }

    /// Counts.
    ///
    /// Blocks for as long as the server takes to read the collection.
    ///
    /// - Parameter now: decides which holds have ended, in milliseconds since 1970.
    /// - Throws: `MongoError`, or `MigrationError.bug`.
    func take(at now: Int64, with client: borrowing Client) throws -> PolicyCensus {
        let held = try holds.all(at: now, with: client)
        let heldCells = try held.partsOfQueries.flatMap { ids in
            let match: BSONValue = ["$and": .array([.document(.matching(ids: ids))] + policy.admission)]
            return try cells([["$match": match]], with: client)
        }
        let (all, candidates, sampled) = try takeSample(with: client) ?? takeAll(with: client)
        var census = PolicyCensus(
            grid: grid,
            all: all,
            candidates: candidates,
            held: heldCells,
            eligible: DateGrid.Sum(),
            sampled: sampled
        )
        census.eligible = try eligible(census, held: held, with: client)
        return census
    }

    private typealias Counts = (all: [DateGrid.Cell], candidates: [DateGrid.Cell], sampled: Int?)

    private func takeAll(with client: borrowing Client) throws -> Counts {
        let all = try cells([], with: client)
        if policy.admission.isEmpty { return (all, all, nil) }
        let cold: BSONValue = ["$or": .array(filters.map { .document($0.cold) })]
        return (all, try cells([["$match": ["$and": .array([cold] + policy.admission)]]], with: client), nil)
    }

    /// Counts a sample and multiplies; nil where everything is as quickly counted.
    private func takeSample(with client: borrowing Client) throws -> Counts? {
        guard let sample else { return nil }
        let total = try client.storedCount(of: namespace)
        guard sample < total else { return nil }
        let admitted: BSONValue = policy.admission.isEmpty ? [:] : ["$and": .array(policy.admission)]
        // Both of the same documents, so that what is a part of the other stays one.
        let facets: BSONDocument = [
            "all": [grid.groupStage],
            "candidates": [["$match": admitted], grid.groupStage],
        ]
        let row = try rows([["$sample": ["size": .int(sample)]], ["$facet": .document(facets)]], with: client).first
        func cells(_ name: String) throws -> [DateGrid.Cell] {
            let rows = row?[name]?.array?.compactMap(\.document) ?? []
            return try rows.map { try grid.cell($0, policy: policy).scaled(by: Double(total) / Double(sample)) }
        }
        return (try cells("all"), try cells("candidates"), sample)
    }

    /// What would move.
    private func eligible(
        _ census: PolicyCensus,
        held: [BSONValue],
        with client: borrowing Client
    ) throws -> DateGrid.Sum {
        let cold = filters[0].conditions.cold
        var sum = census.movable(cold)
        let matching = census.candidates.sum { grid.holds(cold, in: $0) }
        (sum.oldest, sum.newest) = (matching.oldest, matching.newest)
        // Where a held document may be the oldest, the others are asked again; but not where a command of 16 MB would be
        // too small for the question, nor for an estimate.
        let isHeld = census.held.contains { grid.holds(cold, in: $0) }
        guard isHeld, census.sampled == nil, held.reduce(0, { $0 + $1.bytes.count + 16 }) < 8 << 20 else { return sum }
        let others: BSONValue = ["$and": [.document(filters[0].eligible), ["_id": ["$nin": .array(held)]]]]
        let rest = try cells([["$match": others]], with: client).sum()
        (sum.oldest, sum.newest) = (rest.oldest, rest.newest)
        return sum
    }

    private func cells(_ stages: [BSONValue], with client: borrowing Client) throws -> [DateGrid.Cell] {
        try rows(stages + [grid.groupStage], with: client).map { try grid.cell($0, policy: policy) }
    }

    private func rows(_ pipeline: [BSONValue], with client: borrowing Client) throws -> [BSONDocument] {
        try client.all(
            ["aggregate": .string(namespace.collection), "pipeline": .array(pipeline), "cursor": [:]],
            on: namespace.database
        )
    }
}

extension DateGrid.Cell {
    func scaled(by factor: Double) -> DateGrid.Cell {
        var cell = self
        cell.sum.documents = Int(saturating: Double(sum.documents) * factor)
        cell.sum.bytes = Int64(saturating: Double(sum.bytes) * factor)
        return cell
    }
}

extension Array {
    /// The elements in their order, so many at a time.
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
