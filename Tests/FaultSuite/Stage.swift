import Foundation
import HotColdCore
import Mongo
import TestSupport

/// Databases for both tiers and the state on the sandbox, and a `policies.json`, for one episode.
struct Stage: Sendable {
    let layout: Layout
    let sandbox: Sandbox
    let hot: TestDatabase
    /// The same in one cluster.
    let cold: TestDatabase
    let state: TestDatabase
    /// The state database of that name on the cold cluster.
    let coldState: TestDatabase
    /// Where `policies.json` is and the programs run.
    let directory: URL
    /// What keeps the application from writing to hot.
    let gate = Gate()

    /// Prepares databases with so many documents, all in hot, and drops them afterwards.
    static func with<Success>(
        _ layout: Layout,
        in sandbox: Sandbox,
        documents count: Int,
        _ body: (Stage) async throws -> Success
    ) async throws -> Success {
        let (hotURI, coldURI) = (sandbox.cluster(.hot, layout).uri, sandbox.cluster(.cold, layout).uri)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(TestServer.uniqueName("faults"))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // In the temporary directory.
        if layout == .unjournaled { try await sandbox.acknowledge(unjournaled: true, layout) }
        let success = try await TestServer.withDatabase(at: hotURI) { hot in
            try await TestServer.withDatabase(at: hotURI) { state in
                try await TestServer.withDatabase(named: hot.name, at: coldURI) { cold in
                    try await TestServer.withDatabase(named: state.name, at: coldURI) { coldState in
                        let stage = Stage(
                            layout: layout,
                            sandbox: sandbox,
                            hot: hot,
                            cold: cold,
                            state: state,
                            coldState: coldState,
                            directory: directory
                        )
                        try stage.configure()
                        try await hot.createIndex(on: Self.items.hot, ["d": 1])
                        try await stage.insert(0..<count)
                        return try await body(stage)
                    }
                }
            }
        }
        if layout == .unjournaled { try await sandbox.acknowledge(unjournaled: false, layout) }
        return success
    }

    /// Inserts the documents of these ids into hot.
    func insert(_ ids: Range<Int>) async throws {
        try await hot.insert(ids.map(Application.first), into: Self.items.hot)
    }

    // MARK: What operators do

    /// Gives a collection another name and an empty one its own while a body runs, then its name again.
    ///
    /// As an operator does who rotates archives and notices the mistake: what was written to the other collection is gone.
    /// The application writes nothing to hot meanwhile.
    ///
    /// - Returns: false where there is no such collection yet, or the server would have had to wait for a transaction; then
    ///   nothing was renamed.
    @discardableResult
    func exchanging(_ side: Side, while body: () async throws -> Void) async throws -> Bool {
        try await apart(from: side) {
            let (database, name) = collection(of: side)
            guard try await rename(name, to: name + "_old", in: database) else {
                try await body()
                return false
            }
            try await database.run(["create": .string(name)])
            try await body()
            guard try await rename(name + "_old", to: name, in: database) else { throw SuiteError("\(name) is locked") }
            return true
        }
    }

    /// Drops a collection, lets a body run, and then brings back from a copy what was in it.
    ///
    /// - Returns: false where there is no such collection yet, or it could not be locked; then nothing was dropped.
    func dropping(_ side: Side, while body: () async throws -> Void) async throws -> Bool {
        try await apart(from: side) {
            let (database, name) = collection(of: side)
            let saving: BSONDocument = [
                "aggregate": .string(name), "pipeline": [["$out": .string(name + "_copy")]], "cursor": [:],
            ]
            try await database.run(saving)
            guard try await act({ try await database.run(["drop": .string(name), "maxTimeMS": 5000]) }) else {
                try await body()
                return false
            }
            try await body()
            guard try await rename(name + "_copy", to: name, in: database) else {
                throw SuiteError("no copy of \(name)")
            }
            if side == .hot { try await database.createIndex(on: name, ["d": 1]) }
            return true
        }
    }

    /// Changes indexes; returns when the change is made and undone.
    func change(_ indexes: Disturbance.IndexChange) async throws {
        switch indexes {
        case .buildOnHot: try await buildIndex(.hot)
        case .buildOnCold: try await buildIndex(.cold)
        case .dropOfScan:
            try await hot.run(["dropIndexes": .string(Self.items.hot), "index": "d_1"])
            try await hot.createIndex(on: Self.items.hot, ["d": 1])
        }
    }

    func buildIndex(_ side: Side) async throws {
        let (database, name) = collection(of: side)
        try await database.createIndex(on: name, ["text": 1])
        try await database.run(["dropIndexes": .string(name), "index": "text_1"])
    }

    private func collection(of side: Side) -> (TestDatabase, String) {
        side == .hot ? (hot, Self.items.hot) : (cold, Self.items.cold)
    }

    /// Runs a body without the application, where it is about hot.
    private func apart(from side: Side, _ body: () async throws -> Bool) async throws -> Bool {
        guard side == .hot else { return try await body() }
        await gate.close()
        defer { gate.open() }
        return try await body()
    }

