import Foundation
import Mongo
import TestSupport
import Testing

/// A run whose target refuses everything ends, and says why: each refused document costs a transaction.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RefusalRunTests {
    private static let validator: BSONDocument = ["good": true]
    private static let bad = MoveFixture.documents(3000)

    private static func expectEarlyEnd(
        _ run: MoveRun,
        _ command: Command,
        reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        run.expect(1, "partial", [command.count: 0, "deleted": 0], sourceLocation: sourceLocation)
        #expect(run.first["stopped_by"]?.string == "refusals", "\(run.result)", sourceLocation: sourceLocation)
        // Each of three movers may have one in hand when the last one counts.
        let failed = run["failed"] ?? 0
        #expect(500...503 ~= failed, "\(run.result)", sourceLocation: sourceLocation)
        #expect(run["scanned"] == failed, sourceLocation: sourceLocation)
        #expect((run["undecided"] ?? 0) > 0, sourceLocation: sourceLocation)
        let message = run.first["error"]?.document?["message"]?.string ?? ""
        #expect(
            message.contains("the last 500 documents were all refused"),
            "\(run.result)",
            sourceLocation: sourceLocation
        )
        #expect(message.contains(reason), "\(run.result)", sourceLocation: sourceLocation)
        #expect(run.first["error"]?.document?["code"]?.integer == 1, sourceLocation: sourceLocation)
        #expect(run.result.standardError.contains("stopped early"), "\(run.result)", sourceLocation: sourceLocation)
    }

    private static func refuseAll(_ command: Command, _ fixture: MoveFixture) async throws {
        try await fixture.insert(bad, into: command.source)
        let target = fixture.tier(of: command.target)
        try await target.run(["create": .string(command.target), "validator": .document(validator)])
        let run = try await fixture.run(command.arguments)
        expectEarlyEnd(run, command, reason: "validation")
        try await fixture.expect(command.source, holds: bad)
        try await fixture.expect(command.target, holds: [])
        let history = try await fixture.history(of: run.id)
        #expect(history["status"]?.string == "partial" && history["stopped_by"]?.string == "refusals")
        // With what was in the way gone, all move.
        try await target.run(["collMod": .string(command.target), "validator": [:]])
        try await fixture.run(command.arguments).expect(0, "completed", [command.count: bad.count])
        try await fixture.expect(command.target, holds: bad)
    }

    @Test(arguments: Topology.allCases, Command.allCases)
    func `a validator that refuses every document ends the run early`(topology: Topology, command: Command) async throws
    {
        try await MoveFixture.using(on: topology) { try await Self.refuseAll(command, $0) }
    }

    @Test(.enabled(if: TestServer.isStandaloneConfigured), arguments: StandaloneTiers.allCases, Command.allCases)
    func `a validator that refuses every document ends a run without transactions`(
        tiers: StandaloneTiers,
        command: Command
    ) async throws {
        try await tiers.using { try await Self.refuseAll(command, $0) }
    }

    @Test(arguments: Topology.allCases)
    func `a unique index that refuses all but the first ends the run early and the other collections are tried`(
        topology: Topology
    ) async throws {
        let entry = #"{"policy": "time_based", "date_field": "d"}"#
        try await MoveFixture.using(on: topology, collections: #""items": \#(entry), "others": \#(entry)"#) { fixture in
            try await fixture.hot.insert(Self.bad, into: "items")
            try await fixture.hot.insert(MoveFixture.documents(10), into: "others")
            // All have the same text.
            try await fixture.cold.createIndex(on: "items_archive", ["text": 1], options: [("unique", true)])
            let run = try await fixture.run("migrate", "--all", "--workers", "1")
            // Some are refused before the first one is taken.
            run.expect(1, "partial", ["migrated": 1])
            #expect(500...520 ~= run["failed"] ?? 0, "\(run.result)")
            #expect(run.first["stopped_by"]?.string == "refusals")
            #expect(run.collections.last?["migrated"]?.integer == 10)
            #expect(try await fixture.hot.count("items") == Self.bad.count - 1)
        }
    }

    /// Both costs a transaction each, and yet the run is worth it.
    @Test(arguments: Topology.allCases)
    func `a run with hundreds of refused documents among others goes to its end`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = (0..<2000).map { id -> BSONDocument in
                let document = MoveFixture.document(.int(id))
                return id < 400 || id.isMultiple(of: 4) ? document : document.appending("good", true)
            }
            try await fixture.hot.insert(documents, into: "items")
            try await fixture.cold.run(["create": "items_archive", "validator": .document(Self.validator)])
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["migrated": 1200, "failed": 800, "scanned": 2000, "undecided": 0])
            #expect(run.first["stopped_by"]?.string == nil)
        }
    }

    @Test func `progress tells of what is refused while it goes on`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.hot.insert(Array(Self.bad[..<100]), into: "items")
            try await fixture.cold.run(["create": "items_archive", "validator": .document(Self.validator)])
            let arguments = ["migrate", "--all", "--verbose", "--batch-size", "10"]
            let result = try await HotcoldProcess.run(arguments, in: fixture.directory)
            #expect(result.standardError.contains("10 failed"), "\(result)")
        }
    }
}
