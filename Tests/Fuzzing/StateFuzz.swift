import TestSupport

@testable import HotColdCLI
@testable import HotColdCore
@testable import Mongo

extension FuzzTarget {
    /// Documents of the state database: leases, seats, notes, the journal, the history, alerts.
    static let state = FuzzTarget(
        name: "state",
        seeds: { withMonsters(records) },
        run: { bytes in
            guard let document = try? BSONDocument(bytes: bytes[...]) else { return }
            if let holder = LeaseHolder(document) { _ = ISO8601.string(fromMilliseconds: holder.since) }
            let term = LeaseTerm(document)
            _ = (term.isInForce, term.silence)
            _ = TierHistory.Pair(document, on: .null)
            readSeats(document)
            if let record = try? JournalRecord(document) {
                let check = RecordCheck(record)
                _ = (check.fault, check.released)
                for position in record.ids.indices.prefix(5) {
                    _ = check.accepts(Fingerprint(document), at: position)
                }
            }
            let run = RunRecord(document)
            _ = (run.structured.json(.compact), run.duration.map(Quantity.duration))
            if let part = RunProof.Part(history: document) { _ = (part.expired, part.isSound) }
            _ = ToldAlert(document)
            readHistory(document)
        }
    )

    /// What earlier runs found, as a run that is to begin is compared with it.
    private static func readHistory(_ document: BSONDocument) {
        let history = ShareGuard(
            migrations: [document, document, document, document],
            restores: [document, document],
            unusualPercent: 0
        )
        let policy = Policy(record: document["policy_used"]?.document ?? document) ?? Policy(kind: .timeBased)
        for count in [0, 1 << 53] {
            _ = history.judge(cold: count, limit: nil, of: 1, at: 1_795_363_200_000)
            _ = history.judgeChange(moving: count, limit: 5, of: count, to: policy)
        }
    }

    private static func readSeats(_ document: BSONDocument) {
        let seat = Seat(id: "s", collection: Namespace(database: "hotcold", collection: "seats"))
        let (hot, cold) = (try? Seat.Hot(document), try? Seat.Cold(document))
        if let hot { _ = (hot.position.next, cold?.uncommitted(after: hot.position.done).byteCount) }
        if let hot { _ = try? hot.landed.unchanged(among: SourceBatch(DocumentBatch([document]))) }
        for replaced in cold?.undo ?? [] { _ = replaced["_id"] }
        _ = try? GuardedNotes.entries(of: document, in: seat)
        _ = try? CopiesInHandReader.entries(hot: [document, document], cold: [document])
        _ = SeatRegister.elsewhere(document, in: seat.collection)
        _ = SeatRegister.foreignSeat(document, in: seat.collection)
    }

    private static let records: [BSONDocument] = [
        [
            "_id": "app.users", "owner": "h:1:run", "host": "h", "machine_id": "m", "boot_id": "b", "pid": 7,
            "run": "r",
            "sessions": [["id": .binary(Array(1...16), subtype: 4)]], "acquired_at": .date(milliseconds: 1),
            "expires_at": .date(milliseconds: 2), "epoch": .int64(3), "now": .date(milliseconds: 1),
            "tier": "hot",
        ],
        [
            "_id": "seat", "tier": "hot", "run": "r", "ns": "a.b", "cold": "c.d", "epoch": .int64(1), "done": .int64(4),
            "fenced": false, "landed": ["ids": [1, "x"], "digests": .binary(Array(repeating: 7, count: 64))],
        ],
        [
            "_id": "seat", "tier": "cold", "batch": .int64(5), "ids": [1, 2],
            "undo": [.binary((["_id": 1, "v": "old"] as BSONDocument).bytes)],
        ],
        [
            "_id": "seat", "tier": "none",
            "copies": [["id": 1, "digest": .binary(Array(1...32)), "undo": .binary(BSONDocument().bytes)]],
        ],
        [
            "_id": .objectID(Array(1...12)), "run": "r", "direction": "migrate", "source": "a.b", "target": "c.d",
            "ids": [1, 2], "digests": .binary(Array(repeating: 9, count: 32)), "digest": .binary(Array(1...32)),
            "count": 2, "bytes": .int64(100), "committed_at": .date(milliseconds: 3), "copy_only": true,
        ],
        [
            "_id": "r/users", "run_id": "r", "collection": "users", "command": "restore", "status": "completed",
            "source": "a.b", "target": "c.d", "started_at": .date(milliseconds: 1),
            "finished_at": .date(milliseconds: 2),
            "restored": 5, "deleted": 0, "already_in_target": 1, "bytes": .int64(50), "conflicts": 0, "failed": 0,
            "duration_seconds": .double(1.5), "documents_per_second": .double(3.3), "problems": [["id": 1]],
        ],
        ["_id": "hot_size", "raised": true, "changed_at": .date(milliseconds: 5), "value_bytes": .int64(9)],
        ["_id": ["ns": "a.b", "id": 1], "until": .date(milliseconds: .max), "run": "r"],
    ]
}
