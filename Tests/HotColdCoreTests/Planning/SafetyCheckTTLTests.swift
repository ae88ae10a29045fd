import Mongo
import Testing

@testable import HotColdCore

/// The sample policies look at `d` after 90 days and at `a` after 30.
@Suite("A TTL index")
struct SafetyCheckTTLTests {
    static let day: Int64 = 86_400

    static func source(_ field: String, _ seconds: Int64) -> CollectionFacts {
        .sample("hot", indexes: [.on("_id"), .expiring(field, after: .int64(seconds))])
    }

    @Test(
        "on the source is refused where it fires before the policy or with it, and warned of where it fires later",
        arguments: [
            (Policy.Kind.timeBased, "d", 90 * day, true), (.timeBased, "d", 90 * day + 1, false),
            (.accessBased, "a", 30 * day, true), (.accessBased, "a", 30 * day + 1, false),
            (.hybrid, "d", 90 * day, true), (.hybrid, "d", 91 * day, false), (.hybrid, "a", 0, true),
            (.hybrid, "a", 31 * day, false),
        ]
    )
    func source(kind: Policy.Kind, field: String, seconds: Int64, isRefused: Bool) {
        let checks = SafetyChecks.of(Self.source(field, seconds), policy: .sample(kind))
        #expect(checks.refusals.count == (isRefused ? 1 : 0), "\(checks)")
        #expect(checks.warnings.count == (isRefused ? 0 : 1), "\(checks)")
    }

    @Test("on a date that stands in for an access that is missing is refused like one on the access")
    func standIn() {
        let policy = Policy.sample(.accessBased, missing: .useDate)
        #expect(SafetyChecks.of(Self.source("d", 30 * Self.day), policy: policy).refusals.count == 1)
        #expect(SafetyChecks.of(Self.source("d", 31 * Self.day), policy: policy).refusals.isEmpty)
    }

    @Test("that is refused is named with its field, both times and what to do")
    func words() {
        let text = SafetyChecks.of(Self.source("d", 7 * Self.day)).refusalTexts.first ?? ""
        for part in ["index d_1", "db.hot", "7 days after d", "after 90", "never reach the archive", "--allow-ttl"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test(
        "says its time in a unit that fits",
        arguments: [(1, "1 second"), (90, "90 seconds"), (3600, "1 hour"), (86_400, "1 day"), (129_600, "36 hours")]
    )
    func units(seconds: Int64, text: String) {
        let message = SafetyChecks.of(Self.source("d", seconds)).refusalTexts.first ?? ""
        #expect(message.contains("deletes documents \(text) after d"), "\(message)")
    }

    @Test(
        "on a field that the policy does not look at is warned of, since it may take what is not yet cold",
        arguments: [(Policy.Kind.timeBased, "a"), (.accessBased, "d"), (.hybrid, "other")]
    )
    func otherField(kind: Policy.Kind, field: String) {
        let checks = SafetyChecks.of(Self.source(field, 1), policy: .sample(kind))
        #expect(checks.refusals.isEmpty)
        #expect(checks.warnings.count == 1 && checks.warnings[0].contains("does not look at"), "\(checks)")
    }

    @Test("on the target is refused in both directions, whatever its time and field", arguments: ["d", "other"])
    func target(field: String) {
        for direction in [Direction.migrate, .restore] {
            let target = CollectionFacts.sample("cold", indexes: [.expiring(field, after: .int64(.max))])
            let checks = SafetyChecks.of(to: target, direction)
            #expect(checks.refusals.count == 1 && checks.refusalTexts[0].contains("--allow-ttl"), "\(checks)")
        }
    }

    @Test("on the source of a restore does not matter")
    func sourceOfRestore() {
        let checks = SafetyChecks.of(Self.source("d", 1), .restore)
        #expect(checks.refusals.isEmpty && checks.warnings.isEmpty)
    }

    @Test("is only warned of with --allow-ttl, on either side")
    func allowed() {
        let target = CollectionFacts.sample("cold", indexes: [.expiring("d", after: 5)])
        let checks = SafetyChecks.of(Self.source("d", 1), to: target, allowsTTL: true)
        #expect(checks.refusals.isEmpty)
        #expect(checks.warnings.count == 2, "\(checks)")
    }

    @Test("does not make --allow-ttl accept a view")
    func allowedView() {
        #expect(SafetyChecks.of(.sample("x", .view), allowsTTL: true).refusals.count == 1)
    }

    @Test("of a clustered collection counts too")
    func clustered() {
        let cold = CollectionFacts.sample("cold", options: ["expireAfterSeconds": 60, "clusteredIndex": true])
        #expect(SafetyChecks.of(to: cold).refusals.count == 1)
    }
}
