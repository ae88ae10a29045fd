import Mongo
import TestSupport
import Testing

/// A dry run writes nothing at all, anywhere.
///
/// What the server did is seen in the databases of the test alone, since other tests write to the same server: hashes of
/// all documents, the list of collections, and the profiler's record of every command.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct DryRunTests {
    static let commands = [
        ["migrate", "--all", "--dry-run"],
        ["migrate", "--collection", "items", "-n", "--json"],
        ["migrate", "--all", "--dry-run", "--no-delete", "--limit", "1", "--on-conflict", "replace", "--json"],
        ["restore", "--collection", "items", "--query", "{}", "--dry-run"],
        ["restore", "--collection", "items", "--id", "1000", "--id", "1001", "-n", "--json"],
    ]

    @Test(arguments: Topology.allCases, commands)
    func `a dry run writes nothing and makes no state database`(topology: Topology, arguments: [String]) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(20)
            let archived = (1000..<1010).map { MoveFixture.document(.int($0)) }
            try await fixture.cold.insert(archived, into: "items_archive")
            try await Self.expectNoWrites(in: fixture.tiers) {
                let result = try await HotcoldProcess.run(arguments, in: fixture.directory)
                #expect(result.exitCode == 0, "\(result)")
            }
            #expect(try await !Self.databases(fixture.hot).contains(fixture.state.name))
            #expect(try await !Self.databases(fixture.cold).contains(fixture.state.name))
        }
    }

    @Test(arguments: Topology.allCases)
    func `a dry run does not create the archive`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(20)
            try await Self.expectNoWrites(in: fixture.tiers) {
                try await fixture.run("migrate", "--all", "--dry-run").expect(0, "completed", ["eligible": 20])
            }
            #expect(try await Self.collections(fixture.hot) == ["items"])
            #expect(try await !Self.collections(fixture.cold).contains("items_archive"))
            #expect(try await !Self.databases(fixture.hot).contains(fixture.state.name))
            #expect(try await !Self.databases(fixture.cold).contains(fixture.state.name))
        }
    }

    @Test(arguments: Topology.allCases)
    func `a dry run leaves an existing state database as it is`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(20)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed", ["migrated": 20])
            try await fixture.run("restore", "--collection", "items", "--query", #"{"_id": {"$lt": 5}}"#)
                .expect(0, "completed", ["restored": 5])
            for arguments in Self.commands {
                try await Self.expectNoWrites(in: fixture.tiers + fixture.states) {
                    let result = try await HotcoldProcess.run(arguments, in: fixture.directory)
                    #expect(result.exitCode <= 1, "\(result)")  // 1: ids that are not there.
                }
            }
        }
    }

    @Test(arguments: Topology.allCases)
    func `a dry run foretells what the run does`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.hot.createIndex(on: "items", ["d": 1])
            let cold = try await fixture.insert(30)
            let hot = (100..<107).map { MoveFixture.document(.int($0), at: MoveFixture.hot) }
            let unclassified: [BSONDocument] = [
                ["_id": 200], ["_id": 201, "d": "2020-01-01"], ["_id": 202, "d": .null],
            ]
            try await fixture.hot.insert(hot + unclassified, into: "items")
            let plan = try await fixture.run("migrate", "--all", "--dry-run")
            plan.expect(0, "completed", ["eligible": 30, "unclassified": 3, "held": 0])
            #expect(plan.report["dry_run"]?.bool == true)
            #expect(plan["bytes"] == cold.reduce(0) { $0 + $1.byteCount })
            #expect(plan.first["index"]?.string == "d_1")
            #expect(plan.first["staying"]?.document?["hot"]?.integer == 7)
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["eligible": 30, "migrated": 30])
            for name in ["oldest", "newest", "bytes"] { #expect(run.first[name] == plan.first[name], "\(name)") }
        }
    }

    // MARK: What the server did

    private static func expectNoWrites(in databases: [TestDatabase], _ body: () async throws -> Void) async throws {
        var before: [BSONDocument] = []
        for database in databases {
            before.append(try await content(of: database))
            try await database.run(["profile": 2])
        }
        try await body()
        for (index, (database, before)) in zip(databases, before).enumerated() {
            try await database.run(["profile": 0])
            #expect(try await content(of: database) == before, "something in \(database.name) changed")
            let commands = try await database.documents(in: "system.profile", matching: ["appName": "hotcold"])
            if index == 0 { #expect(!commands.isEmpty, "the profiler saw nothing, so it proves nothing") }
            let names = Set(commands.compactMap { $0["command"]?.document.flatMap { try? $0.elements().first?.name } })
            let reading: Set = [
                "find", "aggregate", "getMore", "listCollections", "listIndexes", "collStats", "explain",
            ]
            #expect(names.isSubset(of: reading), "hotcold sent \(names.subtracting(reading)) to \(database.name)")
            try await database.drop("system.profile")
        }
    }

    /// A hash of each collection's documents, and the collections with their options.
    private static func content(of database: TestDatabase) async throws -> BSONDocument {
        let hashes = try await database.run(["dbHash": 1])["collections"] ?? .null
        let list = try await database.withClient { try $0.all(["listCollections": 1], on: $1) }
        let entries = list.filter { $0["name"]?.string != "system.profile" }
            .sorted { ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "") }
        return ["hashes": hashes, "collections": .array(entries.map(BSONValue.document))]
    }

    private static func collections(_ database: TestDatabase) async throws -> Set<String> {
        let list = try await database.withClient { try $0.all(["listCollections": 1, "nameOnly": true], on: $1) }
        return Set(list.compactMap { $0["name"]?.string }).subtracting(["system.profile"])
    }

    private static func databases(_ database: TestDatabase) async throws -> [String] {
        let reply = try await database.withClient { client, _ in
            try client.run(["listDatabases": 1, "nameOnly": true], on: "admin")
        }
        return (reply["databases"]?.array ?? []).compactMap { $0.document?["name"]?.string }
    }
}
