import HotColdCore
import Mongo
import TestSupport
import Testing

/// `verify` knows a copy that is older than the hot document from an archive that somebody has written to.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct VerifyCopiesTests {
    @Test(arguments: Topology.allCases)
    func `a copy in the archive that was edited by hand is different, not stale`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed")
            try await fixture.change(1, in: "items_archive", MoveFixture.change)
            try await fixture.change(2, MoveFixture.change)
            let run = try await fixture.verify()
            run.expect(1, ["copies": 8, "stale_copies": 1, "different": 1, "problem_count": 1])
            #expect(run.ids("different") == [1], "\(run.result)")
        }
    }

    @Test func `a copy is known by the last of several runs, and after others of its batch were moved`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(4)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed")
            try await fixture.change(2, MoveFixture.change)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed")
            try await fixture.run("migrate", "--all", "--limit", "1").expect(0, "stopped")
            try await fixture.change(2, ["$set": ["v": "newer"]])
            try await fixture.change(3, MoveFixture.change)
            try await fixture.verify().expect(0, ["copies": 1, "stale_copies": 2, "different": 0])
        }
    }

    @Test func `a copy that --keep-cold left may be older than the hot document, but not be another one`() async throws
    {
        try await MoveFixture.using { fixture in
            try await fixture.insert(MoveFixture.documents(3), into: "items_archive")
            try await fixture.run("restore", "--collection", "items", "--query", "{}", "--keep-cold")
                .expect(0, "completed")
            try await fixture.change(1, MoveFixture.change)
            try await fixture.verify().expect(0, ["copies": 2, "stale_copies": 1])
            try await fixture.change(0, in: "items_archive", MoveFixture.change)
            try await fixture.verify().expect(1, ["copies": 1, "stale_copies": 1, "different": 1])
        }
    }

    /// What a run has copied and taken back, or somebody has written: the records are about what was there before.
    @Test func `a copy that is written to between the two looks is looked at again`() async throws {
        try await MoveFixture.using(line: .faults) { fixture in
            let documents = try await fixture.insert(4)
            try await fixture.run("migrate", "--all", "--no-delete").expect(0, "completed")
            for id in [1, 2] { try await fixture.change(.int(id), MoveFixture.change) }
            try await fixture.change(1, in: "items_archive", ["$set": ["v": "another"]])
            // The journal is asked after the first look at the documents and before the second.
            let run = try await fixture.verify(stoppedAtQuery: 1, of: "batches", in: fixture.state) {
                try await fixture.put([documents[1]], into: "items_archive")
                try await fixture.change(2, in: "items_archive", ["$set": ["v": "another"]])
            }
            run.expect(1, ["copies": 2, "stale_copies": 1, "different": 1])
            #expect(run.ids("different") == [2], "\(run.result)")
        }
    }
}
