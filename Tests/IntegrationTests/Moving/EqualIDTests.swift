import Foundation
import Mongo
import TestSupport
import Testing

/// What happens where the target has an `_id` that is written differently and that the server takes for equal.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct EqualIDTests {
    /// As it is inserted, and as it is put by an update, which finds what it should not.
    static let documents: [BSONDocument] = [
        ["_id": 1, "d": .date(milliseconds: MoveFixture.cold), "version": "hot"],
        [
            "_id": 1, "d": .date(milliseconds: MoveFixture.cold), "at": .timestamp(seconds: 0, increment: 0),
            "version": "hot",
        ],
    ]

    private static let archived: BSONDocument = ["_id": 1.0, "version": "archived"]

    private static func using(
        _ topology: Topology,
        _ document: BSONDocument,
        _ body: (MoveFixture) async throws -> Void
    ) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.put([document], into: "items")
            try await fixture.put([archived], into: "items_archive")
            try await body(fixture)
        }
    }

    @Test(arguments: Topology.each(documents, ["migrate", "restore"]))
    func `two documents of an equal _id are left as they are`(
        topology: Topology,
        document: BSONDocument,
        command: String
    ) async throws {
        try await Self.using(topology, document) { fixture in
            let arguments =
                command == "migrate" ? ["migrate", "--all"] : ["restore", "--collection", "items", "--id", "1"]
            let run = try await fixture.run(arguments)
            run.expect(1, "partial", [command == "migrate" ? "migrated" : "restored": 0, "deleted": 0, "conflicts": 1])
            try await fixture.expect(hot: [document], cold: [Self.archived])
        }
    }

    /// These are the commands that `verify` prints.
    @Test(arguments: Topology.each(documents, ["replace", "keep-target"]))
    func `the operator's word decides which of them stays`(
        topology: Topology,
        document: BSONDocument,
        policy: String
    ) async throws {
        try await Self.using(topology, document) { fixture in
            let run = try await fixture.run("migrate", "--all", "--on-conflict", policy)
            run.expect(0, "completed", ["migrated": 1, "deleted": 1, "quarantined": 0])
            try await fixture.expect(hot: [], cold: [policy == "replace" ? document : Self.archived])
        }
        try await Self.using(topology, document) { fixture in
            let run = try await fixture.run("restore", "--collection", "items", "--id", "1", "--on-conflict", policy)
            run.expect(0, "completed", ["restored": 1, "deleted": 1, "quarantined": 0])
            try await fixture.expect(hot: [policy == "replace" ? Self.archived : document], cold: [])
        }
    }

    @Test(
        .enabled(if: HotcoldProcess.hasHaltingPoints && TestServer.isSecondConfigured),
        arguments: ["copiesCommitted", "verified", "recorded"]
    )
    func `what a dead run has replaced so is there again`(step: String) async throws {
        try await Self.using(.twoClusters, Self.documents[0]) { fixture in
            let policy = ["--on-conflict", "replace"]
            let process = try await fixture.halted(.migrate, inBatchesOf: 50, policy, at: "\(step):1")
            process.send(signal: SIGKILL)
            await process.wait()
            let run = try await fixture.run("migrate", "--all")
            run.expect(1, "partial", ["recovered": 1, "conflicts": 1, "quarantined": 0])
            try await fixture.expect(hot: [Self.documents[0]], cold: [Self.archived])
        }
    }
}
