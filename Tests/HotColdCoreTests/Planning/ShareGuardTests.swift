import Mongo
import Testing

@testable import HotColdCore

@Suite struct ShareGuardTests {
    private static let day: Int64 = 86_400_000
    private static let now: Int64 = 1_795_363_200_000
    private static let policy = Policy(kind: .timeBased, dateField: FieldPath("d"), coldThresholdDays: 90)

    /// A migration so many days ago that found so many of ten thousand documents cold, and moved all of them or fewer.
    private static func run(
        daysAgo: Double,
        _ cold: Int,
        deleted: Int? = nil,
        policy: Policy = policy
    ) -> BSONDocument {
        [
            "started_at": .date(milliseconds: now - Int64(daysAgo * Double(day))), "cold": .int(cold),
            "deleted": .int(deleted ?? cold), "source_documents": 10_000,
            "policy_used": policy.structured.bsonValue,
        ]
    }

    private static func restore(_ count: Int, daysAgo: Double) -> BSONDocument {
        ["started_at": .date(milliseconds: now - Int64(daysAgo * Double(day))), "restored": .int(count)]
    }

    private static func judge(
        _ cold: Int,
        after migrations: [BSONDocument],
        restores: [BSONDocument] = [],
        limit: Int? = nil,
        percent: Int = 10
    ) -> ShareGuard.Judgement {
        ShareGuard(migrations: migrations, restores: restores, unusualPercent: percent).judge(
            cold: cold,
            limit: limit,
            of: 10_000,
            at: now
        )
    }

    private static func judgeChange(_ count: Int, limit: Int? = nil, percent: Int = 10) -> ShareGuard.Judgement {
        ShareGuard(migrations: everyNight, restores: [], unusualPercent: percent).judgeChange(
            moving: count,
            limit: limit,
            of: 10_000,
            to: Policy(kind: .timeBased, dateField: FieldPath("d"), coldThresholdDays: 9)
        )
    }

    /// A percentage, documents, and how large a collection makes them few.
    private static let sizes: [(percent: Int, count: Int, size: Int)] = [
        (10, 100, 1000), (10, 101, 1010), (30, 100, 334), (100, 7, 7), (10, 0, 0), (0, 0, 0), (0, 1, .max),
        (10, .max, .max / 10),
    ]

    @Test(arguments: sizes) func `a collection has to be so large that some documents are few`(
        percent: Int,
        count: Int,
        size: Int
    ) {
        #expect(ShareGuard(migrations: [], restores: [], unusualPercent: percent).size(dwarfing: count) == size)
        guard size < .max, count < .max, count > 0 else { return }
        let judge = { (documents: Int) in
            ShareGuard(migrations: Self.everyNight, restores: [], unusualPercent: percent)
                .judgeChange(moving: count, limit: nil, of: documents, to: .sample(.timeBased))
        }
        #expect(judge(size) == Self.usual && judge(size - 1).isUnusual)
    }

    private static let everyNight = (1...12).map { run(daysAgo: Double($0), 100) }
    private static let usual = ShareGuard.Judgement()

    // MARK: The policy was changed

    @Test func `what moves only by a change of the policy has to be confirmed, and the change is named`() throws {
        let judgement = Self.judgeChange(9000)
        let objection = try #require(judgement.objection)
        #expect(judgement.isUnusual)
        #expect(objection.contains("9,000 of 10,000 documents (90.0 %)"))
        #expect(objection.hasSuffix("since then it was changed: cold_threshold_days 90 → 9"))
    }

    @Test func `up to the configured share a change needs no word`() {
        #expect(Self.judgeChange(1000) == Self.usual)
        #expect(Self.judgeChange(1001).objection != nil)
        #expect(Self.judgeChange(10_000, percent: 100) == Self.usual)
        #expect(Self.judgeChange(1, percent: 0).objection != nil)
    }

    @Test func `a limit lets a change be tried, and makes it no measure`() {
        #expect(Self.judgeChange(9000, limit: 500) == ShareGuard.Judgement(isUnusual: true))
        #expect(Self.judgeChange(9000, limit: 5000).objection != nil)
    }

    // MARK: The policy is the same

