import Mongo
import TestSupport
import Testing

@testable import HotColdCore

@Suite struct DateIntervalsTests {
    static let some: [[Int64]] = [
        [], [0], [5, 5, 5], [-1, 0, 1], [.min], [.min, .max], [.max], [100, -7, 30, 12, 99, 13, 2, 2, 0],
    ]

    @Test(arguments: some)
    func `a moment is in the interval of as many cuts as it is not before`(cuts: [Int64]) {
        let intervals = DateIntervals(cuts: cuts)
        var generator = SeededGenerator(seed: 7)
        let moments =
            cuts + cuts.flatMap { [$0 &- 1, $0 &+ 1] }
            + (0..<100).map { _ in .random(in: -200...200, using: &generator) }
        for moment in moments {
            #expect(intervals.interval(of: moment) == Set(cuts).count { moment >= $0 }, "\(moment)")
        }
    }

    @Test(arguments: some)
    func `an interval has a moment that is in it`(cuts: [Int64]) {
        let intervals = DateIntervals(cuts: cuts)
        for interval in 0..<intervals.count where !(interval == 0 && cuts.contains(.min)) {
            #expect(intervals.interval(of: intervals.moment(in: interval)) == interval)
        }
    }

    @Test func `the server compares a value with few of many cuts`() throws {
        func depth(_ expression: BSONValue) -> Int {
            guard let branches = expression.document?["$cond"]?.array else { return 0 }
            return 1 + (branches.dropFirst().map(depth).max() ?? 0)
        }
        let intervals = DateIntervals(cuts: (0..<15).map { Int64($0) })
        #expect(depth(intervals.expression("$d", .date)) == 4)
        #expect(DateIntervals(cuts: []).expression("$d", .date) == 0)
    }

    @Test func `cuts that no value of a type can reach are not asked about`() {
        // ObjectIds say 1970 to 2106.
        let intervals = DateIntervals(cuts: [-1000, 0, 5_000_000_000_000])
        #expect(intervals.expression("$d", .objectID) == 2)
    }
}
