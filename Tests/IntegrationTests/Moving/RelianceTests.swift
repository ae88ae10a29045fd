import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// What the target has already is all that is left of a document once its source is gone: nobody may take it away
/// meanwhile who saw the source.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct RelianceTests {
    /// The second attempt, since the first one believes that the target has none: its transaction has begun, and reads what
    /// was there then.
    @Test(arguments: Command.allCases)
    func `a duplicate that somebody deletes from the target meanwhile is moved`(command: Command) async throws {
        try await MoveFixture.using { fixture in
            let documents = MoveFixture.documents(50)
            try await fixture.insert(documents, into: command.source)
            try await fixture.insert(documents, into: command.target)
            let process = try await fixture.halted(command, inBatchesOf: 50, at: "read:2")
            for document in documents.prefix(20) {
                try await fixture.delete(document["_id"] ?? .null, in: command.target)
            }
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(0, "completed", [command.count: 50])
            try await fixture.expect(command.source, holds: [])
            try await fixture.expect(command.target, holds: documents)
        }
    }

    /// Of every type, with names that commands take for operators.
    @Test func `a duplicate stays as it is byte for byte`() async throws {
        try await MoveFixture.using { fixture in
            let odd: [BSONDocument] = [
                MoveFixture.document(1).appending("ts", .timestamp(seconds: 0, increment: 0)),
                MoveFixture.document(2).appending("$set", 1).appending("a.b", 2).appending("", 3),
                MoveFixture.document(3).appending("x", 1).appending("x", 2),
            ]
            try await fixture.put(odd, into: "items")
            try await fixture.put(odd, into: "items_archive")
            let before = try await fixture.cold.documents(in: "items_archive")
            let run = try await fixture.run("migrate", "--all")
            run.expect(0, "completed", ["migrated": 3, "already_in_target": 3])
            try await fixture.expect(hot: [], cold: before)
        }
    }
}
