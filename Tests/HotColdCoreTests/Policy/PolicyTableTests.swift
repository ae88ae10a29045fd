import HotColdCore
import Mongo
import Testing

@Suite struct PolicyTableTests {
    @Test(
        arguments: [
            (-1, .hot), (0, .hot), (30 * dayMilliseconds, .hot), (30 * dayMilliseconds + 1, .warm),
            (90 * dayMilliseconds, .warm), (90 * dayMilliseconds + 1, .cold),
            (100_000 * dayMilliseconds, .cold),
        ] as [(Int64, Temperature)]
    )
    func `time_based goes by age and both thresholds are inclusive`(age: Int64, expected: Temperature) {
        // The access field is of no concern, usable or not.
        for access in [BSONValue.before(0), .before(1000 * dayMilliseconds), .null, "no date"] {
            let document: BSONDocument = ["d": .before(age), "a": access]
            #expect(Policy.sample(.timeBased).evaluate(document, at: policyNow).temperature == expected)
        }
    }

    @Test(
        arguments: [
            (-1, .hot), (0, .hot), (30 * dayMilliseconds, .hot), (30 * dayMilliseconds + 1, .cold),
            (100_000 * dayMilliseconds, .cold),
        ] as [(Int64, Temperature)]
    )
    func `access_based goes by idle time and has no warm`(idle: Int64, expected: Temperature) {
        for date in [BSONValue.before(0), .before(1000 * dayMilliseconds), .null, "no date"] {
            let document: BSONDocument = ["d": date, "a": .before(idle)]
            #expect(Policy.sample(.accessBased).evaluate(document, at: policyNow).temperature == expected)
        }
    }

    @Test(
        arguments: [
            (30 * dayMilliseconds, 30 * dayMilliseconds, .hot), (30 * dayMilliseconds, 30 * dayMilliseconds + 1, .hot),
            (30 * dayMilliseconds + 1, 30 * dayMilliseconds, .hot),
            (90 * dayMilliseconds + 1, 30 * dayMilliseconds, .hot),
            (30 * dayMilliseconds + 1, 30 * dayMilliseconds + 1, .warm),
            (90 * dayMilliseconds, 30 * dayMilliseconds + 1, .warm),
            (90 * dayMilliseconds + 1, 30 * dayMilliseconds + 1, .cold), (-5, 1000 * dayMilliseconds, .hot),
            (1000 * dayMilliseconds, -5, .hot),
        ] as [(Int64, Int64, Temperature)]
    )
    func `hybrid is cold when old and unused, hot when young or used`(age: Int64, idle: Int64, expected: Temperature) {
        let document: BSONDocument = ["d": .before(age), "a": .before(idle)]
        #expect(Policy.sample(.hybrid).evaluate(document, at: policyNow).temperature == expected)
    }

    @Test(arguments: [BSONValue?.none, .null, "text", .int64(policyNow), .timestamp(seconds: 1, increment: 1), []])
    func `hybrid needs both fields usable`(other: BSONValue?) {
        for good in [BSONValue.before(0), .before(1000 * dayMilliseconds)] {
            let pairs: [[(String, BSONValue?)]] = [[("d", good), ("a", other)], [("d", other), ("a", good)]]
            for fields in pairs {
                let document = BSONDocument(fields.compactMap { name, value in value.map { (name, $0) } })
                #expect(Policy.sample(.hybrid).evaluate(document, at: policyNow).temperature == .unclassified)
            }
        }
    }

    @Test(
        arguments: [
            (0, 0, .hot), (0, 1, .cold), (1, dayMilliseconds, .hot), (1, dayMilliseconds + 1, .cold),
            (90, 90 * dayMilliseconds, .hot),
            (90, 90 * dayMilliseconds + 1, .cold),
        ] as [(Int, Int64, Temperature)]
    )
    func `equal thresholds leave nothing warm`(days: Int, age: Int64, expected: Temperature) {
        let policy = Policy.sample(.timeBased, hot: days, cold: days)
        #expect(policy.evaluate(["d": .before(age)], at: policyNow).temperature == expected)
    }

