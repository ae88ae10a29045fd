import Mongo
import TestSupport
import Testing

/// A moved document is the same BSON, byte for byte, there and back.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ByteIdentityTests {
    /// With a cold date as the last field; what is before it keeps its bytes.
    private static func dated(_ document: BSONDocument) -> BSONDocument {
        document.appending("d", .date(milliseconds: MoveFixture.cold))
    }

    /// A document of exactly so many bytes, with a field in front of the filling.
    private static func document(
        _ id: BSONValue,
        bytes: Int,
        _ name: String = "v",
        _ value: BSONValue = 0
    ) -> BSONDocument {
        let empty: BSONDocument = ["_id": id, name: value, "filling": .binary([])]
        let filling = [UInt8](repeating: 0xAB, count: bytes - dated(empty).byteCount)
        return dated(["_id": id, name: value, "filling": .binary(filling)])
    }

    private static func moveThereAndBack(_ documents: [BSONDocument], _ fixture: MoveFixture) async throws {
        try await fixture.expect(hot: documents)
        try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": documents.count])
        try await fixture.expect(hot: [], cold: documents)
        try await fixture.run("restore", "--collection", "items", "--query", "{}")
            .expect(0, "completed", ["restored": documents.count])
        try await fixture.expect(hot: documents, cold: [])
    }

    @Test(arguments: Topology.allCases)
    func `every BSON type and a document of 15 MB move there and back byte for byte`(topology: Topology) async throws {
        let documents =
            EveryBSONType.documents.map { Self.dated($0.document) } + [Self.document("15 MB", bytes: 15 << 20)]
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.insert(documents, into: "items")
            try await Self.moveThereAndBack(documents, fixture)
        }
    }

    @Test(arguments: Topology.allCases)
    func `documents of the largest size that the server stores move there and back`(topology: Topology) async throws {
        let documents = (0..<3).map { Self.document(.int($0), bytes: 16 << 20) } + MoveFixture.documents(50).suffix(40)
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.insert(documents, into: "items")
            try await Self.moveThereAndBack(documents, fixture)
        }
    }

    @Test(arguments: Topology.allCases, [200, 15 << 20, 16 << 20])
    func `an empty timestamp at the top is moved unchanged or left with its reason`(topology: Topology, bytes: Int)
        async throws
    {
        let special = [
            Self.dated(EveryBSONType.topLevelEmptyTimestamp.document),
            Self.document("sized", bytes: bytes, "v", .timestamp(seconds: 0, increment: 0)),
        ]
        let others = MoveFixture.documents(5)
        let everything = special + others
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.insert(others, into: "items")
            try await fixture.put(special, into: "items")
            try await fixture.expect(hot: everything)
            let migration = try await fixture.run("migrate", "--all")
            let moved = try await Self.expectWholeMove(migration, of: everything, "migrated", fixture, special)
            try await fixture.expect(hot: everything.filter { !moved.contains($0) }, cold: moved)
            // What did not move is put there by hand, so that the way back is tried as well.
            try await fixture.put(everything, into: "items_archive")
            try await fixture.hot.run(["delete": "items", "deletes": [["q": [:], "limit": 0]]])
            let restoration = try await fixture.run("restore", "--collection", "items", "--query", "{}")
            let back = try await Self.expectWholeMove(restoration, of: everything, "restored", fixture, special)
            try await fixture.expect(hot: back, cold: everything.filter { !back.contains($0) })
        }
    }

    /// Expects that all moved, or all but special ones that are named with a reason; returns what moved.
    private static func expectWholeMove(
        _ run: MoveRun,
        of documents: [BSONDocument],
        _ count: String,
        _ fixture: MoveFixture,
        _ special: [BSONDocument]
    ) async throws -> [BSONDocument] {
        let left = run.problems.compactMap { $0["id"] }
        run.expect(
            left.isEmpty ? 0 : 1,
            left.isEmpty ? "completed" : "partial",
            [
                count: documents.count - left.count, "failed": left.count,
            ]
        )
        #expect(left.allSatisfy { id in special.contains { $0["_id"] == id } }, "\(run.result)")
        return documents.filter { document in !left.contains { $0 == document["_id"] } }
    }

    @Test(arguments: Topology.allCases, [false, true])
    func `every type of _id moves in one collection`(topology: Topology, isIndexed: Bool) async throws {
        let ids: [BSONValue] = [
            1, 2.5, .int64(1 << 40), "user123", "", .objectID(Array(1...12)), ["b": 1, "a": .null], [:],
            .binary(Array(1...16), subtype: 4), .binary([1, 2, 3]), .date(milliseconds: -1), true, false,
            BSONValue(type: .decimal128, bytes: RawBSON.decimal128(high: 0x303E_0000_0000_0000, low: 77)[...]),
            .minKey, .maxKey, .timestamp(seconds: 5, increment: 5), .null, .double(.nan), .double(-.infinity),
            .text(.symbol, "symbol"), .text(.javascript, "f()"),
        ]
        let cold = ids.map { MoveFixture.document($0) }
        let hot = (0..<5).map { MoveFixture.document(.int(100 + $0), at: MoveFixture.hot) }
        try await MoveFixture.using(on: topology) { fixture in
            if isIndexed { try await fixture.hot.createIndex(on: "items", ["d": 1]) }
            try await fixture.hot.insert(cold + hot, into: "items")
            try await fixture.run("migrate", "--all", "--batch-size", "4")
                .expect(0, "completed", ["migrated": ids.count, "deleted": ids.count, "verified": ids.count])
            try await fixture.expect(hot: hot, cold: cold)
            try await fixture.expectJournalIsArchive()
            try await fixture.run("restore", "--collection", "items", "--query", "{}", "--batch-size", "4")
                .expect(0, "completed", ["restored": ids.count])
            try await fixture.expect(hot: hot + cold, cold: [])
            // Each of them is held, whatever its type.
            try await fixture.run("migrate", "--all").expect(0, "completed", ["held": ids.count, "migrated": 0])
        }
    }
}
