import Foundation
import Mongo
import TestSupport
import Testing

/// Commands of hotcold that a server fails or delays on purpose.
///
/// All tests share the server's one fail point of this kind, one after another. Other tests' programs have the same
/// application name; so a fault is limited to a namespace that is the test's own, or is set on a server where only
/// tests of faults run programs.
struct Fault: Sendable, CustomStringConvertible {
    /// The commands' names.
    var commands: [String]
    /// How many of them fail; nil for all.
    var times: Int?
    /// How many go through first; then all fail.
    var skip: Int?
    /// How: `closeConnection`, `errorCode`, `writeConcernError`, `blockConnection`.
    var failure: BSONDocument

    var description: String {
        "\(commands.joined(separator: ", ")) \(ExtendedJSON.string(from: failure) ?? "") \(times.map { "\($0) times" } ?? "always")"
    }

    /// Tells what a fault that is switched on has done.
    struct Watch: Sendable {
        fileprivate let connection: Connection
        fileprivate let before: Int

        /// Waits until the server has failed so many times.
        func waits(for count: Int) async throws {
            let command: BSONDocument = [
                "waitForFailPoint": "failCommand", "timesEntered": .int(before + count), "maxTimeMS": 60_000,
            ]
            _ = try await connection.withClient { try $0.run(command, on: "admin") }
        }
    }

    /// Switches the fault on for a collection, on the server that it is on, while a body runs.
    ///
    /// Returns how many commands failed. Faults do not nest, not even on two servers.
    @discardableResult
    func whileActive(
        on collection: String,
        in database: TestDatabase,
        _ body: (Watch) async throws -> Void
    ) async throws -> Int {
        try await whileActive(on: database.namespace(collection), at: database.uri, body)
    }

    /// Switches the fault on for a namespace, nil for all, while a body runs.
    ///
    /// Returns how many commands failed: now and then more than `times`, since several movers meet it at one moment and the
    /// server counts down afterwards.
    @discardableResult
    func whileActive(
        on namespace: Namespace?,
        at uri: String? = nil,
        _ body: (Watch) async throws -> Void
    ) async throws -> Int {
        try await whileActive(on: namespace, at: uri, preparing: {}) { _, watch in try await body(watch) }
    }

    /// Has a run halt at a step, and lets it go on with the fault switched on; for a collection, while a body runs.
    ///
    /// The run is started when no other test has the server's fail point: a batch that is stopped for ten seconds is
    /// given up and tried anew in halves.
    @discardableResult
    func whileActive(
        on collection: String,
        in database: TestDatabase,
        forRunHaltedBy halt: () async throws -> HotcoldProcess,
        _ body: (HotcoldProcess, Watch) async throws -> Void
    ) async throws -> MoveRun {
        try await whileActive(on: database.namespace(collection), at: database.uri, forRunHaltedBy: halt, body)
    }

    /// The same for a namespace, nil for all; what the run reported.
    @discardableResult
    func whileActive(
        on namespace: Namespace?,
        at uri: String? = nil,
        forRunHaltedBy halt: () async throws -> HotcoldProcess,
        _ body: (HotcoldProcess, Watch) async throws -> Void
    ) async throws -> MoveRun {
        var run: HotcoldProcess?
        _ = try await whileActive(on: namespace, at: uri, preparing: halt) { process, watch in
            run = process
            process.send(signal: SIGCONT)
            try await body(process, watch)
        }
        return MoveRun(try await #require(run).wait(), owesDeletes: true)
    }

    private func whileActive<Prepared>(
        on namespace: Namespace?,
        at uri: String?,
        preparing prepare: () async throws -> Prepared,
        _ body: (Prepared, Watch) async throws -> Void
    ) async throws -> Int {
        let data = namespace.map { failure.appending("namespace", .string($0.description)) } ?? failure
        let point = FailPoint.commands(commands, mode: mode, of: "hotcold", data)
        return try await point.whileActive(at: uri, preparing: prepare) { prepared in
            let connection = try TestServer.pool(at: uri).makeConnection()
            // Setting it again as it is tells how often it was met in the server's life.
            let before = try await point.set(with: connection)
            try await body(prepared, Watch(connection: connection, before: before))
        }.hits
    }

    private var mode: BSONValue {
        if let skip { return ["skip": .int(skip)] }
        return times.map { ["times": .int($0)] } ?? "alwaysOn"
    }
}