    @Test func `a threshold beyond 64 bits makes nothing cold`() {
        let policy = Policy.sample(.timeBased, hot: .max, cold: .max)
        let cutoffs = Cutoffs(policy, at: policyNow)
        #expect(cutoffs.hot == .min && cutoffs.cold == .min)
        for moment in [Int64.min, .min + 1, 0, .max] {
            let evaluation = policy.evaluate(["d": .date(milliseconds: moment)], at: policyNow)
            #expect(evaluation.temperature == .hot)
        }
        // 106 751 991 167 days are the most whose milliseconds 64 bits hold.
        let most = Cutoffs(.sample(.timeBased, hot: 0, cold: 106_751_991_167), at: 0)
        #expect(most.cold == -9_223_372_036_828_800_000)
        #expect(Cutoffs(.sample(.timeBased, hot: 0, cold: 106_751_991_168), at: 0).cold == .min)
    }

    @Test func `dates at both ends of 64 bits are judged without overflow`() {
        let policy = Policy.sample(.hybrid)
        let ends: BSONDocument = ["d": .date(milliseconds: .min), "a": .date(milliseconds: .min)]
        #expect(policy.evaluate(ends, at: policyNow).temperature == .cold)
        #expect(policy.evaluate(ends, at: .max).temperature == .cold)
        #expect(policy.evaluate(["d": .date(milliseconds: .max), "a": .before(0)], at: .min).temperature == .hot)
    }

    @Test func `contradicting thresholds keep a document`() {
        let policy = Policy.sample(.timeBased, hot: 90, cold: 30)
        #expect(policy.evaluate(["d": .before(60 * dayMilliseconds)], at: policyNow).temperature == .hot)
        #expect(policy.evaluate(["d": .before(91 * dayMilliseconds)], at: policyNow).temperature == .cold)
    }

    @Test(
        arguments: [
            (BSONValue?.none, .before(31 * dayMilliseconds), Policy.MissingAccess.keep, .unclassified),
            (.null, .before(31 * dayMilliseconds), .keep, .unclassified),
            (nil, .before(31 * dayMilliseconds), .useDate, .cold),
            (.null, .before(31 * dayMilliseconds), .useDate, .cold),
            (nil, .before(30 * dayMilliseconds), .useDate, .hot),
            (.undefined, .before(31 * dayMilliseconds), .useDate, .unclassified),
            ("text", .before(31 * dayMilliseconds), .useDate, .unclassified),
            ([.null], .before(31 * dayMilliseconds), .useDate, .unclassified),
            (nil, .null, .useDate, .unclassified), (.null, "text", .useDate, .unclassified),
            (.before(0), .null, .useDate, .hot), (.before(31 * dayMilliseconds), .null, .useDate, .cold),
        ] as [(BSONValue?, BSONValue, Policy.MissingAccess, Temperature)]
    )
    func `a missing or null access counts as accessed at the date only if asked`(
        access: BSONValue?,
        date: BSONValue,
        missing: Policy.MissingAccess,
        expected: Temperature
    ) {
        let document = BSONDocument([("d", date)] + (access.map { [("a", $0)] } ?? []))
        let policy = Policy.sample(.accessBased, missing: missing)
        #expect(policy.evaluate(document, at: policyNow).temperature == expected)
    }

    @Test func `hybrid with use_date judges a missing access by the date`() {
        let policy = Policy.sample(.hybrid, missing: .useDate, access: 120)
        #expect(policy.evaluate(["d": .before(121 * dayMilliseconds)], at: policyNow).temperature == .cold)
        #expect(policy.evaluate(["d": .before(120 * dayMilliseconds)], at: policyNow).temperature == .hot)
    }

    @Test func `use_date without a date field keeps`() {
        let policy = Policy(kind: .accessBased, accessField: .of("a"), missing: .useDate)
        #expect(policy.evaluate([:], at: policyNow).temperature == .unclassified)
        #expect(policy.evaluate(["a": .before(31 * dayMilliseconds)], at: policyNow).temperature == .cold)
    }
}
