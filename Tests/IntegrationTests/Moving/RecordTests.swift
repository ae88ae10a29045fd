import HotColdCore
import Mongo
import TestSupport
import Testing

/// What a run leaves behind for those who ask later: the archive as it was made, the journal, the history.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RecordTests {
    @Test(arguments: Topology.allCases)
    func `the archive is made with zstd and the collation of hot`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.run(["create": "items", "collation": ["locale": "de", "strength": 2]])
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            let stats = try await fixture.cold.run(["collStats": "items_archive"])
            let creation = stats["wiredTiger"]?.document?["creationString"]?.string ?? ""
            #expect(creation.contains("block_compressor=zstd"))
            var collations: [BSONValue?] = []
            for name in ["items", "items_archive"] {
                let list = try await fixture.tier(of: name).withClient { client, database in
                    try client.all(["listCollections": 1, "filter": ["name": .string(name)]], on: database)
                }
                collations.append(list.first?["options"]?.document?["collation"])
            }
            #expect(collations[0] != nil && collations[0] == collations[1])
        }
    }

    @Test(arguments: Topology.allCases)
    func `the configured compressor is used`(topology: Topology) async throws {
        let items = #""items": {"policy": "time_based", "date_field": "d", "cold_compressor": "zlib"}"#
        try await MoveFixture.using(on: topology, collections: items) { fixture in
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            let stats = try await fixture.cold.run(["collStats": "items_archive"])
            #expect(stats["wiredTiger"]?.document?["creationString"]?.string?.contains("block_compressor=zlib") == true)
        }
    }

    @Test(arguments: Topology.allCases)
    func `the journal names each batch's documents with their digests`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(25)
            let started = try await fixture.hot.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
            let run = try await fixture.run("migrate", "--all", "--batch-size", "10")
            let ended = try await fixture.hot.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
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
                #expect(record["source"]?.string == "\(fixture.hot.name).items")
                #expect(record["target"]?.string == "\(fixture.cold.name).items_archive")
                #expect(record["copy_only"] == nil)
                // This machine's clock counts on from the server's: a moment's difference is allowed.
                let time = record["committed_at"]?.dateMilliseconds ?? 0
                #expect((started - 1000...ended + 1000).contains(time))
            }
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(arguments: Topology.allCases)
    func `the history has the report and what it was made with`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
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

    @Test(arguments: Topology.allCases)
    func `what hotcold does is marked for profilers with its name and run`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(25)
            for database in [fixture.hot, fixture.cold] { try await database.run(["profile": 2]) }
            let run = try await fixture.run("migrate", "--all")
            for database in [fixture.hot, fixture.cold] { try await database.run(["profile": 0]) }
            for (operation, database) in [("insert", fixture.cold), ("remove", fixture.hot)] {
                let entries = try await database.documents(
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
