internal import Mongo

/// A hot collection counted by its policy, and by others that differ from it in a threshold.
struct PolicyCensus: Sendable {
    let grid: DateGrid
    /// All documents.
    let all: [DateGrid.Cell]
    /// Those of them that `filter` and `exclude` let move.
    ///
    /// Where there are such, documents that are cold by none of the policies may be left out.
    let candidates: [DateGrid.Cell]
    /// The candidates that are held in hot after a restore.
    let held: [DateGrid.Cell]
    /// What would move: candidates that are cold and not held.
    var eligible: DateGrid.Sum
    /// How many documents the others were estimated from; nil where all were counted.
    let sampled: Int?

    /// The documents for which a condition holds.
    func documents(_ condition: Condition) -> DateGrid.Sum { all.sum { grid.holds(condition, in: $0) } }

    /// The candidates for which a condition holds, less what is held; without dates, which don't subtract.
    func movable(_ condition: Condition) -> DateGrid.Sum {
        let matching = candidates.sum { grid.holds(condition, in: $0) }
        let staying = held.sum { grid.holds(condition, in: $0) }
        // The passes see different moments of a collection in use.
        return DateGrid.Sum(
            documents: max(0, matching.documents - staying.documents),
            bytes: max(0, matching.bytes - staying.bytes)
        )
    }
}

extension DateGrid {
    /// A grid for a census of a policy at a moment, and of the same policy with other thresholds: cut where its kind
    /// looks, since each cut is a comparison for every document.
    ///
    /// - Parameter moments: where it is cut besides, on every axis.
    init(_ filters: [PolicyFilter], moments: [Int64] = []) {
        let (policy, cutoffs) = (filters[0].policy, filters.map(\.cutoffs))
        let dateCuts = policy.kind == .accessBased ? [] : cutoffs.flatMap { [$0.hot, $0.cold] }
        let accessCuts = policy.kind == .timeBased ? [] : cutoffs.map(\.access)
        self.init(policy, dateCuts: dateCuts + moments, accessCuts: accessCuts + moments)
    }
}
