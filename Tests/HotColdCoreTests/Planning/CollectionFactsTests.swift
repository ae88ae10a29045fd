import Mongo
import Testing

@testable import HotColdCore

@Suite("An index")
struct CollectionFactsTests {
    typealias Index = CollectionFacts.Index

    @Test(
        "leads with its first field where that is ordered",
        arguments: [(1, "a"), (-1, "a"), (1.0, "a"), ("hashed", nil), ("text", nil), ("2dsphere", nil)]
            as [(BSONValue, String?)]
    )
    func leading(direction: BSONValue, field: String?) {
        #expect(Index.on("a", direction).leadingField == field)
    }

    @Test("of several fields leads with the first")
    func compound() {
        #expect(Index(name: "x", key: ["b": -1, "a": 1], specification: [:]).leadingField == "b")
        #expect(Index(name: "x", key: [:], specification: [:]).leadingField == nil)
    }

    @Test("does not count where it leaves documents out or the planner may not use it")
    func partial() {
        #expect(Index.on("a", options: ["partialFilterExpression": ["b": 1]]).leadingField == nil)
        #expect(Index.on("a", options: ["hidden": true]).leadingField == nil)
        let keys: [BSONDocument] = [
            ["a": 1, "b": "2dsphere"], ["a": 1, "b": "2d"], ["a": 1, "_fts": "text", "_ftsx": 1], ["a": 1, "$**": 1],
            ["a": -1, "b.$**": -1], ["a": 1, "b": "hashed"], ["a": 1, "b": -1, "c": "2dsphere"],
        ]
        for key in keys { #expect(Index(name: "x", key: key, specification: [:]).leadingField == nil, "\(key)") }
        #expect(Index.on("a", options: ["sparse": true]).leadingField == "a")
    }

    @Test(
        "expires after the seconds that the server says in whatever numeric type",
        arguments: [(60, 60), (.int64(60), 60), (60.9, 60), (-5, 0), (true, nil), ("60", nil)] as [(BSONValue, Int64?)]
    )
    func expiry(value: BSONValue, seconds: Int64?) {
        #expect(Index.expiring("a", after: value).expireAfterSeconds == seconds)
    }

    @Test("with a lifetime that is no number, or none that fits, does not end the process")
    func monstrousExpiry() {
        for value in [Double.nan, .infinity, -.infinity, 1e300] {
            _ = Index.expiring("a", after: .double(value)).expireAfterSeconds
        }
    }

    @Test("without expiry has none")
    func noExpiry() { #expect(Index.on("a").expireAfterSeconds == nil) }
}

@Suite("A batch")
struct BatchSizeTests {
    @Test(
        "has as many documents as configured, fewer where they are large, and at least one",
        arguments: [
            (1000, nil, 1000), (1000, 0, 1000), (1000, 100, 1000), (1000, 4194, 1000), (1000, 4195, 999),
            (1000, 1 << 20, 4), (1000, 16 << 20, 1), (2, 1 << 20, 2), (1, 16 << 20, 1), (100_000, 1024, 4096),
        ] as [(Int, Int?, Int)]
    )
    func size(configured: Int, average: Int?, size: Int) {
        #expect(MigrationPlanner.batchSize(configured, average: average) == size)
    }
}
