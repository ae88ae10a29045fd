import Mongo
import Testing

@testable import HotColdCore

@Suite("What movers have in hand")
struct CopiesInHandTests {
    private func hot(_ seat: String, done: Int64, landed: [BSONValue] = []) -> BSONDocument {
        let landing: BSONValue = ["ids": .array(landed), "digests": .binary([UInt8](repeating: 0, count: 32))]
        return [
            "_id": .string(seat), "tier": "hot", "run": "r", "done": .int64(done), "fenced": false, "landed": landing,
        ]
    }

    private func cold(_ seat: String, batch: Int64, _ ids: [BSONValue]) -> BSONDocument {
        ["_id": .string(seat), "tier": "cold", "run": "r", "batch": .int64(batch), "ids": .array(ids), "undo": []]
    }

    @Test("Copies of a batch that is not done are in hand, those of one that is are moved")
    func batches() throws {
        let under = try CopiesInHandReader.entries(hot: [hot("r/1", done: 4)], cold: [cold("r/1", batch: 5, [1, 2])])
        #expect(under.map(\.ids) == [[1, 2]])
        let done = try CopiesInHandReader.entries(hot: [hot("r/1", done: 5)], cold: [cold("r/1", batch: 5, [1, 2])])
        #expect(done.map(\.ids) == [[]])
    }

    @Test("What a restore has brought to hot is in hand")
    func landed() throws {
        let seats = try CopiesInHandReader.entries(
            hot: [hot("r/1", done: 1, landed: [7])],
            cold: [cold("r/1", batch: 0, [])]
        )
        #expect(seats.map(\.ids) == [[7]])
    }

    @Test("A half without the other one counts, too")
    func halves() throws {
        let seats = try CopiesInHandReader.entries(
            hot: [hot("r/2", done: 0)],
            cold: [cold("r/1", batch: 3, [1])]
        )
        #expect(seats.map(\.seat) == ["r/1", "r/2"])
        #expect(seats.map(\.ids) == [[1], []])
    }

    @Test("A run is dead only where no run is at work")
    func deadRuns() throws {
        let entries = try CopiesInHandReader.entries(
            hot: [hot("r/1", done: 0), hot("r/2", done: 0)],
            cold: [cold("r/1", batch: 1, [1, 2]), cold("r/2", batch: 1, [3])]
        )
        let abandoned = CopiesInHand(holder: nil, entries: entries)
        #expect(abandoned.deadRuns == [DeadRun(run: "r", seats: 2, documents: 3)])
        #expect(abandoned.run(with: 3) == "r")
        #expect(abandoned.run(with: 4) == nil)
        let holder = try #require(LeaseHolder(["owner": "somebody"]))
        #expect(CopiesInHand(holder: holder, entries: entries).deadRuns.isEmpty)
    }

    @Test("A cold half alone without copies is nobody's here")
    func strangers() throws {
        let seats = try CopiesInHandReader.entries(hot: [], cold: [cold("r/1", batch: 3, [])])
        #expect(seats.isEmpty)
    }
}
