internal import HotColdCore

/// How many runs ended how.
struct HistorySummary {
    /// All runs.
    private(set) var count = 0
    private var counts: [String: Int] = [:]

    /// Counts a run.
    mutating func add(_ record: RunRecord) {
        count += 1
        counts[record.status, default: 0] += 1
    }

    /// Each status with its number, the most frequent first.
    var byStatus: [(status: String, count: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    /// The numbers as `--json` prints them.
    var structured: StructuredValue { .object(byStatus.map { .init($0.status, .int($0.count)) }) }
}
