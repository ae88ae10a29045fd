import Mongo
import Testing

@testable import HotColdCore

/// When a document moves, as `analyze --explain` says it.
@Suite struct ExplanationTests {
    private static let day = dayMilliseconds

    private static func explanation(
        _ kind: Policy.Kind,
        _ document: BSONDocument,
        isHot: Bool = true,
        _ change: (inout Explanation) -> Void = { _ in }
    ) -> Explanation {
        let policy = Policy.sample(kind)
        var explanation = Explanation(
            collection: CollectionConfiguration(
                name: "users",
                hot: Namespace(database: "shop", collection: "users"),
                cold: Namespace(database: "shop", collection: "users_archive"),
                policy: policy
            ),
            id: 1,
            isHot: isHot,
            isCold: !isHot,
            evaluation: policy.evaluate(document, at: policyNow),
            moves: []
        )
        change(&explanation)
        return explanation
    }

    @Test func `a cold document moves with the next migration`() {
        #expect(Self.explanation(.timeBased, ["d": .before(90 * Self.day + 1)]).prospect == .now)
        #expect(Self.explanation(.accessBased, ["a": .before(31 * Self.day)]).prospect == .now)
    }

    @Test func `a younger one moves once it is older than the threshold`() {
        let explanation = Self.explanation(.timeBased, ["d": .before(10 * Self.day)])
        #expect(explanation.prospect == .after(policyNow + 80 * Self.day))
        // At the threshold itself it is not cold: more than 90 days.
        #expect(Self.explanation(.timeBased, ["d": .before(90 * Self.day)]).prospect == .after(policyNow))
    }

    @Test func `in a hybrid policy the later of two thresholds decides`() {
        let old = Self.explanation(.hybrid, ["d": .before(200 * Self.day), "a": .before(5 * Self.day)])
        #expect(old.prospect == .after(policyNow + 25 * Self.day))
        let young = Self.explanation(.hybrid, ["d": .before(50 * Self.day), "a": .before(40 * Self.day)])
        #expect(young.prospect == .after(policyNow + 40 * Self.day))
    }

    @Test func `a hold puts it off`() {
        let until = policyNow + 3 * Self.day
        let cold = Self.explanation(.timeBased, ["d": .before(100 * Self.day)]) { $0.heldUntil = until }
        #expect(cold.prospect == .after(until))
        let hot = Self.explanation(.timeBased, ["d": .before(10 * Self.day)]) { $0.heldUntil = until }
        #expect(hot.prospect == .after(policyNow + 80 * Self.day))
    }

    @Test func `what stands against it for good is named`() {
        let cold: BSONDocument = ["d": .before(100 * Self.day)]
        func reason(_ explanation: Explanation) -> String {
            if case .never(let reason) = explanation.prospect { reason } else { "" }
        }
        #expect(reason(Self.explanation(.timeBased, ["d": "text"])) == "the policy can't classify it")
        #expect(reason(Self.explanation(.timeBased, cold) { $0.matchesFilter = false }).contains("filter"))
        #expect(reason(Self.explanation(.timeBased, cold) { $0.matchesExclude = true }).contains("exclude"))
        #expect(reason(Self.explanation(.timeBased, cold, isHot: false)) == "it is in the archive")
        let far = Self.explanation(.timeBased, ["d": .date(milliseconds: .max)])
        #expect(reason(far) == "a threshold lies beyond all dates")
    }

    @Test func `JSON has each clause with value, threshold and verdict`() {
        let document: BSONDocument = ["d": .before(100 * Self.day), "a": "text"]
        let json = Self.explanation(.hybrid, document).structured
        guard case .array(let clauses)? = json["clauses"] else { return #expect(Bool(false), "no clauses") }
        #expect(clauses.map { $0["field"] } == ["d", "a"])
        #expect(clauses.map { $0["threshold"] } == ["cold_threshold_days", "hot_access_days"])
        #expect(clauses.map { $0["threshold_days"] } == [90, 30])
        #expect(clauses.map { $0["verdict"] } == ["cold", "unclassified"])
        #expect(clauses[0]["days"] == .double(100))
        #expect(json["temperature"] == "unclassified")
        #expect(json["eligible"] == false)
    }
}
