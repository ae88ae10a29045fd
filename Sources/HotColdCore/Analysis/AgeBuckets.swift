/// The buckets of the histograms of age and idle time, in days of 24 h.
///
/// A document that is exactly 30 days old is in the bucket from 30 days on; one with a date in the future is in the first.
struct AgeBuckets {
    /// Where buckets begin, in days.
    static let days = [0, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650]

    /// The first moments that are younger than each of these ages, in milliseconds since 1970.
    let moments: [Int64]

    /// The buckets as seen from a moment, in milliseconds since 1970.
    init(at now: Int64) {
        moments = Self.days.map { days in
            let (moment, overflow) = now.subtractingReportingOverflow(Int64(days) * 86_400_000)
            // At exactly this age a document is in the bucket.
            return overflow ? .min : moment == .max ? .max : moment + 1
        }
    }

    /// A histogram of a field, from cells of a grid that is cut at `moments`.
    func histogram(of field: DatedField, standIn: DatedField?, _ census: PolicyCensus) -> [CollectionAnalysis.Bucket] {
        var volumes = Array(repeating: DateGrid.Sum(), count: Self.days.count + 1)
        for cell in census.all {
            let found = census.grid.found(field, in: cell)
            let substitute = found.isAbsent ? standIn.map { census.grid.found($0, in: cell) } : nil
            guard let moment = (substitute ?? found).moment else { continue }
            volumes[moments.count { moment < $0 }] += cell.sum
        }
        return volumes.enumerated().map { index, sum in
            CollectionAnalysis.Bucket(
                fromDays: index == 0 ? nil : Self.days[index - 1],
                toDays: index < Self.days.count ? Self.days[index] : nil,
                volume: CollectionAnalysis.Volume(sum)
            )
        }
    }
}
