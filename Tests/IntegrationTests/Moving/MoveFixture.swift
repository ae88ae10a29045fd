import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Databases for both tiers and the state, and a `policies.json` of a test's own, for the real `hotcold` to work on.
///
/// ```swift
/// try await MoveFixture.using(on: .twoClusters) { fixture in
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

    /// Where hot and cold are.
    let topology: Topology
    /// Where the documents are used; `items`.
    let hot: TestDatabase
    /// Where they are archived, `items_archive`; the same database in one cluster.
    let cold: TestDatabase
    /// The state database, which only hotcold creates, on the hot cluster.
    let state: TestDatabase
    /// The database of that name on the cold cluster, for leases and seats there; the same in one cluster.
    let coldState: TestDatabase
    /// Where `policies.json` is and the program runs.
    let directory: URL

    /// How many tests run programs at a time.
    ///
    /// Those of faults are in lines of their own: faults of a namespace, of which each server has one at a time, and
    /// those of a whole server, which is another one.
    enum Line {
        case usual, faults, serverFaults

        private var permits: Permits {
            switch self {
            case .usual: Self.usualPermits
            case .faults: Self.faultPermits
            case .serverFaults: Self.serverFaultPermits
            }
        }

        func withPermit(_ body: () async throws -> Void) async throws { try await permits.withPermit(body) }

        private static let usualPermits = Permits(4)
        private static let faultPermits = Permits(5)
        private static let serverFaultPermits = Permits(1)
    }

    /// Gives a test a fixture, drops its databases afterwards, and checks before that no run has left a seat.
    ///
    /// `collections` are the members of the object of that name in the configuration. The URIs are those of
    /// `TestServer` for the topology unless they are given; with one cluster, the cold one is another spelling.
    static func using(
        on topology: Topology = .oneCluster,
        collections: String = items,
        hot hotURI: String? = nil,
        cold coldURI: String? = nil,
        line: Line = .usual,
        leavesSeats: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (MoveFixture) async throws -> Void
    ) async throws {
        // Most faults are the hot server's, and a server has one at a time: so there are two lines of equal length.
        let isExchanged = topology == .twoClusters && hotURI == nil && coldURI == nil
        let (hotURI, coldURI) = isExchanged ? (try TestServer.secondURI, try TestServer.uri) : (hotURI, coldURI)
        try await line.withPermit {
            try await withDatabases(on: topology, hot: hotURI, cold: coldURI) { hot, cold, state, coldState in
                let name = TestServer.uniqueName("moving")
                let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(at: directory) }  // In the temporary directory.
                let fixture = MoveFixture(
                    topology: topology,
                    hot: hot,
                    cold: cold,
                    state: state,
                    coldState: coldState,
                    directory: directory
                )
                let uri = try hot.uri ?? TestServer.uri
                try fixture.configure(collections, hot: uri, cold: coldURI ?? cold.uri ?? uri)
                try await body(fixture)
                if !leavesSeats { try await fixture.expectNoSeat(sourceLocation: sourceLocation) }
            }
        }
    }

    private static func withDatabases(
        on topology: Topology,
        hot hotURI: String?,
        cold coldURI: String?,
        _ body: (_ hot: TestDatabase, _ cold: TestDatabase, _ state: TestDatabase, _ coldState: TestDatabase)
            async throws -> Void
    ) async throws {
        try await TestServer.withDatabase(at: hotURI) { hot in
            try await TestServer.withDatabase(at: hotURI) { state in
                guard topology == .twoClusters else { return try await body(hot, hot, state, state) }
                let coldURI = try coldURI ?? TestServer.secondURI
                try await TestServer.withDatabase(at: coldURI) { cold in
                    try await TestServer.withDatabase(named: state.name, at: coldURI) { coldState in
                        try await body(hot, cold, state, coldState)
                    }
                }
            }
        }
    }

    /// The connection strings of both tiers.
    var uris: (hot: String, cold: String) {
        get throws { (try hot.uri ?? TestServer.uri, try cold.uri ?? TestServer.uri) }
    }

    func configure(_ collections: String = items, hot hotURI: String, cold coldURI: String) throws {
        let text = """
            {"schema_version": 1, "hot": {"uri": "\(hotURI)", "database": "\(hot.name)"},
             "cold": {"uri": "\(coldURI)", "database": "\(cold.name)"}, "state_database": "\(state.name)",
             "defaults": {"unusual_share_percent": 100}, "throttle": {"max_cpu_percent": 0}, "collections": {\(collections)}}
            """
        try Data(text.utf8).write(to: directory.appendingPathComponent("policies.json"))
    }

    /// Changes the text of the configuration.
    func edit(_ change: (String) -> String) throws {
        let file = directory.appendingPathComponent("policies.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let edited = change(text)
        try #require(edited != text, "nothing was edited in \(text)")
        try Data(edited.utf8).write(to: file)
    }

    /// Writes a configuration of somebody for whom the cluster of the archive is the hot one.
    func configureArchiveAsHot(collections: String) throws {
        let tier = #"{"uri": "\#(try uris.cold)", "database": "\#(cold.name)"}"#
        let text = """
            {"schema_version": 1, "hot": \(tier), "cold": \(tier), "state_database": "\(state.name)",
             "defaults": {"unusual_share_percent": 100}, "throttle": {"max_cpu_percent": 0}, "collections": \(collections)}
            """
        try Data(text.utf8).write(to: directory.appendingPathComponent("policies.json"))
    }

    // MARK: The program

    /// Runs hotcold with `--json` to its end, and checks what is true of every report and every end.
    func run(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> MoveRun {
        try await run(arguments, sourceLocation: sourceLocation)
    }

    /// The same with arguments in an array.
    func run(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws -> MoveRun {
        let run = MoveRun(
            try await HotcoldProcess.run(arguments + ["--json"], in: directory),
            sourceLocation: sourceLocation
        )
        // A run that lost a server leaves its seats to the next one; one that is not let in leaves the other's alone.
        if ![69, 75].contains(run.exitCode) { try await expectNoSeat(sourceLocation: sourceLocation) }
        return run
    }

    /// Starts hotcold with `--json`, to be watched.
    func start(_ arguments: String...) throws -> HotcoldProcess { try start(arguments) }

    /// The same with arguments in an array.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> HotcoldProcess {
        try HotcoldProcess.start(arguments + ["--json"], environment: environment, in: directory)
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
        try await hot.insert(documents, into: "items")
        return documents
    }

    /// Inserts documents into a collection of the tier that it belongs to.
    func insert(_ documents: [BSONDocument], into collection: String) async throws {
        try await tier(of: collection).insert(documents, into: collection)
    }

    /// The journal: a record for each committed batch.
    func journal() async throws -> [BSONDocument] { try await state.documents(in: "batches") }

    /// The ids that entries of `holds` name.
    func held(matching filter: BSONDocument = [:]) async throws -> Set<BSONValue> {
        Set(try await state.documents(in: "holds", matching: filter).flatMap { $0["ids"]?.array ?? [] })
    }

    /// Makes the history older.
    func ageHistory(byDays days: Int) async throws {
        let milliseconds = Int64(days) * 86_400_000
        let older: BSONDocument = ["$set": ["started_at": ["$subtract": ["$started_at", .int64(milliseconds)]]]]
        try await state.run(["update": "runs", "updates": [["q": [:], "u": [.document(older)], "multi": true]]])
    }

    /// Makes further records like the newest one, each a little later.
    func repeatHistory(times: Int) async throws {
        let records = try await state.documents(in: "runs")
        let newest = try #require(records.max { time($0) < time($1) })
        let copies = try (1...times).map { number in
            BSONDocument(
                try newest.elements().map { element in
                    switch element.name {
                    case "_id": ("_id", .string("copy \(number)"))
                    case "started_at": ("started_at", .date(milliseconds: time(newest) + Int64(number)))
                    default: (element.name, element.value)
                    }
                }
            )
        }
        try await state.insert(copies, into: "runs")
    }

    private func time(_ record: BSONDocument) -> Int64 { record["started_at"]?.dateMilliseconds ?? 0 }

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
        let deadline = ContinuousClock.now + .seconds(300)
        while try await !isMet() {
            try #require(ContinuousClock.now < deadline, "waited in vain for \(what)")
        }
    }
}
