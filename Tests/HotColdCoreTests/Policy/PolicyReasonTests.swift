import HotColdCore
import Mongo
import Testing

@Suite struct PolicyReasonTests {
    private func reason(
        _ kind: Policy.Kind,
        in type: Policy.DateType = .date,
        missing: Policy.MissingAccess = .keep,
        _ document: BSONDocument
    ) -> String {
        Policy.sample(kind, type, missing: missing).evaluate(document, at: policyNow).reason
    }

    @Test func `says what was found and what it was compared with`() {
        #expect(
            reason(.timeBased, ["d": .before(0)])
                == "hot: d is 2026-11-22T16:00:00Z, less than a day ago, at most hot_threshold_days (30)"
        )
        #expect(
            reason(.timeBased, ["d": .before(-5000)])
                == "hot: d is 2026-11-22T16:00:05Z, in the future, at most hot_threshold_days (30)"
        )
        #expect(
            reason(.timeBased, ["d": .before(60 * dayMilliseconds)])
                == "warm: d is 2026-09-23T16:00:00Z, 60 days ago, more than hot_threshold_days (30), "
                + "at most cold_threshold_days (90)"
        )
        #expect(
            reason(.timeBased, ["d": .before(90 * dayMilliseconds + 1)])
                == "cold: d is 2026-08-24T15:59:59.999Z, just over 90 days ago, more than cold_threshold_days (90)"
        )
        #expect(
            reason(.accessBased, ["a": .before(30 * dayMilliseconds)])
                == "hot: a is 2026-10-23T16:00:00Z, 30 days ago, at most hot_access_days (30)"
        )
        #expect(
            reason(.hybrid, ["d": .before(100 * dayMilliseconds), "a": .before(31 * dayMilliseconds)])
                == "cold: d is 2026-08-14T16:00:00Z, 100 days ago, more than cold_threshold_days (90); "
                + "a is 2026-10-22T16:00:00Z, 31 days ago, more than hot_access_days (30)"
        )
    }

    @Test func `says why nothing can be said`() {
        #expect(
            reason(.hybrid, ["d": .before(1 * dayMilliseconds)])
                == "unclassified: d is 2026-11-21T16:00:00Z, 1 day ago, at most hot_threshold_days (30); a is missing"
        )
        #expect(reason(.accessBased, ["a": .null]) == "unclassified: a is null")
        #expect(reason(.accessBased, ["a": "2026-01-01"]) == "unclassified: a is of type string, not date")
        #expect(reason(.accessBased, ["a": [.before(0)]]) == "unclassified: a is of type array, not date")
        #expect(reason(.timeBased, in: .iso8601, ["d": "soon"]) == "unclassified: d is not an ISO-8601 date")
        #expect(
            reason(.timeBased, in: .epochMillis, ["d": .double(.nan)])
                == "unclassified: d is not a finite int, long or double"
        )
        var nested = Policy.sample(.timeBased)
        nested.dateField = .of("x.d")
        #expect(nested.evaluate(["x": []], at: policyNow).reason == "unclassified: x.d lies in an array, x")
    }

    @Test func `says what stands in for a missing access`() {
        #expect(
            reason(.accessBased, missing: .useDate, ["d": .before(31 * dayMilliseconds)])
                == "cold: a is missing and counts as d, which is 2026-10-22T16:00:00Z, 31 days ago, "
                + "more than hot_access_days (30)"
        )
        #expect(
            reason(.accessBased, missing: .useDate, ["d": "x", "a": .null])
                == "unclassified: a is null and counts as d, which is of type string, not date"
        )
    }

    @Test func `keeps the facts apart from the words`() throws {
        let document: BSONDocument = ["d": .before(60 * dayMilliseconds), "a": .before(-1)]
        let evaluation = Policy.sample(.hybrid).evaluate(document, at: policyNow)
        #expect(evaluation.findings.map(\.role) == [.date, .access])
        #expect(evaluation.findings.map(\.path) == [.of("d"), .of("a")])
        #expect(evaluation.findings.map(\.found) == [.date(policyNow - 60 * dayMilliseconds), .date(policyNow + 1)])
        #expect(evaluation.findings.map(\.value) == [.before(60 * dayMilliseconds), .before(-1)])
        #expect(evaluation.findings.map(\.elapsed) == [.seconds(60 * 86_400), .milliseconds(-1)])
        #expect(evaluation.findings.map(\.verdict) == [.between(moreThan: 30, atMost: 90), .recent(atMost: 30)])
        #expect(Policy.sample(.timeBased).evaluate(document, at: policyNow).findings.map(\.role) == [.date])
        #expect(Policy.sample(.accessBased).evaluate(document, at: policyNow).findings.map(\.role) == [.access])
    }
}