    private func rename(_ one: String, to other: String, in database: TestDatabase) async throws -> Bool {
        let command: BSONDocument = [
            "renameCollection": .string("\(database.name).\(one)"), "to": .string("\(database.name).\(other)"),
            "dropTarget": true, "maxTimeMS": 5000,
        ]
        return try await act { try await database.withClient { client, _ in try client.run(command, on: "admin") } }
    }

    /// Whether the server does it.
    private func act(_ command: () async throws -> BSONDocument) async throws -> Bool {
        do {
            _ = try await command()
            return true
        } catch let error as MongoError where Self.hindrances.contains(error.code) {
            return false
        }
    }

    private static let hindrances = [MongoError.Code.maxTimeExpired, MongoError.Code.namespaceNotFound]

    /// The collection in both tiers.
    static let items = (hot: "items", cold: "items_archive")

    /// Writes the configuration, with the replica sets' own URIs or with others.
    func configure(hotURI: String? = nil, coldURI: String? = nil) throws {
        let text = """
            {"schema_version": 1, "hot": {"uri": "\(hotURI ?? sandbox.cluster(.hot, layout).uri)", \
            "database": "\(hot.name)"}, "cold": {"uri": "\(coldURI ?? sandbox.cluster(.cold, layout).uri)", \
            "database": "\(cold.name)"}, "state_database": "\(state.name)", \
            "defaults": {"unusual_share_percent": 100}, "throttle": {"max_cpu_percent": 0}, "collections": {"items": \
            {"policy": "time_based", "date_field": "d", "cold_threshold_days": 30}}}
            """
        try Data(text.utf8).write(to: directory.appendingPathComponent("policies.json"))
    }

    /// Makes the leases look as if their holder had been gone for long, so that another run can take over at once.
    func expireLeases() async throws {
        let states = layout == .oneCluster ? [state] : [state, coldState]
        let gone: BSONDocument = [
            "$set": ["expires_at": .date(milliseconds: 0), "boot_id": "an earlier boot"]
        ]
        for state in states {
            let updates: BSONValue = [["q": [:], "u": .document(gone), "multi": true]]
            try await state.withClient { client, database in
                _ = try client.write(["update": "locks", "updates": updates], on: database)
            }
        }
    }

    /// How many documents a run finds that it could move.
    func work(for direction: Direction) async throws -> Int {
        switch direction {
        case .migrate:
            let cold: BSONDocument = ["d": ["$lt": .date(milliseconds: Application.hot)]]
            return try await hot.count(Self.items.hot, matching: cold)
        case .restore: return try await self.cold.count(Self.items.cold)
        }
    }

    // MARK: What there is in the end

    /// What a majority has in both tiers.
    func tiers() async throws -> Verdict.Tiers {
        var tiers = Verdict.Tiers()
        tiers.hot = try await documents(of: hot, in: Self.items.hot)
        tiers.cold = try await documents(of: cold, in: Self.items.cold)
        return tiers
    }

    private func documents(of database: TestDatabase, in collection: String) async throws -> [Int: BSONDocument] {
        var found: [Int: BSONDocument] = [:]
        for document in try await majority(["find": .string(collection)], of: database) {
            let id = try document["_id"]?.integer.orThrow("an _id of another type than was written")
            found[Int(id ?? 0)] = document
        }
        return found
    }

    private func majority(_ command: BSONDocument, of database: TestDatabase) async throws -> [BSONDocument] {
        let command = command.appending("readConcern", ["level": "majority"])
        return try await database.withClient { try $0.all(command, on: $1) }
    }

    /// The records of the journal.
    func journal() async throws -> [BSONDocument] { try await majority(["find": "batches"], of: state) }

    /// The history of runs.
    func history() async throws -> [BSONDocument] { try await majority(["find": "runs"], of: state) }

    /// How often members have rolled something back in their lives.
    func rollbacks() async throws -> Int {
        var count = 0
        for side in layout.sides { count += try await sandbox.cluster(side, layout).rollbacks() }
        return count
    }

    /// The ids that are held in hot.
    func held() async throws -> Set<Int> {
        let holds = try await majority(["find": "holds"], of: state)
        return Set(holds.flatMap { $0["ids"]?.array ?? [] }.compactMap { $0.integer.map { Int($0) } })
    }

    /// Leases that are held and seats that are left, one line for each.
    func leftovers() async throws -> [String] {
        let states = layout == .oneCluster ? [state] : [state, coldState]
        var found: [String] = []
        for state in states {
            let held = try await majority(["find": "locks", "filter": ["owner": ["$ne": .null]]], of: state)
            found += held.map { "the lease of \($0["_id"]?.string ?? "?") is held by \($0["owner"]?.string ?? "?")" }
            let seats = try await majority(["find": "seats"], of: state)
            found += seats.map { "the \($0["tier"]?.string ?? "?") seat \($0["_id"]?.string ?? "?") is left" }
        }
        return found
    }
}
