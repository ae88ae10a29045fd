import Mongo
import Testing

@testable import HotColdCore

@Suite("Sorting a batch by what the target has")
struct BatchSortingTests {
    private static let one: BSONDocument = ["_id": 1, "a": "x"]
    private static let two: BSONDocument = ["_id": 2, "a": "y"]
    private static let empty: BSONDocument = ["_id": 3, "at": .timestamp(seconds: 0, increment: 0)]

    private func batch(_ documents: BSONDocument...) throws -> SourceBatch {
        try SourceBatch(DocumentBatch(documents))
    }

    private func sorting(
        _ source: SourceBatch,
        existing: SourceBatch,
        replaceable: Set<BSONValue> = [],
        _ policy: ConflictPolicy = .skip
    ) throws -> BatchSorting {
        try BatchSorting(source, existing: existing, replaceable: replaceable, onConflict: policy)
    }

    @Test("What the target lacks is inserted and leaves the source")
    func absent() throws {
        let sorted = try sorting(batch(Self.one, Self.two), existing: batch())
        #expect(sorted.inserts.ids == [1, 2])
        #expect(sorted.moving.ids == [1, 2])
        #expect(sorted.alreadyInTarget == 0)
    }

    @Test("What the target has with the same bytes only leaves the source")
    func identical() throws {
        let sorted = try sorting(batch(Self.one, Self.two), existing: batch(Self.two))
        #expect(sorted.inserts.ids == [1])
        #expect(sorted.moving.ids == [1, 2])
        #expect(sorted.alreadyInTarget == 1)
    }

    @Test("What the target has with other bytes stays in the source")
    func conflict() throws {
        let sorted = try sorting(batch(Self.one, Self.two), existing: batch(["_id": 2, "a": "z"]))
        #expect(sorted.conflicts == [2])
        #expect(sorted.moving.ids == [1])
        #expect(sorted.outdated.isEmpty)
    }

    @Test("An int and a double of the same value are other bytes")
    func numericTypes() throws {
        let sorted = try sorting(batch(["_id": 1, "a": 1]), existing: batch(["_id": 1, "a": 1.0]))
        #expect(sorted.conflicts == [1])
    }

    @Test("The same fields in another order are other bytes")
    func fieldOrder() throws {
        let sorted = try sorting(batch(["_id": 1, "a": 1, "b": 2]), existing: batch(["_id": 1, "b": 2, "a": 1]))
        #expect(sorted.conflicts == [1])
    }

    @Test("A replaceable target document gives way to an insert")
    func replaceable() throws {
        let sorted = try sorting(batch(Self.one), existing: batch(["_id": 1, "a": "old"]), replaceable: [1])
        #expect(sorted.outdated.compactMap { $0["_id"] } == [1])
        #expect(sorted.inserts.ids == [1])
        #expect(sorted.conflicts.isEmpty)
        #expect(sorted.alreadyInTarget == 0)
    }

    @Test("With keep-target the target's version stands for the source's, which leaves")
    func keepTarget() throws {
        let kept: BSONDocument = ["_id": 1, "a": "kept"]
        let sorted = try sorting(batch(Self.one), existing: batch(kept), .keepTarget)
        #expect(sorted.moving.ids == [1])
        #expect(sorted.inserts.isEmpty)
        #expect(sorted.kept == [1: kept])
        #expect(sorted.alreadyInTarget == 1)
    }

    @Test("A top-level Timestamp(0, 0) goes by an update, since an insert would alter it")
    func emptyTimestamp() throws {
        let sorted = try sorting(batch(Self.one, Self.empty), existing: batch())
        #expect(sorted.inserts.ids == [1])
        #expect(sorted.replacements.ids == [3])
        #expect(sorted.moving.ids == [1, 3])
    }

    @Test("A Timestamp(0, 0) inside another document is inserted as it is")
    func nestedTimestamp() throws {
        let nested: BSONDocument = ["_id": 4, "in": ["at": .timestamp(seconds: 0, increment: 0)]]
        #expect(try sorting(batch(nested), existing: batch()).inserts.ids == [4])
    }

    @Test("A document whose _id is not its first field can't be moved unchanged")
    func misplacedID() throws {
        let source = try batch(["a": 1, "_id": 5])
        #expect {
            try sorting(source, existing: batch())
        } throws: { error in
            guard case MoveInterruption.documents(let faults) = error else { return false }
            return faults.map(\.id) == [5] && faults[0].kind == .failed
        }
    }
}

@Suite("Comparing copies with their sources")
struct SourceBatchTests {
    private let source: [BSONDocument] = [["_id": 1, "a": 1], ["_id": 2, "a": 2], ["_id": 3, "a": 3]]

    private func differences(_ copies: [BSONDocument]) throws -> [BSONValue] {
        try SourceBatch(DocumentBatch(source)).differences(from: DocumentBatch(copies))
    }

    @Test("The same documents in the same order do not differ")
    func same() throws { #expect(try differences(source).isEmpty) }

    @Test("The same documents in another order do not differ")
    func reordered() throws { #expect(try differences(source.reversed()).isEmpty) }

    @Test("A missing copy differs")
    func missing() throws { #expect(try differences([source[0], source[2]]) == [2]) }

    @Test("A copy with one flipped bit differs")
    func flipped() throws {
        for position in source[1].bytes.indices.dropFirst(4).dropLast() {
            var bytes = Array(source[1].bytes)
            bytes[position] ^= 1
            guard let copy = try? BSONDocument(bytes: bytes[...]), (try? copy.validate()) != nil, copy["_id"] != nil
            else {
                continue
            }
            #expect(try differences([source[0], copy, source[2]]) == [2])
        }
    }

    @Test("A copy too many is none of the source's")
    func extra() throws { #expect(try differences(source + [["_id": 4]]).isEmpty) }
}
