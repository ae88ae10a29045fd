import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// What a run does first and the next one after it.
enum Command: CaseIterable, CustomTestStringConvertible {
    case migrate, restore

    var arguments: [String] {
        switch self {
        case .migrate: ["migrate", "--all"]
        case .restore: ["restore", "--collection", "items", "--query", "{}"]
        }
    }

    var direction: Direction { self == .migrate ? .migrate : .restore }

    /// Where its documents come from.
    var source: String { self == .migrate ? "items" : "items_archive" }
    /// Where they go.
    var target: String { self == .migrate ? "items_archive" : "items" }
    /// What reports call those that it moved.
    var count: String { self == .migrate ? "migrated" : "restored" }

    var testDescription: String { arguments[0] }
}

/// Runs that stop at a moment that a test chooses.
extension MoveFixture {
    /// How many documents a halted run has in a batch, and the only batch in flight.
    static let haltedBatch = 50

    /// Runs hotcold until a server has a certain command of it on a collection, and a body while that command waits.
    ///
    /// The test has to have the line of faults. The process has one mover and small batches.
    func halting(
        _ arguments: [String],
        at command: String,
        on collection: String,
        _ body: (HotcoldProcess) async throws -> Void
    ) async throws {
        let fault = Fault(
            commands: [command],
            times: 1,
            failure: ["blockConnection": true, "blockTimeMS": 60_000]
        )
        try await fault.whileActive(on: collection, in: tier(of: collection)) { watch in
            let process = try start(arguments + ["--workers", "1", "--batch-size", "\(Self.haltedBatch)"])
            try await watch.waits(for: 1)
            try await body(process)
        }
    }

    /// Starts a run and waits until it has stopped where `HOTCOLD_HALT_AT` says.
    func halted(_ arguments: [String], at halt: String) async throws -> HotcoldProcess {
        let process = try start(arguments, environment: ["HOTCOLD_HALT_AT": halt])
        try #require(try await process.hasHalted(), "it ended without reaching the step")
        return process
    }

    /// The same for a run of one mover in batches of so many documents; `SIGCONT` lets it go on.
    func halted(
        _ command: Command,
        inBatchesOf count: Int,
        _ arguments: [String] = [],
        at halt: String
    ) async throws -> HotcoldProcess {
        let batches = ["--workers", "1", "--batch-size", "\(count)"]
        return try await halted(command.arguments + batches + arguments, at: halt)
    }

    /// The same for a migration after its first batch, which is moved and in the journal; no transaction is open.
    func haltedAfterBatch(of count: Int, _ arguments: [String] = []) async throws -> HotcoldProcess {
        try await halted(.migrate, inBatchesOf: count, arguments, at: "committed:1")
    }

    /// Kills a run after the commit on the target and before the delete from the source, and gives a body what the
    /// target has then.
    ///
    /// A migration has not committed on hot then, and a restore has. The body has to have another run: until that ends
    /// the dead one's sessions, the server has its delete, and does not let go of the fail point.
    func killing(
        _ command: Command,
        _ arguments: String...,
        body: ([BSONDocument]) async throws -> Void
    ) async throws {
        try await halting(command.arguments + arguments, at: "delete", on: command.source) { process in
            process.send(signal: SIGKILL)
            #expect(await process.wait().signal == SIGKILL)
            try await body(tier(of: command.target).documents(in: command.target, sort: ["_id": 1]))
        }
    }

    /// Kills a migration in batches of 100 once it has moved so many documents, whatever it is doing then.
    ///
    /// It cannot have ended by itself: the server holds up each of its deletes from soon after that on, not for so long
    /// that an application which writes meanwhile keeps it from moving anything.
    /// The test has to have the line of faults.
    func killing(migrationThatMoved share: Int) async throws {
        let batch = 100
        let fault = Fault(
            commands: ["delete"],
            times: nil,
            skip: share / batch + 2,
            failure: ["blockConnection": true, "blockTimeMS": 250]
        )
        try await fault.whileActive(on: "items", in: hot) { _ in
            let process = try start("migrate", "--all", "--batch-size", "\(batch)")
            // What the run before it still had in flight is decided once this one is in the history.
            try await wait(for: "the run to start") {
                try await state.count("runs", matching: ["pid": .int32(process.processID)]) == 1
            }
            let aim = try await movedCount() + share
            try await wait(for: "\(aim) moved documents") { try await movedCount() >= aim }
            process.send(signal: SIGKILL)
            #expect(await process.wait().signal == SIGKILL)
        }
    }

    /// Expects each of these documents to be in exactly one tier, as it is, and nothing else in either.
    func expectEachOnce(
        _ documents: [BSONDocument],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await hot.documents(in: "items") + cold.documents(in: "items_archive")
        #expect(found.count == documents.count, sourceLocation: sourceLocation)
        #expect(Set(found) == Set(documents), sourceLocation: sourceLocation)
    }

    /// Expects the journal to have each of these documents once.
    func expectJournal(
        of direction: Command,
        has documents: [BSONDocument],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let records = try await journal().filter { $0["direction"]?.string == direction.testDescription }
        let ids = records.flatMap { $0["ids"]?.array ?? [] }
        #expect(ids.count == documents.count, sourceLocation: sourceLocation)
        #expect(Set(ids) == Set(documents.compactMap { $0["_id"] }), sourceLocation: sourceLocation)
    }

    /// The document in the version that `change(_:in:_:)` with `changed` makes of it.
    static func changed(_ document: BSONDocument) -> BSONDocument {
        self.document(document["_id"] ?? .null, at: document["d"]?.dateMilliseconds ?? 0, version: "changed")
    }

    /// The update that makes a document what `changed(_:)` says.
    static let change: BSONValue = [["$set": ["v": "changed"]]]
}
