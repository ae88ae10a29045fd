import Mongo
import TestSupport
import Testing

/// One document's fault is not the batch's: what the target refuses stays with its reason, the rest moves.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RefusedDocumentTests {
    @Test(arguments: Topology.allCases)
    func `a unique index on hot refuses one document of a restore and the others come back`(topology: Topology)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            func user(_ id: Int, _ email: String) -> BSONDocument {
                MoveFixture.document(.int(id)).appending("email", .string(email))
            }
            let newcomer = user(1000, "17@example.com")
            try await fixture.hot.createIndex(on: "items", ["email": 1], options: [("unique", true)])
            try await fixture.hot.insert([newcomer], into: "items")
            let archived = (0..<100).map { user($0, "\($0)@example.com") }
            try await fixture.cold.insert(archived, into: "items_archive")
            let run = try await fixture.run("restore", "--collection", "items", "--query", "{}")
            run.expect(1, "partial", ["restored": 99, "failed": 1, "conflicts": 0, "deleted": 99])
            #expect(run.problems.first?["id"]?.integer == 17)
            #expect(run.problems.first?["kind"]?.string == "failed")
            #expect(run.problems.first?["reason"]?.string?.contains("email") == true, "\(run.result)")
            try await fixture.expect(
                hot: [newcomer] + archived.filter { $0["_id"] != 17 },
                cold: [archived[17]]
            )
            // Only what came back is held.
            #expect(try await fixture.held().count == 99)
        }
    }

    @Test(arguments: Topology.allCases, [1, 3])
    func `a validator on the archive refuses half of the documents and the others move`(
        topology: Topology,
        workers: Int
    ) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = (0..<100).map { id in
                MoveFixture.document(.int(id), version: id.isMultiple(of: 2) ? "good" : .int(id))
            }
            try await fixture.hot.insert(documents, into: "items")
            try await fixture.cold.run(["create": "items_archive", "validator": ["v": ["$type": "string"]]])
            let run = try await fixture.run("migrate", "--all", "--workers", "\(workers)")
            run.expect(
                1,
                "partial",
                ["migrated": 50, "failed": 50, "conflicts": 0, "scanned": 100, "problem_count": 50]
            )
            #expect(run.problems.count == 20)
            #expect(run.problems.allSatisfy { $0["kind"]?.string == "failed" && $0["reason"]?.string != "" })
            let (good, bad) = documents.divided { $0["v"] == "good" }
            try await fixture.expect(hot: bad, cold: good)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(arguments: Topology.allCases)
    func `an archive whose collation takes two ids for one keeps both documents`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = ["a", "A", "b", "c", "C"].map { MoveFixture.document(.string($0)) }
            try await fixture.hot.insert(documents, into: "items")
            try await fixture.cold.run(["create": "items_archive", "collation": ["locale": "en", "strength": 1]])
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 3, "conflicts": 2])
            #expect(!run.warnings.isEmpty, "different collations are worth a warning")
            let hot = try await fixture.hot.documents(in: "items")
            let cold = try await fixture.cold.documents(in: "items_archive")
            #expect(Set(hot + cold) == Set(documents))
            #expect(hot.count == 2 && cold.count == 3)
        }
    }

    @Test(arguments: Topology.allCases, ["items", "items_archive"])
    func `capped collections and views are refused and left alone`(topology: Topology, collection: String) async throws
    {
        for options: [(String, BSONValue)] in [
            [("capped", true), ("size", 100_000)], [("viewOn", "base"), ("pipeline", [])],
        ] {
            try await MoveFixture.using(on: topology) { fixture in
                let database = fixture.tier(of: collection)
                try await database.run(BSONDocument([("create", .string(collection))] + options))
                try await database.insert(MoveFixture.documents(3), into: "base")
                let run = try await fixture.run("migrate", "--all")
                run.expect(1, "partial", ["migrated": 0])
                #expect(run.first["error"]?.document?["message"]?.string?.contains(collection) == true)
                try await fixture.expect("base", in: database, holds: MoveFixture.documents(3))
            }
        }
    }

    @Test(arguments: Topology.allCases)
    func `a TTL index that would empty the archive is refused unless allowed`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(5)
            // Far enough away (2067) for the server not to delete anything during the test.
            let seconds: BSONValue = 1_500_000_000
            try await fixture.cold.createIndex(
                on: "items_archive",
                ["d": 1],
                options: [("expireAfterSeconds", seconds)]
            )
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 0])
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.run("migrate", "--all", "--allow-ttl").expect(0, "completed", ["migrated": 5])
            try await fixture.expect(hot: [], cold: documents)
        }
    }
}
