import Foundation
import Mongo
import TestSupport
import Testing

/// Which tiers are on the server without transactions; the other one is in a replica set.
enum StandaloneTiers: CaseIterable, Sendable, CustomTestStringConvertible {
    case hot, cold, both

    /// Those that there are servers for; more than the first only where `HOTCOLD_TEST_SCALE` asks for more.
    static var allCases: [StandaloneTiers] {
        let all: [StandaloneTiers] = TestServer.isSecondConfigured ? [.hot, .cold, .both] : [.cold, .both]
        return MoveFixture.scale > 1 ? all : Array(all.prefix(1))
    }

    /// Each with each element of two tables.
    static func each<First: Sequence, Second: Sequence>(
        _ first: First,
        _ second: Second
    ) -> [(StandaloneTiers, First.Element, Second.Element)] {
        allCases.flatMap { tiers in first.flatMap { one in second.map { (tiers, one, $0) } } }
    }

    var testDescription: String {
        switch self {
        case .hot: "hot is a standalone"
        case .cold: "cold is a standalone"
        case .both: "both on one standalone"
        }
    }

    /// Gives a test a fixture with those tiers there.
    func using(
        collections: String = MoveFixture.items,
        line: MoveFixture.Line = .usual,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (MoveFixture) async throws -> Void
    ) async throws {
        let uri = try TestServer.standaloneURI
        try await MoveFixture.using(
            on: self == .both ? .oneCluster : .twoClusters,
            collections: collections,
            hot: self == .cold ? nil : uri,
            cold: self == .hot ? nil : uri,
            line: line,
            sourceLocation: sourceLocation,
            body
        )
    }
}

/// Runs that wait, fail or die at a command that a test chooses.
extension MoveFixture {
    /// How long a server holds a command back: what a test does meanwhile takes far less.
    private static let delay: Duration = .seconds(4)
    /// The same where a test runs the program meanwhile.
    private static let longDelay: Duration = .seconds(10)

    /// The only batch in flight of a run that is interrupted, and one mover.
    private static let oneByOne = ["--workers", "1", "--batch-size", "\(haltedBatch)"]

    /// Where hotcold sends a command.
    struct Moment: Sendable, CustomTestStringConvertible {
        let command: String
        let collection: String

        var testDescription: String { "\(command) on \(collection)" }

        /// The sources are deleted, and nothing says so yet.
        static let beforeJournal = Moment(command: "insert", collection: "batches")

        /// The copies are there, their sources too.
        static func beforeDelete(_ command: Command) -> Moment { Moment(command: "delete", collection: command.source) }
    }

    private func database(at moment: Moment) -> TestDatabase {
        ["batches", "holds", "seats"].contains(moment.collection) ? state : tier(of: moment.collection)
    }

    /// Runs hotcold, and a body while a server holds the first such command of it back.
    ///
    /// - Parameters:
    ///   - count: how many such commands go through before it.
    ///   - code: the error that the command has afterwards, and no effect; nil lets it take effect.
    func delaying(
        _ moment: Moment,
        after count: Int? = nil,
        of arguments: [String],
        failingWith code: Int? = nil,
        _ body: (HotcoldProcess) async throws -> Void
    ) async throws -> MoveRun {
        let process = try await delayed(moment, after: count, arguments, failingWith: code) { process in
            try await body(process)
            return process
        }
        return MoveRun(await process.wait(), owesDeletes: true)
    }

    /// Kills a run in the moment that it sends such a command first, which has no effect then.
    func killing(_ moment: Moment, of arguments: [String]) async throws {
        try await delayed(moment, arguments, failingWith: 11_600) { process in
            process.send(signal: SIGKILL)
            #expect(await process.wait().signal == SIGKILL)
        }
    }

    /// Kills a run whose command the server holds back and carries out after a body.
    func killing(
        _ moment: Moment,
        of arguments: [String],
        whichTakesEffectAfter body: () async throws -> Void
    ) async throws {
        try await delayed(moment, arguments, by: Self.longDelay) { process in
            process.send(signal: SIGKILL)
            #expect(await process.wait().signal == SIGKILL)
            try await body()
        }
        try await waitForCommands(on: moment.collection)
    }

    @discardableResult
    private func delayed<Success>(
        _ moment: Moment,
        after count: Int? = nil,
        _ arguments: [String],
        failingWith code: Int? = nil,
        by delay: Duration = delay,
        _ body: (HotcoldProcess) async throws -> Success
    ) async throws -> Success {
        var failure: BSONDocument = ["blockConnection": true, "blockTimeMS": .int64(delay.components.seconds * 1000)]
        if let code { failure = failure.appending("errorCode", .int(code)) }
        var success: Success?
        let fault = Fault(commands: [moment.command], times: 1, skip: count, failure: failure)
        try await fault.whileActive(on: moment.collection, in: database(at: moment)) { watch in
            let process = try start(arguments + Self.oneByOne)
            try await watch.waits(for: 1)
            let begin = ContinuousClock.now
            success = try await body(process)
            try #require(.now - begin < delay, "the test was slower than the server's delay")
        }
        return try #require(success)
    }

    /// Waits until the servers have done what hotcold asked of a collection.
    private func waitForCommands(on collection: String) async throws {
        let database = tier(of: collection)
        let pipeline: BSONValue = [
            ["$currentOp": ["localOps": true]],
            [
                "$match": [
                    "appName": "hotcold", "ns": .string(database.namespace(collection).description), "active": true,
                ]
            ],
        ]
        try await wait(for: "commands on \(collection)") {
            try await database.withClient { client, _ in
                try client.all(["aggregate": 1, "pipeline": pipeline, "cursor": [:]], on: "admin").isEmpty
            }
        }
    }
}
