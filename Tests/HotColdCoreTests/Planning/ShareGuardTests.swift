import Mongo
import Testing

@testable import HotColdCore

@Suite struct ShareGuardTests {
    private static let day: Int64 = 86_400_000
    private static let now: Int64 = 1_795_363_200_000
    private static let policy = Policy(kind: .timeBased, dateField: FieldPath("d"), coldThresholdDays: 90)

    /// A migration so many days ago that found so many of ten thousand documents cold, and moved all of them or fewer.
    private static func run(
        daysAgo: Int64,
        _ accepted: Int,
        deleted: Int? = nil,
        policy: Policy = policy
    ) -> BSONDocument {
        [
            "command": "migrate", "started_at": .date(milliseconds: now - daysAgo * day), "accepted": .int(accepted),
            "deleted": .int(deleted ?? accepted), "source_documents": 10_000,
            "policy_used": policy.structured.bsonValue,
        ]
    }

    private static func restore(_ count: Int) -> BSONDocument { ["command": "restore", "restored": .int(count)] }

    private static func judge(
        _ eligible: Int,
        after records: [BSONDocument],
        limit: Int? = nil,
        percent: Int = 10,
        policy: Policy = policy
    ) -> ShareGuard.Judgement {
        ShareGuard(records: records, unusualPercent: percent).judge(
            eligible: eligible,
            limit: limit,
            of: 10_000,
            at: now,
            under: policy
        )
    }

    private static let everyNight = (1...12).map { run(daysAgo: $0, 100) }

    @Test func `the first run is compared with nothing`() {
        #expect(Self.judge(10_000, after: []) == ShareGuard.Judgement(accepted: 10_000))
    }

    @Test func `a run far beyond the usual is objected to, and says what was changed`() throws {
        let narrow = Policy(kind: .timeBased, dateField: FieldPath("d"), coldThresholdDays: 9)
        let objection = try #require(Self.judge(9000, after: Self.everyNight, policy: narrow).objection)
        #expect(objection.contains("9,000 of 10,000 documents (90.0 %)"))
        #expect(objection.contains("usual are 1.0 % a day"))
        #expect(objection.contains("cold_threshold_days 90 → 9"))
    }

    @Test(arguments: [0, 100, 1000])
    func `up to the configured share nothing is unusual`(eligible: Int) {
        #expect(Self.judge(eligible, after: Self.everyNight).objection == nil)
        #expect(Self.judge(eligible, after: [Self.run(daysAgo: 1, 5000)]).objection == nil)
    }

    @Test func `beyond it the second run has to be confirmed, since nothing is usual yet`() {
        #expect(Self.judge(1001, after: [Self.run(daysAgo: 1, 5000)]).objection != nil)
        #expect(Self.judge(10_000, after: [Self.run(daysAgo: 1, 5000)], percent: 100).objection == nil)
    }

    @Test func `what is usual in so many days is three times that of the middle run`() {
        let busy = (1...12).map { Self.run(daysAgo: $0, 600) }
        #expect(Self.judge(1800, after: busy).objection == nil)
        #expect(Self.judge(1801, after: busy).objection != nil)
    }

    @Test func `after a week without a run a week's documents are usual`() {
        let before = (7...18).map { Self.run(daysAgo: $0, 100) }
        #expect(Self.judge(2100, after: before).objection == nil)
        #expect(Self.judge(2101, after: before).objection != nil)
    }

    @Test func `one large run that was confirmed does not make another one usual`() {
        let records = [Self.run(daysAgo: 1, 9000)] + Self.everyNight.dropFirst()
        #expect(Self.judge(5000, after: Array(records)).objection != nil)
    }

    @Test func `what the last run left is no news`() {
        let records = [Self.run(daysAgo: 1, 8000, deleted: 1000)] + Self.everyNight.dropFirst()
        #expect(Self.judge(7900, after: Array(records)).objection == nil)
        #expect(Self.judge(9000, after: [Self.run(daysAgo: 1, 8000, deleted: 0)]).objection == nil)
    }

    @Test func `what was brought back is no news`() {
        #expect(Self.judge(5000, after: [Self.restore(3000), Self.restore(2000)] + Self.everyNight).objection == nil)
        let restoredBefore = [Self.run(daysAgo: 1, 100), Self.restore(5000)] + Self.everyNight.dropFirst()
        #expect(Self.judge(5000, after: restoredBefore).objection != nil)
    }

    @Test func `a limit that keeps a run small lets it run, and does not make the rest expected`() {
        let limited = Self.judge(9000, after: Self.everyNight, limit: 500)
        #expect(limited == ShareGuard.Judgement(accepted: 500))
        let next = [Self.run(daysAgo: 0, limited.accepted, deleted: 500)] + Self.everyNight
        #expect(Self.judge(8500, after: next).objection != nil)
        #expect(Self.judge(9000, after: Self.everyNight, limit: 5000).objection != nil)
    }

    @Test func `records of runs that looked at some documents only are passed over`() {
        let partial: BSONDocument = ["command": "migrate", "started_at": .date(milliseconds: Self.now), "deleted": 5]
        #expect(Self.judge(9000, after: [partial]).objection == nil)
        #expect(Self.judge(9000, after: [partial] + Self.everyNight).objection != nil)
    }

    @Test func `records with nonsense in them are borne`() {
        let odd: BSONDocument = [
            "command": "migrate", "started_at": .date(milliseconds: .min), "accepted": .double(1e300),
            "deleted": .double(.nan), "source_documents": .double(-.infinity),
        ]
        #expect(Self.judge(9000, after: [odd, odd]).accepted >= 0)
    }
}
