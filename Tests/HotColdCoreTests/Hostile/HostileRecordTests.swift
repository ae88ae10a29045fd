import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// Anybody who may write to the state database may write anything there.
@Suite("A record of the state database")
struct HostileRecordTests {
    private static func record(count: BSONValue, copyOnly: Bool) -> BSONDocument {
        [
            "_id": 1, "run": "r", "direction": "migrate", "source": "a.b", "target": "c.d", "ids": [1, 2],
            "digests": .binary(Array(repeating: 9, count: 32)), "digest": .binary(Array(1...32)), "count": count,
            "bytes": count, "committed_at": .date(milliseconds: .max), "copy_only": .bool(copyOnly),
        ]
    }

    @Test("of the journal with a number beyond reason is damaged", arguments: HostileReplyTests.monsters)
    func journal(number: BSONValue) {
        for copyOnly in [false, true] {
            guard let record = try? JournalRecord(Self.record(count: number, copyOnly: copyOnly)) else { continue }
            let check = RecordCheck(record)
            #expect(check.fault != nil && check.released >= 0 && record.bytes >= 0)
        }
    }

    @Test("of a seat that has had its last batch is refused", arguments: [.int64(.max), -1, "1"] as [BSONValue])
    func seat(done: BSONValue) {
        #expect(throws: MigrationError.self) { try Seat.Hot(["_id": "s", "done": done, "fenced": false]) }
    }

    @Test("of a lease that was taken for the last time is refused")
    func epoch() throws {
        let namespace = Namespace(database: "a", collection: "b")
        #expect(throws: MigrationError.self) { try Lease.epoch(after: .max, of: namespace) }
        #expect(try Lease.epoch(after: 7, of: namespace) == 8)
    }

    @Test("of the history with numbers beyond reason does not end the process", arguments: HostileReplyTests.monsters)
    func history(number: BSONValue) {
        let names = ["migrated", "restored", "already_in_target", "bytes", "duration_seconds", "documents_per_second"]
        for command in ["migrate", "restore"] {
            let document = BSONDocument(
                [("command", .string(command)), ("source", "a.b"), ("target", "c.d"), ("deleted", 0)]
                    + [("status", "completed")] + names.map { ($0, number) }
            )
            #expect(RunRecord(document).moved >= 0)
            _ = RunProof.Part(history: document)?.expired
        }
    }

    @Test("cut off anywhere is read or refused")
    func truncated() {
        let documents: [BSONDocument] = [
            Self.record(count: 2, copyOnly: true),
            ["_id": "s", "done": 1, "fenced": false, "landed": ["ids": [1], "digests": .binary(Array(1...32))]],
            ["_id": "s", "batch": 1, "ids": [1], "undo": [.binary(BSONDocument().bytes)]],
            ["_id": "s", "copies": [["id": 1, "digest": .binary([1]), "undo": .binary(BSONDocument().bytes)]]],
            ["_id": "a.b", "owner": "o", "pid": .int64(.max), "acquired_at": .date(milliseconds: .min)],
        ]
        for document in documents {
            for count in 5..<document.byteCount {
                // Cut off, with a frame that looks right again.
                let bytes = RawBSON.int32(Int32(count)) + document.bytes.dropFirst(4).prefix(count - 5) + [0]
                guard let cut = try? BSONDocument(bytes: bytes[...]) else { continue }
                _ = (try? JournalRecord(cut)).map(RecordCheck.init)
                _ = (try? Seat.Hot(cut), try? Seat.Cold(cut), LeaseHolder(cut), RunRecord(cut))
                let seat = Seat(id: "s", collection: Namespace(database: "a", collection: "b"))
                _ = try? GuardedNotes.entries(of: cut, in: seat)
                _ = try? CopiesInHandReader.entries(hot: [cut], cold: [cut])
            }
        }
    }
}
