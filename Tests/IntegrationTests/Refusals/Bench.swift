import Foundation
import Mongo
import TestSupport
import Testing

/// A database, a state database and a `policies.json` of one test's own.
struct Bench {
    /// The policy that the tests use where policies don't matter.
    static let policy = #""policy": "time_based", "date_field": "d""#
    /// Entries for one collection, `users`.
    static let users = #""users": {\#(policy)}"#

    let database: TestDatabase
    let directory: URL

    /// The name of the state database.
    var state: String { database.name + "_state" }

    /// Gives a test its own, and takes it away also when the test fails.
    ///
    /// On the server with access control in the line of `GuardedServer`: a fail point that waits for the commit of another
    /// test's program would meet this one's.
    static func with(at uri: String? = nil, _ body: (Bench) async throws -> Void) async throws {
        guard let uri, TestServer.isAuthConfigured, try uri == TestServer.authURI else {
            return try await make(at: uri, body)
        }
        try await MoveFixture.Line.serverFaults.withPermit { try await make(at: uri, body) }
    }

    private static func make(at uri: String?, _ body: (Bench) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: TestServer.uniqueName("refusals"))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // Nothing of the test hangs on it.
        try await TestServer.withDatabase(at: uri) { database in
            let bench = Bench(database: database, directory: directory)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(bench)) } catch { outcome = .failure(error) }
            let state = bench.state
            try await database.withClient { client, _ in _ = try client.run(["dropDatabase": 1], on: state) }
            try outcome.get()
        }
    }

    /// Writes the text of `policies.json`.
    func write(_ text: String) throws {
        try Data(text.utf8).write(to: directory.appending(path: "policies.json"))
    }

    /// Writes a configuration with these entries.
    func configure(_ entries: String = users, hot: String? = nil, cold: String? = nil, top: String = "") throws {
        let uri = try hot ?? TestServer.uri
        try write(
            """
            {"schema_version": 1,\(top)
             "hot": {"uri": "\(uri)", "database": "\(database.name)"},
             "cold": {"uri": "\(cold ?? uri)", "database": "\(database.name)"},
             "state_database": "\(state)",
             "collections": {\(entries)}}
            """
        )
    }

    /// 2020-01-01: old enough for every policy.
    static let coldDate = BSONValue.date(milliseconds: 1_577_836_800_000)

    /// Inserts documents, all of them cold.
    func fill(_ collection: String, _ count: Int = 3) async throws {
        try await database.insert((0..<count).map { ["_id": .int($0), "d": Bench.coldDate] }, into: collection)
    }

    /// Runs hotcold in the directory of the configuration.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> ProcessResult {
        try await HotcoldProcess.run(arguments, environment: environment, in: directory)
    }

    /// Everything in both databases: collections with what is in them.
    func contents() async throws -> [String] {
        let state = state
        return try await database.withClient { client, name in
            var contents: [String] = []
            for database in [name, state] {
                for entry in try client.all(["listCollections": 1, "nameOnly": true], on: database) {
                    let collection = entry["name"]?.string ?? ""
                    let documents = try client.all(["find": .string(collection)], on: database)
                    contents += ["\(database).\(collection)"] + documents.map { "\(Array($0.bytes))" }
                }
            }
            return contents.sorted()
        }
    }

    /// Expects that hotcold refuses the arguments, says so twice in the right form, and writes nothing.
    func expectRefusal(
        _ arguments: [String],
        _ code: Int32,
        saying parts: [String],
        hint: String? = nil,
        environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await contents()
        let told = try await run(arguments, environment: environment)
        #expect(told.exitCode == code, "\(told)", sourceLocation: sourceLocation)
        #expect(told.standardOutput.isEmpty, "\(told)", sourceLocation: sourceLocation)
        expectParagraph(told, sourceLocation: sourceLocation)
        for part in parts + [hint].compactMap(\.self) {
            #expect(told.standardError.contains(part), "no \(part) in \(told)", sourceLocation: sourceLocation)
        }

        let asked = try await run(arguments + ["--json"], environment: environment)
        let error = try Answer(asked).document["error"] as? [String: Any]
        #expect(asked.exitCode == code, "\(asked)", sourceLocation: sourceLocation)
        #expect(try Answer(asked).document["status"] as? String == "failed", sourceLocation: sourceLocation)
        #expect(error?["code"] as? Int32 == code, "\(asked)", sourceLocation: sourceLocation)
        for part in parts {
            let message = error?["message"] as? String ?? ""
            #expect(message.contains(part), "no \(part) in \(message)", sourceLocation: sourceLocation)
        }
        if let hint {
            let given = error?["hint"] as? String ?? ""
            #expect(given.contains(hint), "no \(hint) in the hint of \(asked)", sourceLocation: sourceLocation)
        }
        #expect(try await contents() == before, "something was written", sourceLocation: sourceLocation)
    }
}

/// Expects one paragraph for people on standard error: nothing before it, no blank line, no sign of a crash.
func expectParagraph(_ result: ProcessResult, sourceLocation: SourceLocation = #_sourceLocation) {
    let text = result.standardError
    #expect(text.hasPrefix("hotcold: ") && text.hasSuffix("\n"), "\(result)", sourceLocation: sourceLocation)
    #expect(!text.contains("\n\n") && !text.contains("Optional("), "\(result)", sourceLocation: sourceLocation)
    #expect(text.components(separatedBy: "hotcold: ").count == 2, "\(result)", sourceLocation: sourceLocation)
}

/// The one JSON document on standard output.
struct Answer {
    let document: [String: Any]

    /// Parses all of it: a second document, or a line of something else, is an error.
    init(_ result: ProcessResult) throws { try self.init(text: result.standardOutput) }

    /// Parses a text.
    init(text: String) throws {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        document = try #require(value as? [String: Any], "\(text)")
    }

    /// The reports of the collections.
    var collections: [[String: Any]] { document["collections"] as? [[String: Any]] ?? [] }

    /// The report of one collection.
    func collection(_ name: String) throws -> [String: Any] {
        try #require(collections.first { $0["collection"] as? String == name })
    }
}
