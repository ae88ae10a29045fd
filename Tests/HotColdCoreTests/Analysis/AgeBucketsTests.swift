import Mongo
import Testing

@testable import HotColdCore

@Suite struct AgeBucketsTests {
    /// A census that found one document at each of these ages, in milliseconds, in the field `d`.
    private static func census(ages: [Int64], _ policy: Policy = .sample(.timeBased)) -> PolicyCensus {
        let buckets = AgeBuckets(at: policyNow)
        let grid = DateGrid([PolicyFilter(policy, at: policyNow)], moments: buckets.moments)
        let cells = ages.map { age in
            let interval = grid.axes[0].intervals.interval(of: policyNow - age)
            return DateGrid.Cell(
                positions: [.interval(interval), .type("missing")],
                sum: DateGrid.Sum(documents: 1, bytes: 10)
            )
        }
        return PolicyCensus(grid: grid, all: cells, candidates: cells, held: [], eligible: DateGrid.Sum(), sampled: nil)
    }

    private static func histogram(ages: [Int64]) -> [CollectionAnalysis.Bucket] {
        let field = DatedField(path: .of("d"), type: .date)
        return AgeBuckets(at: policyNow).histogram(of: field, standIn: nil, census(ages: ages))
    }

    @Test func `buckets are those of the contract`() {
        let buckets = Self.histogram(ages: [])
        #expect(buckets.map(\.fromDays) == [nil, 0, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650])
        #expect(buckets.map(\.toDays) == [0, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650, nil])
        #expect(buckets.allSatisfy { $0.volume == CollectionAnalysis.Volume() })
    }

    @Test func `an age that is a limit is in the bucket that begins with it`() {
        let day = dayMilliseconds
        for (ages, index) in [
            ([-1, -day, -1000 * day], 0), ([0, 1, 30 * day - 1], 1), ([30 * day, 60 * day - 1], 2), ([60 * day], 3),
            ([90 * day, 180 * day - 1], 4), ([180 * day], 5), ([365 * day, 730 * day - 1], 6),
            ([730 * day], 7), ([1095 * day], 8), ([1825 * day, 3650 * day - 1], 9), ([3650 * day, 100_000 * day], 10),
        ] {
            for age in ages {
                let counts = Self.histogram(ages: [age]).map(\.volume.documents)
                #expect(counts.firstIndex(of: 1) == index, "\(age)")
                #expect(counts.reduce(0, +) == 1, "\(age)")
            }
        }
    }

    @Test func `a missing access counts by the date where the policy says so`() {
        let policy = Policy.sample(.accessBased, missing: .useDate)
        let census = Self.census(ages: [10 * dayMilliseconds], policy)
        let field = DatedField(path: .of("a"), type: .date)
        let buckets = AgeBuckets(at: policyNow)
        let counted = buckets.histogram(of: field, standIn: policy.accessStandIn, census)
        #expect(counted[1].volume.documents == 1)
        #expect(buckets.histogram(of: field, standIn: nil, census).allSatisfy { $0.volume.documents == 0 })
    }

    @Test(arguments: [Int64.min, .min + 1, 0, .max - 1, .max])
    func `there are buckets at any moment`(now: Int64) {
        let moments = AgeBuckets(at: now).moments
        #expect(moments.count == 10 && moments == moments.sorted(by: >))
    }
}
