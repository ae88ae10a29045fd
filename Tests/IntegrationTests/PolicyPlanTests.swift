import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// The filters are right by `PolicyAgreementTests`; here, that the server needs not read everything for them.
@Suite struct PolicyPlanTests {
    /// 2026-11-22T16:00:00Z.
    private static let now: Int64 = 1_795_363_200_000

    /// A thousand documents, one a day old, one two days, and so on.
    private static func documents(_ type: Policy.DateType) -> [BSONDocument] {
        (1...1000).map { (age: Int64) in
            let moment = now - age * 86_400_000
            let value: BSONValue =
                switch type {
                case .date: .date(milliseconds: moment)
                case .iso8601: .string(ISO8601.string(fromMilliseconds: moment))
                case .epochSeconds: .int64(moment / 1000)
                case .epochMillis: .double(Double(moment))
                case .objectID: .objectID(Self.stamp(moment / 1000) + Array(repeating: 0, count: 8))
                }
            return ["_id": .int64(age), "d": value, "n": ["d": value], "even": .bool(age % 2 == 0)]
        }
    }

    private static func stamp(_ seconds: Int64) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * $0)) }
    }

    private static func policy(_ type: Policy.DateType, _ field: String) -> Policy {
        Policy(
            kind: .timeBased,
            dateField: FieldPath(field),
            dateType: type,
            hotThresholdDays: 900,
            coldThresholdDays: 950
        )
    }

    @Test(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)), arguments: Policy.DateType.allCases)
    func `an index on the field spares what is not cold`(type: Policy.DateType) async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.documents(type), into: "c")
            for field in ["d", "n.d"] {
                try await database.createIndex(on: "c", BSONDocument([(field, .int(1))]))
                let filter = PolicyFilter(Self.policy(type, field), at: Self.now)
                let (plan, examined) = try await database.explain(filter.cold, sort: [field: 1])
                #expect(plan.contains("IXSCAN") && !plan.contains("COLLSCAN") && !plan.contains("SORT"), "\(plan)")
                #expect(plan.contains("\(field)_1"), "\(plan)")
                // 50 are cold; of strings the days next to the cutoff are looked at too.
                #expect(examined == (type == .iso8601 ? 52 : 50))
                #expect(try await database.count("c", matching: filter.cold) == 50)
            }
        }
    }

    @Test(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
    func `the bounds on dates are those of the plain comparison`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.documents(.date), into: "c")
            try await database.createIndex(on: "c", ["d": 1])
            let filter = PolicyFilter(Self.policy(.date, "d"), at: Self.now)
            let (plan, _) = try await database.explain(filter.cold, sort: [:])
            let bounds = "[new Date(-9223372036854775808), new Date(\(filter.cutoffs.cold)))"
            #expect(plan.contains(bounds), "\(plan)")
        }
    }

    @Test(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
    func `a temperature that no document can have costs nothing`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.documents(.date), into: "c")
            var policy = Self.policy(.date, "d")
            policy.hotThresholdDays = 950
            #expect(try await database.explain(PolicyFilter(policy, at: Self.now).warm, sort: [:]).examined == 0)
        }
    }

    @Test(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
    func `eligible documents are cold, match the filter and not the exclusion`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.documents(.date), into: "c")
            try await database.createIndex(on: "c", ["d": 1])
            var policy = Self.policy(.date, "d")
            policy.filter = ["even": true]
            policy.exclude = ["$or": [["_id": ["$gt": 990]], ["missing": 1]]]
            let filter = PolicyFilter(policy, at: Self.now)
            let ids = try await database.documents(in: "c", matching: filter.eligible, sort: ["_id": 1])
                .compactMap { $0["_id"]?.integer }
            #expect(ids == Array(stride(from: 952, through: 990, by: 2)))
            #expect(try await database.explain(filter.eligible, sort: ["d": 1]).examined == 50)
        }
    }

    @Test(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
    func `one pass counts what the filters count`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.documents(.iso8601) + [["d": "never"], [:]], into: "c")
            let filter = PolicyFilter(Self.policy(.iso8601, "d"), at: Self.now)
            let taker = PolicyCensusTaker(
                namespace: database.namespace("c"),
                filters: [filter],
                grid: DateGrid([filter]),
                holds: Holds(
                    collection: database.namespace("holds"),
                    namespace: database.namespace("c"),
                    uuid: nil
                )
            )
            let census = try await database.withClient { client, _ in try taker.take(at: Self.now, with: client) }
            let counts = Temperature.allCases.map { census.documents(filter.conditions[$0]).documents }
            #expect(counts == [900, 50, 50, 2])
            #expect(census.eligible.documents == 50)
            #expect(census.eligible.newest == Self.now - 951 * 86_400_000)
        }
    }
}

extension TestDatabase {
    /// The winning plan as JSON, and how many documents the server looked at.
    fileprivate func explain(_ filter: BSONDocument, sort: BSONDocument) async throws -> (plan: String, examined: Int64)
    {
        let find: BSONValue = ["find": "c", "filter": .document(filter), "sort": .document(sort)]
        let reply = try await run(["explain": find, "verbosity": "executionStats"])
        let plan = try #require(reply["queryPlanner"]?.document?["winningPlan"]?.document)
        let examined = try #require(reply["executionStats"]?.document?["totalDocsExamined"]?.integer)
        return (ExtendedJSON.string(from: plan) ?? "", examined)
    }
}
