import Foundation
import Mongo
import TestSupport
import Testing

/// The numbers of `analyze` against a count that knows nothing of policies, filters or grids: every document is put
/// there by hand, with what is true of it.
@Suite("analyze counts", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct AnalyzeNumbersTests {
    /// A value of a date field: its age in days where it is a date.
    struct Value {
        let bson: BSONValue?
        let days: Double?
        let type: String

        static func aged(_ days: Double) -> Value {
            Value(bson: .date(milliseconds: now - Int64(days * 86_400_000)), days: days, type: "date")
        }

        static func odd(_ bson: BSONValue?, _ type: String) -> Value { Value(bson: bson, days: nil, type: type) }
    }

    /// 2026-11-22T16:00:00Z.
    static let now: Int64 = 1_795_363_200_000

    static let values: [Value] =
        [
            0, 0.5, 29.9, 30, 30.000_001, 45, 60, 89, 90, 90.000_001, 91, 179, 180, 364, 365, 400, 5000,
            // In the future; before 1970 and after 9999.
            -0.001, -100, 25_000, -3_000_000,
        ].map(Value.aged)
        + [
            .odd(nil, "missing"), .odd(.null, "null"), .odd("2020-01-01", "string"), .odd(.int32(5), "int"),
            .odd(.int64(1_577_836_800_000), "long"), .odd(.double(.nan), "double"), .odd(.double(1e12), "double"),
            .odd([.date(milliseconds: 0)], "array"), .odd([], "array"), .odd(["a": 1], "object"),
            .odd(.timestamp(seconds: 1, increment: 1), "timestamp"),
            .odd(BSONValue(type: .decimal128, bytes: ArraySlice(Array(repeating: 0, count: 15) + [0x7C])), "decimal"),
            .odd(.bool(true), "bool"), .odd(.minKey, "minKey"), .odd(.maxKey, "maxKey"), .odd(.undefined, "undefined"),
        ]

    /// Every pair of values, as documents with `d` and `a`.
    static let documents: [(document: BSONDocument, date: Value, access: Value)] = values.enumerated().flatMap {
        i,
        date in
        values.enumerated().map { j, access in
            var fields: [(String, BSONValue)] = [("_id", .int(i * 1000 + j))]
            if let value = date.bson { fields.append(("d", value)) }
            if let value = access.bson { fields.append(("a", value)) }
            return (BSONDocument(fields), date, access)
        }
    }

    /// The rule of a policy in the plainest words: hot, warm, cold or unclassified.
    static func temperature(_ policy: String, _ age: Double?, _ idle: Double?) -> String {
        switch policy {
        case "time_based": age.map { $0 > 90 ? "cold" : $0 <= 30 ? "hot" : "warm" } ?? "unclassified"
        case "access_based": idle.map { $0 > 60 ? "cold" : "hot" } ?? "unclassified"
        default:
            if let age, let idle {
                age > 90 && idle > 60 ? "cold" : age <= 30 || idle <= 60 ? "hot" : "warm"
            } else {
                "unclassified"
            }
        }
    }

    @Test("what an independent count finds", arguments: ["time_based", "access_based", "hybrid"])
    func numbers(policy: String) async throws {
        try await Bench.with { bench in
            try bench.configure(
                """
                "c": {"policy": "\(policy)", "date_field": "d", "access_field": "a", "hot_threshold_days": 30,
                      "cold_threshold_days": 90, "hot_access_days": 60}
                """
            )
            try await bench.database.insert(Self.documents.map(\.document), into: "c")
            let run = try await bench.run([
                "analyze", "--as-of", "2026-11-22T16:00:00Z", "--what-if", "0,45,365", "--json",
            ])
            let report = try Self.report(run)

            var documents: [String: Int] = [:]
            for entry in Self.documents {
                documents[Self.temperature(policy, entry.date.days, entry.access.days), default: 0] += 1
            }
            #expect(report["distribution"] as? [String: Int] == ["warm": 0].merging(documents) { $1 })

            let cold = Self.documents.filter { Self.temperature(policy, $0.date.days, $0.access.days) == "cold" }
            let eligible = try #require(report["eligible"] as? [String: Any])
            #expect(eligible["documents"] as? Int == cold.count)
            let bytes = cold.reduce(0) { $0 + $1.document.byteCount }
            #expect(((eligible["size_mb"] as? Double ?? 0) * 1_048_576).rounded() == Double(bytes))
            let ages = cold.compactMap { policy == "access_based" ? $0.access.days : $0.date.days }
            let oldest = try #require(ages.max()), newest = try #require(ages.min())
            for (key, days) in [("oldest", oldest), ("newest", newest)] {
                #expect(eligible[key] as? String == Self.text(days), "\(key)")
            }
            let total = Self.documents.count
            #expect(abs((eligible["percent"] as? Double ?? 0) - Double(cold.count) * 100 / Double(total)) < 0.0001)

            try expectHistogram(report["age_histogram"], Self.documents.map(\.date.days))
            try expectHistogram(report["idle_histogram"], Self.documents.map(\.access.days))
            expectTypes(report["unexpected_types"])

            let whatIfs = try #require(report["what_if"] as? [[String: Any]])
            #expect(whatIfs.map { $0["days"] as? Int } == [0, 45, 365])
            for (whatIf, days) in zip(whatIfs, [0, 45, 365.0]) {
                let moving = Self.documents.filter { entry in
                    let (age, idle) = (entry.date.days, entry.access.days)
                    return switch policy {
                    case "time_based": age.map { $0 > days } ?? false
                    case "access_based": idle.map { $0 > days } ?? false
                    default: age.flatMap { age in idle.map { age > days && $0 > 60 } } ?? false
                    }
                }
                #expect(whatIf["documents"] as? Int == moving.count, "\(days)")
            }
        }
    }

    /// Each dated document is in one bucket: from so many days on, less than so many.
    private func expectHistogram(_ found: Any?, _ days: [Double?]) throws {
        let buckets = try #require(found as? [[String: Any]])
        #expect(buckets.count == 11)
        for bucket in buckets {
            let (from, to) = (bucket["from_days"] as? Int, bucket["to_days"] as? Int)
            let inside = days.compactMap(\.self).filter { days in
                from.map { days >= Double($0) } ?? true && to.map { days < Double($0) } ?? true
            }
            #expect(bucket["documents"] as? Int == inside.count, "\(bucket)")
        }
        let counted = buckets.reduce(0) { $0 + ($1["documents"] as? Int ?? 0) }
        #expect(counted == days.compactMap(\.self).count)
    }

    private func expectTypes(_ found: Any?) {
        var expected: [String: Int] = [:]
        for entry in Self.documents {
            if entry.date.days == nil { expected["d \(entry.date.type)", default: 0] += 1 }
            if entry.access.days == nil { expected["a \(entry.access.type)", default: 0] += 1 }
        }
        var types: [String: Int] = [:]
        for row in found as? [[String: Any]] ?? [] {
            types["\(row["field"] as? String ?? "") \(row["type"] as? String ?? "")"] = row["documents"] as? Int
        }
        #expect(types == expected)
    }

    /// The report of the only collection.
    static func report(_ result: ProcessResult) throws -> [String: Any] {
        #expect(result.exitCode == 0, "\(result)")
        let collections = try #require(try Answer(result).document["collections"] as? [String: [String: Any]])
        return try #require(collections.values.first)
    }

    /// A moment as reports write it, which is null beyond the years that JSON can say.
    private static func text(_ days: Double) -> String? {
        let formatter = ISO8601DateFormatter()
        let milliseconds = now - Int64(days * 86_400_000)
        formatter.formatOptions =
            milliseconds % 1000 == 0 ? [.withInternetDateTime] : [.withInternetDateTime, .withFractionalSeconds]
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }
}
