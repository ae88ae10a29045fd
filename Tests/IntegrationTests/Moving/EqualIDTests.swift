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

    @Test(arguments: Topology.each(documents, ["skip", "replace", "keep-target"]))
    func `somebody else's document of an equal _id is not overwritten`(
        topology: Topology,
        document: BSONDocument,
        policy: String
    ) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let archived: BSONDocument = ["_id": 1.0, "version": "archived"]
            try await fixture.put([document], into: "items")
            try await fixture.put([archived], into: "items_archive")
            let run = try await fixture.run("migrate", "--all", "--on-conflict", policy)
            run.expect(1, "partial", ["migrated": 0, "deleted": 0, "conflicts": 1])
            try await fixture.expect(hot: [document], cold: [archived])
        }
    }
}
