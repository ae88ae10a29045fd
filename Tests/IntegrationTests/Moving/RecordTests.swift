import HotColdCore
import Mongo
import TestSupport
import Testing

/// What a run leaves behind for those who ask later: the archive as it was made, the journal, the history.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(10)))
struct RecordTests {
    @Test func `the archive is made with zstd and the collation of hot`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.database.run(["create": "items", "collation": ["locale": "de", "strength": 2]])
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            let stats = try await fixture.database.run(["collStats": "items_archive"])
            let creation = stats["wiredTiger"]?.document?["creationString"]?.string ?? ""
            #expect(creation.contains("block_compressor=zstd"))
            let list = try await fixture.database.withClient { try $0.all(["listCollections": 1], on: $1) }
            let collations = ["items", "items_archive"].map { name in
                list.first { $0["name"]?.string == name }?["options"]?.document?["collation"]
            }
            #expect(collations[0] != nil && collations[0] == collations[1])
        }
    }

    @Test func `the configured compressor is used`() async throws {
        let items = #""items": {"policy": "time_based", "date_field": "d", "cold_compressor": "zlib"}"#
        try await MoveFixture.using(collections: items) { fixture in
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            let stats = try await fixture.database.run(["collStats": "items_archive"])
            #expect(stats["wiredTiger"]?.document?["creationString"]?.string?.contains("block_compressor=zlib") == true)
        }
    }

    @Test func `the journal names each batch's documents with their digests`() async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(25)
            let started = try await fixture.database.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
            let run = try await fixture.run("migrate", "--all", "--batch-size", "10")
            let ended = try await fixture.database.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
            let byID = Dictionary(uniqueKeysWithValues: documents.map { ($0["_id"] ?? .null, $0) })
            let journal = try await fixture.journal()
            #expect(journal.map { $0["count"]?.integer ?? 0 }.sorted() == [5, 10, 10])
            for record in journal {
                let ids = try #require(record["ids"]?.array)
                let moved = ids.compactMap { byID[$0] }
                let digests = moved.flatMap { Digest.sha256($0.bytes).prefix(16) }
                #expect(ids.count == moved.count && record["count"]?.integer == Int64(ids.count))
                #expect(record["digests"] == .binary(digests))
                #expect(record["digest"] == .binary(Digest.sha256(digests[...])))
                #expect(record["bytes"]?.integer == Int64(moved.reduce(0) { $0 + $1.byteCount }))
                #expect(record["run"]?.string == run.id && record["direction"]?.string == "migrate")
                #expect(record["source"]?.string == "\(fixture.database.name).items")
                #expect(record["target"]?.string == "\(fixture.database.name).items_archive")
                #expect(record["copy_only"] == nil)
                // This machine's clock counts on from the server's: a moment's difference is allowed.
                let time = record["committed_at"]?.dateMilliseconds ?? 0
                #expect((started - 1000...ended + 1000).contains(time))
            }
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test func `the history has the report and what it was made with`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(25)
            let run = try await fixture.run("migrate", "--all", "--batch-size", "10")
            run.expect(0, "completed", ["migrated": 25])
            #expect(run.warnings.filter { !$0.contains("no index") }.isEmpty, "\(run.result)")
            let history = try await fixture.history(of: run.id)
            for name in [
                "collection", "policy", "source", "target", "status", "eligible", "scanned", "migrated", "verified",
                "deleted", "changed", "vanished", "held", "conflicts", "failed", "bytes", "batches", "problem_count",
            ] { #expect(history[name] == run.first[name], "\(name)") }
            #expect(history["command"]?.string == "migrate")
            #expect(history["host"]?.string == HostIdentity.current.host)
            #expect((history["pid"]?.integer ?? 0) > 0 && history["version"]?.string == Version.current)
            #expect(history["started_at"]?.type == .date && history["finished_at"]?.type == .date)
            #expect(history["oldest"]?.dateMilliseconds == MoveFixture.cold)
            let policy = try #require(history["policy_used"]?.document)
            #expect(policy["date_field"]?.string == "d" && policy["cold_threshold_days"]?.integer == 30)
        }
    }

    @Test func `what hotcold does is marked for profilers with its name and run`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(25)
            try await fixture.database.run(["profile": 2])
            let run = try await fixture.run("migrate", "--all")
            try await fixture.database.run(["profile": 0])
            for operation in ["insert", "remove"] {
                let entries = try await fixture.database.documents(
                    in: "system.profile",
                    matching: ["op": .string(operation), "appName": "hotcold"]
                )
                #expect(!entries.isEmpty)
                for entry in entries {
                    let comment = entry["command"]?.document?["comment"] ?? entry["comment"]
                    #expect(comment?.string == "hotcold \(run.id)", "\(entry.testDescription)")
                }
            }
        }
    }
}
