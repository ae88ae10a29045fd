import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// A database, a state database and a `policies.json` of a test's own, for the real `hotcold` to work on.
///
/// ```swift
/// try await MoveFixture.using { fixture in
///     try await fixture.insert(100)
///     let run = try await fixture.run("migrate", "--all")
///     #expect(run["migrated"] == 100)
/// }
/// ```
struct MoveFixture: Sendable {
    /// What the configuration says unless a test says otherwise: `items`, cold 30 days after `d`.
    static let items = #""items": {"policy": "time_based", "date_field": "d", "cold_threshold_days": 30}"#
    /// 2020-01-01: cold for ever.
    static let cold: Int64 = 1_577_836_800_000
    /// 2100-01-01: hot for long.
    static let hot: Int64 = 4_102_444_800_000
    /// How many times as much the expensive tests do: `HOTCOLD_TEST_SCALE`, 1 to 6.
    static let scale = min(6, max(1, ProcessInfo.processInfo.environment["HOTCOLD_TEST_SCALE"].flatMap(Int.init) ?? 1))

    /// Where the documents are; `items` and `items_archive`.
    let database: TestDatabase
    /// The state database, which only hotcold creates.
    let state: TestDatabase
    /// Where `policies.json` is and the program runs.
    let directory: URL

    /// How many tests run programs at a time.
    ///
    /// Those of faults wait for each other anyway, in a line of their own.
    enum Line {
        case usual, faults

        fileprivate var permits: Permits { self == .usual ? Self.usualPermits : Self.faultPermits }

        private static let usualPermits = Permits(4)
        private static let faultPermits = Permits(1)
    }

    /// Gives a test a fixture and drops its databases afterwards.
    ///
    /// `collections` are the members of the object of that name in the configuration.
    static func using(
        collections: String = items,
        at uri: String? = nil,
        line: Line = .usual,
        _ body: (MoveFixture) async throws -> Void
    ) async throws {
        try await line.permits.withPermit {
            try await TestServer.withDatabase(at: uri) { database in
                try await TestServer.withDatabase(at: uri) { state in
                    let name = TestServer.uniqueName("moving")
                    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
                    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                    defer { try? FileManager.default.removeItem(at: directory) }  // In the temporary directory.
                    let fixture = MoveFixture(database: database, state: state, directory: directory)
                    try fixture.configure(collections, uri: uri ?? TestServer.uri)
                    try await body(fixture)
                }
            }
        }
    }

    private func configure(_ collections: String, uri: String) throws {
        let tier = #"{"uri": "\#(uri)", "database": "\#(database.name)"}"#
        let text = """
            {"schema_version": 1, "hot": \(tier), "cold": \(tier), "state_database": "\(state.name)",
             "collections": {\(collections)}}
            """
        try Data(text.utf8).write(to: directory.appendingPathComponent("policies.json"))
    }

    // MARK: The program

    /// Runs hotcold with `--json` to its end, and checks what is true of every report.
    func run(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> MoveRun {
        let result = try await HotcoldProcess.run(arguments + ["--json"], in: directory)
        return MoveRun(result, sourceLocation: sourceLocation)
    }

    /// Starts hotcold with `--json`, to be watched.
    func start(_ arguments: String...) throws -> HotcoldProcess {
        try HotcoldProcess.start(arguments + ["--json"], in: directory)
    }

    // MARK: Documents

    /// A document with a date in `d`, in that layout: `_id`, `d`, `v`, a little text.
    static func document(_ id: BSONValue, at date: Int64 = cold, version: BSONValue = 0) -> BSONDocument {
        ["_id": id, "d": .date(milliseconds: date), "v": version, "text": "some text to have something to move"]
    }

    /// Cold documents with the ids 0, 1, 2…, each a second younger than the one before.
    static func documents(_ count: Int) -> [BSONDocument] {
        (0..<count).map { document(.int($0), at: cold + Int64($0) * 1000) }
    }

    /// Inserts that many cold documents into `items` and returns them.
    @discardableResult
    func insert(_ count: Int) async throws -> [BSONDocument] {
        let documents = Self.documents(count)
        try await database.insert(documents, into: "items")
        return documents
    }

    /// The journal: a record for each committed batch.
    func journal() async throws -> [BSONDocument] { try await state.documents(in: "batches") }

    /// What the history says of one run, or of the only one.
    func history(of run: String? = nil) async throws -> BSONDocument {
        let filter: BSONDocument = run.map { ["run_id": .string($0)] } ?? [:]
        return try #require(try await state.documents(in: "runs", matching: filter).first)
    }

    /// How many documents all runs together have moved, as committed in the journal.
    ///
    /// The count that the server keeps at hand for a collection would be of no use: it has what is not committed, too.
    func movedCount() async throws -> Int {
        let sum: BSONDocument = [
            "aggregate": "batches", "pipeline": [["$group": ["_id": .null, "n": ["$sum": "$count"]]]], "cursor": [:],
        ]
        let rows = try await state.withClient { try $0.all(sum, on: $1) }
        return Int(rows.first?["n"]?.integer ?? 0)
    }

    /// Asks again and again until a condition holds; every question is a round trip to the server.
    func wait(for what: Comment, until isMet: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isMet() {
            try #require(ContinuousClock.now < deadline, "waited in vain for \(what)")
        }
    }
}
