import Foundation
import Mongo
import TestSupport
import Testing

/// Copies that `--no-delete` and `--keep-cold` leave are hotcold's own and are replaced; nothing else ever is unasked.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct CopyOnlyTests {
    /// What leaves a document in both tiers, each from `items` full and the archive empty.
    enum Way: String, CaseIterable {
        case noDelete, keepCold

        func copy(_ fixture: MoveFixture) async throws {
            switch self {
            case .noDelete:
                try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed", ["deleted": 0])
            case .keepCold:
                try await fixture.run("migrate", "--all").expect(0, "completed")
                try await fixture.run(
                    "restore",
                    "--collection",
                    "items",
                    "--query",
                    "{}",
                    "--keep-cold",
                    "--hold-days",
                    "0"
                ).expect(0, "completed", ["deleted": 0])
            }
        }
    }

    private static let change: BSONValue = [["$set": ["v": "changed"]]]

    private static func changed(_ document: BSONDocument) -> BSONDocument {
        MoveFixture.document(
            document["_id"] ?? .null,
            at: document["d"]?.dateMilliseconds ?? 0,
            version: "changed"
        )
    }

    @Test(arguments: Topology.allCases, Way.allCases)
    func `a migration finds the copies and removes the documents from hot`(topology: Topology, way: Way) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(50)
            try await way.copy(fixture)
            try await fixture.expect(hot: documents, cold: documents)
            // Once more: nothing is copied again, nothing is a conflict.
            try await way.copy(fixture)
            try await fixture.expect(hot: documents, cold: documents)
            try await fixture.run("migrate", "--all").expect(
                0,
                "completed",
                ["migrated": 50, "already_in_target": 50, "deleted": 50, "conflicts": 0]
            )
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases, Way.allCases)
    func `a document that changed since it was copied replaces its copy`(topology: Topology, way: Way) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            var documents = try await fixture.insert(50)
            try await way.copy(fixture)
            for index in 0..<5 {
                try await fixture.change(.int(index), Self.change)
                documents[index] = Self.changed(documents[index])
            }
            try await fixture.run("migrate", "--all").expect(
                0,
                "completed",
                ["migrated": 50, "already_in_target": 45, "conflicts": 0, "verified": 50]
            )
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// A record of copies is a licence to replace what the run wrote, and nothing else.
    @Test(arguments: Topology.allCases, Way.allCases)
    func `a copy that somebody has changed in the archive is not replaced`(topology: Topology, way: Way) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(50)
            try await way.copy(fixture)
            try await fixture.change(1, in: "items_archive", Self.change)
            try await fixture.run("migrate", "--all").expect(1, "partial", ["migrated": 49, "conflicts": 1])
            var archived = documents
            archived[1] = Self.changed(documents[1])
            try await fixture.expect(hot: [documents[1]], cold: archived)
        }
    }

    @Test(arguments: Topology.allCases, Way.allCases)
    func `after a real move a document of the same _id is a conflict again`(topology: Topology, way: Way) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(10)
            try await way.copy(fixture)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            let other = Self.changed(documents[3])
            try await fixture.hot.insert([other], into: "items")
            try await fixture.run("migrate", "--all").expect(1, "partial", ["conflicts": 1, "migrated": 0])
            try await fixture.expect(hot: [other], cold: documents)
        }
    }

    @Test(arguments: Topology.allCases, Way.allCases)
    func `after a real move back a document of the same _id is a conflict again`(topology: Topology, way: Way)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(10)
            try await way.copy(fixture)
            try await fixture.delete(3)
            try await fixture.run("restore", "--collection", "items", "--id", "3", "--hold-days", "0")
                .expect(0, "completed", ["restored": 1, "deleted": 1])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            let other = Self.changed(documents[3])
            try await fixture.hot.insert([other], into: "items")
            try await fixture.run("migrate", "--all").expect(1, "partial", ["conflicts": 1])
            try await fixture.expect(hot: [other], cold: documents)
        }
    }

    /// Without its record a copy would look like a duplicate.
    @Test(arguments: Topology.allCases, Way.allCases)
    func `the record of copies is kept until the last of them was moved`(topology: Topology, way: Way) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(10)
            try await way.copy(fixture)
            let copies: BSONDocument = ["copy_only": true]
            let made = try await fixture.state.documents(in: "batches", matching: copies)
            #expect(made.map { $0["ids"]?.array?.count } == [10] && made[0]["kept_from"] == nil)
            try await fixture.run("migrate", "--all", "--limit", "9", "--batch-size", "3")
                .expect(0, "stopped", ["migrated": 9])
            let left = try await fixture.state.documents(in: "batches", matching: copies)
            #expect(left.map { $0["ids"]?.array?.count } == [1] && left[0]["kept_from"] == nil)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 1])
            let none = try await fixture.state.documents(in: "batches", matching: copies)
            #expect(none.count == 1 && none[0]["kept_from"]?.dateMilliseconds != nil)
            let forEver: BSONDocument = ["copy_only": ["$exists": false], "kept_from": .null]
            #expect(try await fixture.state.count("batches", matching: forEver) == 0)
        }
    }

    @Test(arguments: Topology.allCases)
    func `a restore never takes what the application wrote in hot for a copy`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(10)
            try await Way.keepCold.copy(fixture)
            try await fixture.change(3, Self.change)
            let run = try await fixture.run("restore", "--collection", "items", "--query", "{}")
            run.expect(1, "partial", ["conflicts": 1, "restored": 9, "already_in_target": 9])
            let hot = documents.map { $0["_id"] == 3 ? Self.changed($0) : $0 }
            try await fixture.expect(hot: hot, cold: [documents[3]])
        }
    }

    /// The archive's version is no copy of hot's, whichever of them a copy-only run was told to prefer.
    @Test(arguments: Topology.allCases, Way.allCases)
    func `an archived version that a copy-only run kept is not replaced unasked`(topology: Topology, way: Way)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(1)
            let other = Self.changed(documents[0])
            try await fixture.cold.insert([other], into: "items_archive")
            switch way {
            case .noDelete:
                try await fixture.run("migrate", "--all", "--no-delete", "--on-conflict", "keep-target")
                    .expect(0, "completed")
            case .keepCold:
                try await fixture.run(
                    "restore",
                    "--collection",
                    "items",
                    "--query",
                    "{}",
                    "--keep-cold",
                    "--hold-days",
                    "0",
                    "--on-conflict",
                    "keep-target"
                ).expect(0, "completed")
            }
            try await fixture.expect(hot: documents, cold: [other])
            try await fixture.run("migrate", "--all").expect(1, "partial", ["conflicts": 1])
            try await fixture.expect(hot: documents, cold: [other])
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases)
    func `a copy-only run counts each document once when the application writes meanwhile`(topology: Topology)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            var documents = try await fixture.insert(300)
            // The run knows the ids of the batches to come.
            let process = try await fixture.haltedAfterBatch(of: 100, ["--no-delete"])
            try await fixture.change(299, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(0, "completed", ["migrated": 299, "changed": 1, "scanned": 300])
            documents[299] = MoveFixture.document(299, at: MoveFixture.hot)
            try await fixture.expect(hot: documents, cold: documents.dropLast())
        }
    }
}
