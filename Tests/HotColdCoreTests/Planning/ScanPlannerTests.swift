import Mongo
import Testing

@testable import HotColdCore

@Suite("A migration along an index on the date")
struct ScanPlannerTests {
    /// Whether it goes by `_id` instead.
    private func goesByID(
        moving count: Int,
        of documents: Int64 = 100,
        bytes: Int = 1000,
        clustered: BSONDocument = [:],
        indexes: [CollectionFacts.Index] = [.on("d")]
    ) throws -> Bool {
        let facts = CollectionFacts.sample(
            "hot",
            options: clustered,
            indexes: indexes,
            documents: documents,
            averageDocumentBytes: bytes
        )
        let (index, field) = ("d_1", try #require(FieldPath("d")))
        let oldestFirst = MigrationPlan.ScanOrder.oldestFirst(index: index, field: field)
        let planner = ScanPlanner(facts: facts, selection: [:])
        let order = planner.order(oldestFirst, moving: count, options: MoveOptions())
        #expect(order == oldestFirst || order == .byID(index: index, field: field))
        return order != oldestFirst
    }

    @Test(
        "goes by _id where half of the collection moves",
        arguments: [(0, false), (49, false), (50, true), (120, true)]
    )
    func half(count: Int, expected: Bool) throws {
        #expect(try goesByID(moving: count) == expected)
        #expect(try !goesByID(moving: 0, of: 0))
    }

    @Test("does not where more than 1 GiB stays, which the server would look through")
    func large() throws {
        #expect(try goesByID(moving: 1024, of: 2048, bytes: 1 << 20))
        #expect(try !goesByID(moving: 1025, of: 2050, bytes: 1 << 20))
    }

    @Test("does not where the server deletes by itself, be it a clustered collection")
    func expiring() throws {
        #expect(try !goesByID(moving: 100, indexes: [.on("d"), .expiring("seen", after: 60)]))
        #expect(try !goesByID(moving: 100, clustered: ["clusteredIndex": [:], "expireAfterSeconds": 60]))
    }

    /// 2^53 is what a count in a reply is pressed into.
    @Test("survives sizes beyond reason")
    func beyondReason() throws {
        #expect(try !goesByID(moving: 1 << 52, of: 1 << 53, bytes: 1 << 53))
    }
}
