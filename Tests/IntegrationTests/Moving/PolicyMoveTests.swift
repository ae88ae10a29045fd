import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// What moves is what the policy calls cold, and nothing else.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct PolicyMoveTests {
    private static let now = Int64(Date().timeIntervalSince1970 * 1000)

    private static func day(_ age: Int64) -> BSONValue { .date(milliseconds: now - age * 86_400_000) }

    /// What a date field may hold: three ages, the future, and everything that is no date; nil for a missing field.
    private static let values: [BSONValue?] = [
        day(400), day(60), day(1), day(-400), nil, .null, "2020-01-01", 1_577_836_800,
        .timestamp(seconds: 1, increment: 1),
        .array([day(400)]), .array([day(1), day(400)]), [], ["d": day(400)], .double(0), .maxKey,
        .date(milliseconds: .min),
    ]

    /// Every pair of values in `created` and `used`, each with an even and an odd `k`.
    private static let documents: [BSONDocument] = values.indices.flatMap { first in
        values.indices.flatMap { second in
            [0, 1].map { parity in
                let number = (first * values.count + second) * 2 + parity
                var document: BSONDocument = ["_id": .int(number), "k": .int(number % 2)]
                if let value = values[first] { document = document.appending("created", value) }
                if let value = values[second] { document = document.appending("used", value) }
                return document
            }
        }
    }

    private static let policies: [(json: String, policy: Policy)] = [
        (
            #""policy": "time_based", "date_field": "created""#,
            Policy(kind: .timeBased, dateField: FieldPath("created"))
        ),
        (
            #""policy": "access_based", "access_field": "used""#,
            Policy(kind: .accessBased, accessField: FieldPath("used"))
        ),
        (
            #""policy": "hybrid", "date_field": "created", "access_field": "used""#,
            Policy(kind: .hybrid, dateField: FieldPath("created"), accessField: FieldPath("used"))
        ),
        (
            #""policy": "hybrid", "date_field": "created", "access_field": "used", "missing": "use_date""#,
            Policy(kind: .hybrid, dateField: FieldPath("created"), accessField: FieldPath("used"), missing: .useDate)
        ),
    ]

    @Test(arguments: Topology.each(policies.indices, [false, true]))
    func `what moves is what the evaluator calls cold`(topology: Topology, policy index: Int, isIndexed: Bool)
        async throws
    {
        let (json, policy) = Self.policies[index]
        let (moving, staying) = Self.documents.divided { policy.evaluate($0, at: Self.now).temperature == .cold }
        #expect(!moving.isEmpty && !staying.isEmpty)
        try await MoveFixture.using(on: topology, collections: #""items": {\#(json)}"#) { fixture in
            if isIndexed {
                try await fixture.hot.createIndex(on: "items", ["created": 1])
                try await fixture.hot.createIndex(on: "items", ["used": 1])
            }
            try await fixture.hot.insert(Self.documents, into: "items")
            let plan = try await fixture.run("migrate", "--all", "--dry-run")
            let unclassified = staying.count { policy.evaluate($0, at: Self.now).temperature == .unclassified }
            plan.expect(0, "completed", ["eligible": moving.count, "unclassified": unclassified])
            try await fixture.run("migrate", "--all", "--batch-size", "50", "--confirm", "items").expect(
                0,
                "completed",
                ["eligible": moving.count, "scanned": moving.count, "migrated": moving.count]
            )
            try await fixture.expect(hot: staying, cold: moving)
        }
    }

    /// In batches, so that the scan goes on in the order of the ids.
    @Test(arguments: Topology.allCases)
    func `documents move by the moment in their ids`(topology: Topology) async throws {
        func document(_ seconds: Int64, _ number: UInt8) -> BSONDocument {
            let moment = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: seconds >> $0) }
            return ["_id": .objectID(moment + [0, 0, 0, 0, 0, 0, 0, number])]
        }
        let collections = #""items": {"policy": "time_based", "date_field": "_id", "date_type": "object_id"}"#
        let moving = (0..<7).map { document(1_500_000_000, $0) }
        let staying = [document(Self.now / 1000, 7)]
        try await MoveFixture.using(on: topology, collections: collections) { fixture in
            try await fixture.hot.insert(moving + staying, into: "items")
            try await fixture.run("migrate", "--all", "--batch-size", "2")
                .expect(0, "completed", ["migrated": moving.count])
            try await fixture.expect(hot: staying, cold: moving)
        }
    }

    @Test(arguments: Topology.allCases)
    func `only what the filter takes and the exclusion spares moves`(topology: Topology) async throws {
        let rules = #""filter": {"k": 1}, "exclude": {"_id": {"$lt": 100}}"#
        let policy = Self.policies[0]
        let (moving, staying) = Self.documents.divided { document in
            policy.policy.evaluate(document, at: Self.now).temperature == .cold && document["k"]?.integer == 1
                && (document["_id"]?.integer ?? 0) >= 100
        }
        #expect(!moving.isEmpty)
        try await MoveFixture.using(on: topology, collections: #""items": {\#(policy.json), \#(rules)}"#) { fixture in
            try await fixture.hot.insert(Self.documents, into: "items")
            try await fixture.run("migrate", "--all", "--confirm", "items")
                .expect(0, "completed", ["migrated": moving.count])
            try await fixture.expect(hot: staying, cold: moving)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a filter that the server refuses ends with 78 and moves nothing`(topology: Topology) async throws {
        let collections = #""items": {"policy": "time_based", "date_field": "d", "filter": {"k": {"$nonsense": 1}}}"#
        try await MoveFixture.using(on: topology, collections: collections) { fixture in
            let documents = try await fixture.insert(3)
            try await fixture.run("migrate", "--all").expect(78, "failed")
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    @Test func `a disabled collection is not among all and can be named`() async throws {
        let rest = #""policy": "time_based", "date_field": "d"}"#
        let collections = #""on": {\#(rest), "off": {"enabled": false, \#(rest)"#
        try await MoveFixture.using(collections: collections) { fixture in
            let documents = MoveFixture.documents(10)
            for name in ["on", "off"] { try await fixture.hot.insert(documents, into: name) }
            let all = try await fixture.run("migrate", "--all")
            all.expect(0, "completed")
            #expect(all.collections.map { $0["collection"]?.string } == ["on"])
            try await fixture.expect(hot: [], cold: documents, in: "on")
            try await fixture.expect(hot: documents, cold: [], in: "off")
            try await fixture.run("migrate", "--collection", "off").expect(0, "completed", ["migrated": 10])
            try await fixture.expect(hot: [], cold: documents, in: "off")
        }
    }

    @Test func `a dry run as of another day counts ages from that day`() async throws {
        try await MoveFixture.using { fixture in
            let day: Int64 = 86_400_000
            let documents = (0..<10).map { MoveFixture.document(.int($0), at: MoveFixture.cold + Int64($0) * day) }
            try await fixture.hot.insert(documents, into: "items")
            // 30 days and a moment after the fifth document's date, 2020-01-05.
            let run = try await fixture.run("migrate", "--all", "--dry-run", "--as-of", "2020-02-04T00:00:00.001Z")
            run.expect(0, "completed", ["eligible": 5])
            #expect(run.report["as_of"]?.string == "2020-02-04T00:00:00.001Z")
            try await fixture.run("migrate", "--all", "--dry-run", "--as-of", "2020-02-04").expect(
                0,
                "completed",
                ["eligible": 4]
            )
            let refused = try await fixture.run("migrate", "--all", "--as-of", "2020-02-04")
            refused.expect(64, "failed")
            try await fixture.expect(hot: documents, cold: [])
        }
    }
}

extension [BSONDocument] {
    /// Those that meet a condition, and the others.
    func divided(_ isFirst: (BSONDocument) -> Bool) -> ([BSONDocument], [BSONDocument]) {
        (filter(isFirst), filter { !isFirst($0) })
    }
}
