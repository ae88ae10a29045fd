import Foundation
import Mongo
import TestSupport
import Testing

@Suite("A date written as text", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct TextDateTests {
    private static let year2020: Int64 = 1_577_836_800
    private static let types = ["date", "epoch_seconds", "epoch_millis", "object_id"]

    /// Two documents of 2015 and two of 2020.
    private static func fill(_ bench: Bench, _ type: String) async throws {
        let old: Int64 = 1_420_070_400  // 2015-01-01
        let value: (Int64) -> BSONValue = { second in
            switch type {
            case "epoch_seconds": .int64(second)
            case "epoch_millis": .int64(second * 1000)
            case "object_id":
                .objectID([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: second >> $0) } + [0, 0, 0, 0, 0, 0, 0, 1])
            default: .date(milliseconds: second * 1000)
            }
        }
        let documents = [old, old + 1, year2020, year2020 + 1].enumerated().map { index, second in
            ["_id": .int(index), "d": value(second)] as BSONDocument
        }
        try await bench.database.insert(documents, into: "users")
    }

    @Test("protects documents in exclude and filter, whatever type their dates have", arguments: types)
    func protects(type: String) async throws {
        for (key, comparison) in [("exclude", "$gte"), ("filter", "$lt")] {
            try await Bench.with { bench in
                try await Self.fill(bench, type)
                let query = #""\#(key)": {"d": {"\#(comparison)": "2020-01-01"}}"#
                try bench.configure(#""users": {\#(Bench.policy), "date_type": "\#(type)", \#(query)}"#)
                let run = try Answer(try await bench.run(["migrate", "--all", "--json"]))
                #expect(run.collections.map { $0["migrated"] as? Int } == [2], "\(type) \(key)")
                let ids = try await bench.database.documents(in: "users_archive").compactMap { $0["_id"]?.integer }
                #expect(ids.sorted() == [0, 1])
                let back = ["restore", "--collection", "users", "--json", "--query"]
                let restored = try Answer(try await bench.run(back + [#"{"d": {"$lt": "2015-01-02"}}"#]))
                #expect(restored.collections.map { $0["restored"] as? Int } == [2])
            }
        }
    }

    @Test("is refused where it is no date")
    func refused() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(#""users": {\#(Bench.policy), "exclude": {"d": {"$gte": "1.5.2025"}}}"#)
            let message = #""1.5.2025" is no date, and d holds dates (date): write 2025-05-01 or 2025-05-01T08:30:00Z"#
            try await bench.expectRefusal(["migrate", "--all"], 78, saying: ["collections.users.exclude", message])
            try bench.configure()
            let query = ["restore", "--collection", "users", "--query", #"{"d": {"$gte": "1.5.2025"}}"#]
            try await bench.expectRefusal(query, 64, saying: [message])
        }
    }
}
