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

    /// Prepares databases with so many documents, all in hot, and drops them afterwards.
    static func with<Success>(
        _ layout: Layout,
        in sandbox: Sandbox,
        documents count: Int,
        _ body: (Stage) async throws -> Success
    ) async throws -> Success {
        let (hotURI, coldURI) = (sandbox.replicaSet(.hot, layout).uri, sandbox.replicaSet(.cold, layout).uri)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(TestServer.uniqueName("faults"))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // In the temporary directory.
        return try await TestServer.withDatabase(at: hotURI) { hot in
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
    }

    /// Inserts the documents of these ids into hot.
    func insert(_ ids: Range<Int>) async throws {
        try await hot.insert(ids.map(Application.first), into: Self.items.hot)
    }

    /// Gives the archive another name and an empty collection its own while a body runs, then its name again.
    ///
    /// As an operator does who rotates archives and notices the mistake: what was written to the other collection is gone.
    ///
    /// - Returns: false where there is no archive yet, or the server would have had to wait for a transaction; then
    ///   nothing was renamed.
    @discardableResult
    func exchangingArchive(_ body: () async throws -> Void) async throws -> Bool {
        let (name, old) = ("\(cold.name).\(Self.items.cold)", "\(cold.name).\(Self.items.cold)_old")
        func rename(_ one: String, to other: String) async throws {
            let command: BSONDocument = [
                "renameCollection": .string(one), "to": .string(other), "dropTarget": true, "maxTimeMS": 5000,
            ]
            _ = try await cold.withClient { client, _ in try client.run(command, on: "admin") }
        }
        do {
            try await rename(name, to: old)
        } catch let error as MongoError where Self.hinderingARename.contains(error.code) {
            try await body()
            return false
        }
        try await cold.run(["create": .string(Self.items.cold)])
        try await body()
        try await rename(old, to: name)
        return true
    }

    private static let hinderingARename = [MongoError.Code.maxTimeExpired, MongoError.Code.namespaceNotFound]

    /// The collection in both tiers.
    static let items = (hot: "items", cold: "items_archive")

    /// Writes the configuration, with the replica sets' own URIs or with others.
    func configure(hotURI: String? = nil, coldURI: String? = nil) throws {
        let text = """
            {"schema_version": 1, "hot": {"uri": "\(hotURI ?? sandbox.replicaSet(.hot, layout).uri)", \
            "database": "\(hot.name)"}, "cold": {"uri": "\(coldURI ?? sandbox.replicaSet(.cold, layout).uri)", \
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
        for side in layout.sides { count += try await sandbox.replicaSet(side, layout).rollbacks() }
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
