import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// A reply is a claim by whoever sent it.
@Suite("A reply of a server")
struct HostileReplyTests {
    /// Numbers that no server has counted.
    static let monsters: [BSONValue] = [
        .int64(.max), .int64(.min), .int64(.max - 1), -1, .double(1e300), .double(-1e300), .double(.nan),
        .double(.infinity), .double(-.infinity), .double(9.3e18), .int32(.max),
    ]
    static let policy = Policy(kind: .timeBased, dateField: .of("d"))
    static let now: Int64 = 1_795_363_200_000

    @Test("with sizes beyond reason does not end the process", arguments: monsters)
    func sizes(number: BSONValue) {
        let names = ["count", "size", "storageSize", "totalIndexSize", "freeStorageSize", "avgObjSize", "maxSize"]
        let reply = BSONDocument((names + ["fsTotalSize", "fsUsedSize"]).map { ($0, number) })
        var usage = StorageUsage(collStats: reply)
        for _ in 0..<100 { usage += usage }
        #expect(usage.dataBytes >= 0 && usage.averageDocumentBytes >= 0)
        #expect(CollectionFacts.averageDocumentBytes(reply).map { $0 >= 0 } ?? true)
        #expect(ServerFacts.oplogBytes(reply).map { $0 >= 0 } ?? true)
        #expect(ServerFacts.Disk(dbStats: reply).map { $0.free >= 0 } ?? true)
    }

    @Test("with sums beyond reason does not end the process", arguments: monsters)
    func sums(number: BSONValue) throws {
        let grid = DateGrid([PolicyFilter(Self.policy, at: Self.now)])
        let row: BSONDocument = ["_id": ["0": 1], "documents": number, "bytes": number]
        let cell = try grid.cell(row, policy: Self.policy)
        #expect(Array(repeating: cell, count: 3_000).sum().documents >= 0)
        #expect(Array(repeating: cell.scaled(by: 1e6), count: 3_000).sum().bytes >= 0)
        #expect(Self.policy.sum(row).documents >= 0)
    }

    @Test("that puts documents into an interval of time that is not there is refused", arguments: monsters + [3, 4])
    func intervals(number: BSONValue) throws {
        let grid = DateGrid([PolicyFilter(Self.policy, at: Self.now)])
        #expect(throws: MigrationError.self) {
            try grid.cell(["_id": ["0": number], "documents": 1, "bytes": 1], policy: Self.policy)
        }
    }

    @Test("about a sample with numbers beyond reason does not end the process", arguments: monsters)
    func samples(number: BSONValue) {
        let group: BSONValue = ["_id": ["0": "usable date"], "documents": number]
        var sample = FieldSample(size: 10, fields: [FieldSample.Field(field: DatedField(path: .of("d"), type: .date))])
        sample.read(["contents": [group, group, group], "eligible": [["documents": number, "bytes": number]]])
        for count in [0, 1, Int.max] { #expect(sample.bytesToMove(ofDocuments: count) >= 0) }
    }

    @Test("with a clock beyond the calendar is refused", arguments: [.min, .max, -1] as [Int64])
    func clocks(time: Int64) {
        let hello: BSONDocument = ["localTime": .date(milliseconds: time)]
        #expect(throws: MigrationError.self) { try Deployment(hello: hello).localTime }
        var facts = ServerFacts(server: .hot, address: "h")
        facts.readHello(hello, before: Self.now, after: Self.now)
        #expect(facts.clockDifference != .zero)
    }

    @Test("without a clock is refused", arguments: [nil, .int64(1_795_363_200_000), .null] as [BSONValue?])
    func noClock(time: BSONValue?) {
        let hello = time.map { BSONDocument().appending("localTime", $0) } ?? BSONDocument()
        #expect(throws: MigrationError.self) { try Deployment(hello: hello).localTime }
    }

    @Test("with an ordinary clock is believed")
    func clock() throws {
        #expect(try Deployment(hello: ["localTime": .date(milliseconds: Self.now)]).localTime == Self.now)
    }
}