    @Test func `neither the first run nor the second has anything to be compared with, but for nearly all`() throws {
        #expect(Self.judge(10_000, after: []) == Self.usual)
        #expect(Self.judge(9000, after: [Self.run(daysAgo: 1, 5000)]) == Self.usual)
        #expect(Self.judge(999, after: [Self.run(daysAgo: 1, 0)]) == Self.usual)
        let objection = try #require(Self.judge(10_000, after: [Self.run(daysAgo: 1, 0)]).objection)
        #expect(
            objection.contains("10,000 of 10,000 documents (100.0 %) would move that were not cold at the only run")
        )
    }

    @Test func `a first run that would move nearly all has to be confirmed, and with a limit is no measure`() throws {
        let first = ShareGuard(migrations: [], restores: [], unusualPercent: 10)
        #expect(first.judgeFirst(moving: 9000, limit: nil, of: 10_000) == Self.usual)
        #expect(first.judgeFirst(moving: 999, limit: nil, of: 999) == Self.usual)
        #expect(first.judgeFirst(moving: 9001, limit: nil, of: 10_000).objection != nil)
        #expect(first.judgeFirst(moving: 9001, limit: 100, of: 10_000) == ShareGuard.Judgement(isUnusual: true))
        #expect(ShareGuard.size(dwarfingFirst: 999) == 0)
        #expect(first.judgeFirst(moving: 9001, limit: nil, of: ShareGuard.size(dwarfingFirst: 9001)) == Self.usual)
    }

    @Test func `a run far beyond the usual has to be confirmed`() throws {
        let objection = try #require(Self.judge(9000, after: Self.everyNight).objection)
        #expect(objection.contains("9,000 of 10,000 documents (90.0 %)"))
        #expect(objection.hasSuffix("by the runs before up to 3.0 % would be usual"))
    }

    @Test(arguments: [0, 100, 1000])
    func `up to the configured share nothing is unusual`(cold: Int) {
        #expect(Self.judge(cold, after: Self.everyNight) == Self.usual)
    }

    @Test func `a handful is never unusual`() {
        let small = [Self.run(daysAgo: 1, 0), Self.run(daysAgo: 2, 0)].map { record -> BSONDocument in
            BSONDocument(
                (try? record.elements())?.map { ($0.name, $0.name == "source_documents" ? 20 : $0.value) } ?? []
            )
        }
        let history = ShareGuard(migrations: small, restores: [], unusualPercent: 10)
        #expect(history.judge(cold: 99, limit: nil, of: 120, at: Self.now) == Self.usual)
        #expect(history.judge(cold: 100, limit: nil, of: 120, at: Self.now).objection != nil)
    }

    @Test func `three times the usual is still usual`() {
        let busy = (1...12).map { Self.run(daysAgo: Double($0), 600) }
        #expect(Self.judge(1790, after: busy) == Self.usual)
        #expect(Self.judge(1810, after: busy).objection != nil)
    }

    @Test func `after a week without a run a week's documents are usual`() {
        let before = (7...18).map { Self.run(daysAgo: Double($0), 100) }
        #expect(Self.judge(2090, after: before) == Self.usual)
        #expect(Self.judge(2110, after: before).objection != nil)
    }

    @Test func `after half a year without a run not everything is usual`() {
        let before = (180...190).map { Self.run(daysAgo: Double($0), 100) }
        #expect(Self.judge(9500, after: before).objection != nil)
    }

    @Test func `an hour's share is that of an hour`() {
        let hourly = (1...12).map { Self.run(daysAgo: Double($0) / 24, 100) }
        #expect(Self.judge(1300, after: hourly).objection != nil)
        let twelveHoursAgo = (12...24).map { Self.run(daysAgo: Double($0) / 24, 100) }
        #expect(Self.judge(1300, after: twelveHoursAgo) == Self.usual)
    }

    @Test func `what a change of the policy made cold is no measure`() {
        let wide = Policy(kind: .timeBased, dateField: FieldPath("d"), coldThresholdDays: 120)
        let before = (4...14).map { Self.run(daysAgo: Double($0), 100, policy: wide) }
        let after = [Self.run(daysAgo: 1, 100), Self.run(daysAgo: 2, 100), Self.run(daysAgo: 3, 5000)]
        #expect(Self.judge(4000, after: after + before).objection != nil)
    }

    @Test func `what comes every month is usual`() {
        let records = (1...69).map { Self.run(daysAgo: Double($0), $0 == 30 || $0 == 60 ? 2000 : 10) }
        #expect(Self.judge(2500, after: records) == Self.usual)
        #expect(Self.judge(3100, after: records).objection != nil)
    }

    @Test func `two runs in a row do not make a night's worth of what one of them found`() {
        let records = [Self.run(daysAgo: 1, 3000), Self.run(daysAgo: 1.01, 100), Self.run(daysAgo: 2, 100)]
        #expect(Self.judge(9500, after: records).objection != nil)
    }

    /// Runs that each moved a thousand of a large first find.
    private static let backlog = (1...5).map { run(daysAgo: Double($0), 7000 + 1000 * $0, deleted: 1000) }

    @Test func `a run that died is measured by what it had moved`() {
        let died = Self.run(daysAgo: 1, 8000, deleted: 0).appending("moved", .int64(5000))
        #expect(Self.judge(8000, after: [died] + Self.backlog.dropFirst()).objection != nil)
        #expect(Self.judge(3900, after: [died] + Self.backlog.dropFirst()) == Self.usual)
    }

    @Test func `what the last run left is no news`() {
        #expect(Self.judge(7000, after: Self.backlog) == Self.usual)
        #expect(Self.judge(9500, after: Self.backlog).objection != nil)
    }

    @Test func `what was brought back since the last run is no news, however often`() {
        let fifty = (0..<60).map { _ in Self.restore(100, daysAgo: 0.5) }
        #expect(Self.judge(6000, after: Self.everyNight, restores: fifty) == Self.usual)
        #expect(Self.judge(9000, after: Self.everyNight, restores: fifty).objection != nil)
        let before = [Self.restore(5000, daysAgo: 1.5)]
        #expect(Self.judge(5000, after: Self.everyNight, restores: before).objection != nil)
    }

    @Test func `what is brought back every day makes no usual`() {
        let restores = (1...12).map { Self.restore(900, daysAgo: Double($0) - 0.5) }
        let runs = (1...12).map { Self.run(daysAgo: Double($0), 1000) }
        #expect(Self.judge(4000, after: runs, restores: restores).objection != nil)
    }

    @Test func `records with nonsense in them are borne`() {
        let odd: BSONDocument = [
            "started_at": .date(milliseconds: .min), "cold": .double(1e300), "deleted": .double(.nan),
            "source_documents": .double(-.infinity),
        ]
        let late: BSONDocument = ["started_at": .date(milliseconds: .max), "cold": 1, "source_documents": 1]
        for records in [[odd, odd, odd], [late, odd, late]] {
            _ = Self.judge(9000, after: records, restores: records)
        }
        #expect(Self.judge(9000, after: [[:], ["cold": 5]]) == Self.usual)
    }

    // MARK: The policy in the history

    private static let policies = [
        policy,
        Policy(kind: .accessBased, accessField: FieldPath("a.b"), missing: .keep, hotAccessDays: 3),
        Policy(
            kind: .hybrid,
            dateField: FieldPath("d"),
            accessField: FieldPath("a"),
            dateType: .epochMillis,
            missing: .useDate,
            hotThresholdDays: 1,
            coldThresholdDays: 2,
            filter: ["status": ["$in": ["closed", "refunded"]]],
            exclude: ["keep": true]
        ),
    ]

    @Test(arguments: policies)
    func `a policy is read back as it was`(policy: Policy) throws {
        let record = try #require(policy.structured.bsonValue.document)
        #expect(Policy(record: record) == policy)
    }

    @Test(arguments: ["policy", "date_type", "missing", "cold_threshold_days", "date_field", "filter"])
    func `one that can't be understood is none`(field: String) throws {
        let record = try #require(Self.policies[2].structured.bsonValue.document)
        let broken = BSONDocument(try record.elements().map { ($0.name, $0.name == field ? "$x" : $0.value) })
        #expect(Policy(record: broken) == nil)
    }
}
