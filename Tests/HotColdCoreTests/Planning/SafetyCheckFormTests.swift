import Mongo
import Testing

@testable import HotColdCore

@Suite("A move is refused for the kind of its collections")
struct SafetyCheckFormTests {
    static let unfit: [(CollectionFacts, String)] = [
        (.sample("x", .view), "db.x is a view"),
        (.sample("x", .timeseries), "db.x is a time-series collection"),
        (.sample("x", options: ["capped": true]), "db.x is capped"),
        (.sample("system.js"), "db.system.js is one of the server's own"),
    ]

    @Test("as source and as target, in both directions", arguments: unfit)
    func refusesUnfit(facts: CollectionFacts, reason: String) {
        for direction in [Direction.migrate, .restore] {
            for checks in [SafetyChecks.of(facts, direction), .of(to: facts, direction)] {
                #expect(checks.refusals.count == 1)
                #expect(checks.refusalTexts.first?.contains(reason) == true, "\(checks.refusalTexts)")
            }
        }
    }

    @Test("with a reason for each of them")
    func both() {
        let checks = SafetyChecks.of(.sample("a", .view), to: .sample("b", options: ["capped": true]))
        #expect(checks.refusals.count == 2)
    }

    @Test("as unsuitable, which leaves the other collections of a run alone")
    func kind() {
        guard case .unsuitable = SafetyChecks.of(.sample("a", .view)).refusals.first else {
            Issue.record("not unsuitable")
            return
        }
    }

    @Test("but not for ordinary ones, nor for one that says capped: false, nor for a target to be made")
    func acceptsFit() {
        for checks in [
            SafetyChecks.of(), .of(.sample("a", options: ["capped": false])), .of(to: .sample("b", .missing)),
            .of(.sample("systematic")),
        ] {
            #expect(checks.refusals.isEmpty && checks.warnings.isEmpty, "\(checks)")
        }
    }

    @Test("and a source that is missing, with the name that was probably meant")
    func missingSource() {
        var facts = CollectionFacts.sample("a", .missing)
        #expect(SafetyChecks.of(facts).refusals.map { "\($0)" } == ["db.a does not exist; there is nothing to move"])
        facts.nearest = Namespace(database: "db", collection: "aa")
        #expect(SafetyChecks.of(facts).refusals.first?.hint?.hasPrefix("did you mean db.aa? ") == true)
    }

    @Test("and different collations are warned of, also where one has none")
    func collations() {
        let czech = CollectionFacts.sample("a", options: ["collation": ["locale": "cs"]])
        #expect(SafetyChecks.of(czech).warnings.count == 1)
        #expect(SafetyChecks.of(to: czech).warnings.first?.contains("different default collations") == true)
        #expect(SafetyChecks.of(czech, to: czech).warnings.isEmpty)
        #expect(SafetyChecks.of(czech, to: .sample("b", .missing)).warnings.isEmpty)
    }
}
