import Mongo
import Testing

@testable import HotColdCore

@Suite struct PolicyFilterTests {
    private let cutoff = BSONValue.date(milliseconds: policyNow - 90 * dayMilliseconds)

    @Test func `cold dates are a range that an index has, arrays ruled out`() {
        let filter = PolicyFilter(.sample(.timeBased), at: policyNow)
        #expect(filter.cold == ["d": ["$lt": cutoff, "$not": ["$type": "array"]]])
        var nested = Policy.sample(.timeBased)
        nested.dateField = .of("x.y.d")
        let notAnArray: BSONValue = ["$not": ["$type": "array"]]
        #expect(
            PolicyFilter(nested, at: policyNow).cold
                == ["x.y.d": ["$lt": cutoff, "$not": ["$type": "array"]], "x": notAnArray, "x.y": notAnArray]
        )
    }

    /// What an index alone may be asked, where it has seen no array.
    @Test func `cold dates are a mere range, unless a part of the path may be a place in an array`() {
        func bounds(_ path: String, _ type: Policy.DateType = .date) -> BSONDocument? {
            var policy = Policy.sample(.timeBased, type)
            policy.dateField = .of(path)
            return PolicyFilter(policy, at: policyNow).conditions.cold.boundsFilter
        }
        #expect(bounds("x.d") == ["x.d": ["$lt": cutoff]])
        #expect(bounds("x.d2") == ["x.d2": ["$lt": cutoff]])
        for path in ["0", "d.0", "events.12.at"] { #expect(bounds(path) == nil, "\(path)") }
        #expect(bounds("d", .epochMillis) == nil)
        #expect(PolicyFilter(.sample(.hybrid), at: policyNow).conditions.cold.boundsFilter == nil)
    }

    @Test func `cold numbers leave out NaN, infinities and Decimal128`() {
        let filter = PolicyFilter(.sample(.timeBased, .epochMillis), at: policyNow)
        let exclusion: BSONValue = ["$type": ["array", "decimal"]]
        #expect(
            filter.cold
                == [
                    "d": [
                        "$lt": .int64(policyNow - 90 * dayMilliseconds), "$gt": .double(-.infinity), "$not": exclusion,
                    ]
                ]
        )
    }

    @Test func `cold ObjectIds are a range from the first of a second`() {
        let filter = PolicyFilter(.sample(.timeBased, .objectID, hot: 0, cold: 0), at: 1_000_000_000_001)
        let bound = BSONValue.objectID([0x3B, 0x9A, 0xCA, 0x01] + Array(repeating: 0, count: 8))
        #expect(filter.cold == ["d": ["$lt": bound, "$not": ["$type": "array"]]])
    }

    @Test func `cold strings have bounds of days around the cutoff`() {
        let filter = PolicyFilter(.sample(.timeBased, .iso8601), at: policyNow)
        // The cutoff is 2026-08-24T16:00:00Z.
        #expect(filter.cold["d"] == ["$lt": "2026-08-26"])
        #expect(filter.hot["d"] == ["$gte": "2026-10-21"])
        #expect(filter.cold["$expr"] != nil)
        // No day of four digits lies two days on: then no bound.
        let late = PolicyFilter(.sample(.timeBased, .iso8601, hot: 0, cold: 0), at: 253_402_300_799_999)
        #expect(late.cold["d"] == ["$type": "string"])
    }

    @Test func `warm is nothing where there is no room for it`() {
        #expect(PolicyFilter(.sample(.accessBased), at: policyNow).warm == .matchingNothing)
        #expect(PolicyFilter(.sample(.timeBased, hot: 90), at: policyNow).warm == .matchingNothing)
    }

    @Test(arguments: Policy.DateType.allCases)
    func `nothing is cold beyond 64 bits`(type: Policy.DateType) {
        #expect(PolicyFilter(.sample(.timeBased, type, cold: .max), at: policyNow).cold == .matchingNothing)
    }

    @Test func `eligible is cold and the policy's filter and not its exclusion`() {
        var policy = Policy.sample(.timeBased)
        let cold = PolicyFilter(policy, at: policyNow).cold
        #expect(PolicyFilter(policy, at: policyNow).eligible == cold)
        policy.filter = ["status": "closed"]
        #expect(PolicyFilter(policy, at: policyNow).eligible == ["$and": [.document(cold), ["status": "closed"]]])
        policy.exclude = ["keep": true]
        #expect(
            PolicyFilter(policy, at: policyNow).eligible
                == ["$and": [.document(cold), ["status": "closed"], ["$nor": [["keep": true]]]]]
        )
        policy.filter = nil
        #expect(
            PolicyFilter(policy, at: policyNow).eligible == ["$and": [.document(cold), ["$nor": [["keep": true]]]]]
        )
    }

    @Test func `the oldest come first by the date, or by the access where that alone decides`() {
        #expect(PolicyFilter(.sample(.timeBased), at: policyNow).sortField == .of("d"))
        #expect(PolicyFilter(.sample(.hybrid), at: policyNow).sortField == .of("d"))
        #expect(PolicyFilter(.sample(.accessBased), at: policyNow).sortField == .of("a"))
    }

    @Test func `a policy without its field is a programming error`() async {
        await #expect(processExitsWith: .failure) { _ = PolicyFilter(Policy(kind: .timeBased), at: 0) }
        await #expect(processExitsWith: .failure) {
            _ = PolicyFilter(Policy(kind: .hybrid, dateField: FieldPath("d")), at: 0)
        }
    }

    /// The bound is a double for most cutoffs: it must divide doubles and integers as the exact quotient does.
    @Test func `a bound in seconds divides numbers as exact arithmetic does`() {
        var state: UInt64 = 1
        for round in 0..<5_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let cutoff = Int64(bitPattern: state) >> Int64(round % 64)
            guard cutoff != .min, case .at(let bound) = Policy.DateType.epochSeconds.bound(for: cutoff) else {
                continue
            }
            let near = Double(cutoff) / 1000
            for number in [near, near.nextUp, near.nextDown, near.rounded(.down), near.rounded(.up)] {
                let field = DatedField(path: .of("d"), type: .epochSeconds)
                guard let moment = field.read(["d": .double(number)]).found.moment else { continue }
                let less = bound.double.map { number < $0 } ?? isLess(number, bound.integer ?? 0)
                #expect(less == (moment < cutoff), "\(number) with the cutoff \(cutoff)")
            }
        }
    }

    private func isLess(_ number: Double, _ integer: Int64) -> Bool {
        guard let whole = Int64(exactly: number.rounded(.down)) else { return number < 0 }
        return whole < integer
    }
}
