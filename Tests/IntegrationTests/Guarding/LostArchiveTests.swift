import Foundation
import Mongo
import TestSupport
import Testing

/// An archive that has lost what runs had moved there.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct LostArchiveTests {
    /// What has become of an archive of 50 documents, and the words for it.
    enum Loss: CaseIterable {
        case dropped, emptied, renamed, exchanged

        var words: [String] {
            switch self {
            case .dropped: ["does not exist now"]
            case .emptied, .exchanged: ["has 0 now"]
            case .renamed: ["does not exist now: it is called ", "items_archive_old"]
            }
        }

        func carryOut(on archive: String, in database: TestDatabase) async throws {
            switch self {
            case .dropped: try await database.run(["drop": .string(archive)])
            case .renamed: try await database.rename(archive, to: "\(archive)_old")
            case .emptied:
                let all: BSONValue = [["q": [:], "limit": 0]]
                try await database.run(["delete": .string(archive), "deletes": all])
            case .exchanged:
                try await database.rename(archive, to: "\(archive)_old")
                try await database.run(["create": .string(archive)])
            }
        }
    }

    @Test(
        .enabled(if: HotcoldProcess.hasHaltingPoints),
        arguments: [Topology.oneCluster, .twoClusters],
        Command.allCases
    )
    func `is told after a run that was killed, too`(topology: Topology, command: Command) async throws {
        try await MoveFixture.using(on: topology, leavesSeats: true) { fixture in
            try await fixture.insert(50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50])
            try await fixture.insert([MoveFixture.document(99)], into: "items")
            let process = try await fixture.halted(command, inBatchesOf: 10, at: "committed:1")
            process.send(signal: SIGKILL)
            await process.wait()
            try await fixture.cold.run(["drop": "items_archive"])
            let verify = try await fixture.start(["verify"]).wait()
            #expect(verify.exitCode == 1, "\(verify)")
            #expect(verify.standardOutput.contains("does not exist now"), "\(verify)")
        }
    }

    @Test(arguments: Topology.allCases, Loss.allCases)
    func `is told by every command until an operator has confirmed it`(topology: Topology, loss: Loss) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(50)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 50])
            try await loss.carryOut(on: "items_archive", in: fixture.cold)
            let next = try await fixture.insert(3)

            let words = "items_archive had 50 documents after the run of "
            let commands = [
                ["migrate", "--all"], ["restore", "--collection", "items", "--query", "{}"], ["check"], ["verify"],
            ]
            for arguments in commands {
                let result = try await fixture.start(arguments).wait()
                let text = (result.standardOutput + result.standardError).replacing(/\s+/, with: " ")
                #expect(result.exitCode == 1, "\(result)")
                #expect((loss.words + [words]).allSatisfy(text.contains), "\(result)")
            }
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(0, "completed", ["migrated": 3])
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.expect(cold: next)
            let verify = try await fixture.start(["verify"]).wait()
            #expect(verify.exitCode == 0, "\(verify)")
        }
    }

    @Test func `is none that restores or hands have taken a part of, nor one of a dead run`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(40)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 40])
            let half: BSONValue = [["q": ["_id": ["$lt": 20]], "limit": 0]]
            try await fixture.cold.run(["delete": "items_archive", "deletes": half])
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.run(["restore", "--collection", "items", "--query", "{}"]).expect(0, "completed")
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let verify = try await fixture.start(["verify"]).wait()
            #expect(verify.exitCode == 0, "\(verify)")
        }
    }
}
