import Mongo
import Testing

@testable import HotColdCore

@Suite("A record of the history")
struct RunRecordTests {
    @Test("of a migration has what was migrated, of a restore what was restored")
    func moved() {
        let fields: [(String, BSONValue)] = [
            ("status", "partial"), ("migrated", 3), ("restored", 4), ("bytes", .int64(1 << 40)), ("conflicts", 1),
            ("failed", 2), ("duration_seconds", .double(1.5)), ("documents_per_second", 2),
            ("started_at", .date(milliseconds: 7)), ("finished_at", .date(milliseconds: 8)), ("run_id", "R"),
            ("collection", "users"),
        ]
        let migration = RunRecord(BSONDocument([("command", "migrate")] + fields))
        #expect(migration.moved == 3 && migration.bytes == 1 << 40 && migration.conflicts == 1 && migration.failed == 2)
        #expect(migration.duration == .seconds(1.5) && migration.documentsPerSecond == 2)
        #expect(migration.startedAt == 7 && migration.finishedAt == 8)
        #expect(migration.run == "R" && migration.collection == "users" && migration.status == "partial")
        #expect(RunRecord(BSONDocument([("command", "restore")] + fields)).moved == 4)
    }

    @Test("has no duration before a run has said it", arguments: ["running", "abandoned", "", "odd"])
    func unfinished(status: String) {
        let record = RunRecord(["status": .string(status), "duration_seconds": 0, "documents_per_second": 0])
        #expect(record.duration == nil && record.documentsPerSecond == nil)
    }

    @Test("does not stumble over anything")
    func nonsense() {
        let record = RunRecord([
            "status": "completed", "duration_seconds": .double(.nan), "documents_per_second": .double(1e300),
            "started_at": "yesterday", "migrated": .double(0.5), "command": 7,
        ])
        #expect(record.duration == nil && record.documentsPerSecond == nil && record.startedAt == nil)
        #expect(record.moved == 0 && record.command == "")
        #expect(record.structured["started_at"] == "yesterday")
    }
}
