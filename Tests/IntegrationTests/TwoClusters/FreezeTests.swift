import Foundation
import Mongo
import TestSupport
import Testing

/// A run that was frozen until another one took over touches nothing when it goes on.
@Suite(.enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(30)))
struct FreezeTests {
    /// Expects a run to have ended because another one has its collection.
    private static func expectLost(_ run: MoveRun) {
        run.expect(75, "failed")
        #expect(run.first["error"]?.document?["code"]?.integer == 75, "\(run.result)")
    }

    /// Lets another run take over from one that is frozen, thaws it, and expects it to find its lease lost.
    private static func takeOver(from frozen: HotcoldProcess, by next: Command, _ fixture: MoveFixture) async throws
        -> (frozen: MoveRun, next: MoveRun)
    {
        try await fixture.expireLeases()
        let run = try await fixture.run(next.arguments)
        run.expect(0, "completed", ["conflicts": 0, "failed": 0])
        let tiers = try await fixture.content()
        let journal = try await fixture.journal()
        frozen.send(signal: SIGCONT)
        let end = MoveRun(await frozen.wait(), owesDeletes: true)
        expectLost(end)
        #expect(try await fixture.content() == tiers, "the run that lost its lease went on")
        #expect(try await fixture.journal() == journal)
        try await fixture.expectNoSeat()
        try await fixture.expectNoLease()
        return (end, run)
    }

    /// With the copies on their way, and with the delete on its way.
    @Test(arguments: Command.allCases, ["insert", "delete"])
    func `a run frozen in the middle of a batch ends when it finds its lease lost`(command: Command, step: String)
        async throws
    {
        try await MoveFixture.using(on: .twoClusters, line: .faults) { fixture in
            let documents = MoveFixture.documents(150)
            try await fixture.insert(documents, into: command.source)
            let collection = step == "insert" ? command.target : command.source
            try await fixture.halting(command.arguments, at: step, on: collection) { process in
                process.send(signal: SIGSTOP)
                let (frozen, next) = try await Self.takeOver(from: process, by: command, fixture)
                // Of the restore's batch whose delete was on its way, the commit that counts was made.
                let decided = command == .restore && step == "delete" ? MoveFixture.haltedBatch : 0
                next.expect(0, "completed", [command.count: documents.count - decided])
                #expect((next["recovered"] ?? 0) > 0 || step == "insert", "\(next.result)")
                #expect((frozen[command.count] ?? 0) <= decided, "\(frozen.result)")
            }
            try await fixture.expect(command.source, holds: [])
            try await fixture.expect(command.target, holds: documents)
            try await fixture.expectJournal(of: command, has: documents)
        }
    }

    /// On the server with access control, where no other test's commits meet the fail point.
    @Test(
        .enabled(if: TestServer.isAuthConfigured && HotcoldProcess.hasHaltingPoints),
        arguments: [GuardedServer.hot, .cold]
    )
    func `a run frozen with a commit on its way ends when it finds its lease lost`(server: GuardedServer) async throws {
        try await server.using { fixture, uri in
            let documents = try await fixture.insert(150)
            let process = try await fixture.haltedAfterBatch(of: 50)
            let fault = Fault(
                commands: ["commitTransaction"],
                times: 1,
                failure: ["blockConnection": true, "blockTimeMS": 60_000]
            )
            try await fault.whileActive(on: nil, at: uri) { watch in
                process.send(signal: SIGCONT)
                try await watch.waits(for: 1)
                process.send(signal: SIGSTOP)
                _ = try await Self.takeOver(from: process, by: .migrate, fixture)
            }
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectJournalIsArchive()
        }
    }

    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Command.allCases, Command.allCases)
    func `a run frozen at any moment loses and doubles nothing when another took over`(first: Command, next: Command)
        async throws
    {
        let count = 10_000
        for round in 0..<2 * MoveFixture.scale {
            var generator = SeededGenerator(seed: UInt64(round))
            try await MoveFixture.using(on: .twoClusters) { fixture in
                let documents = MoveFixture.documents(count)
                try await fixture.insert(documents, into: first.source)
                let batch = Int.random(in: 1...50, using: &generator)
                let arguments = first.arguments + ["--batch-size", "50"]
                let process = try await fixture.halted(arguments, at: "committed:\(batch)")
                process.goOn(forMicroseconds: .random(in: 0..<50_000, using: &generator))

                let (_, run) = try await Self.takeOver(from: process, by: next, fixture)
                try await fixture.expectEachOnce(documents)
                if first == next {
                    #expect((run[next.count] ?? 0) > 0, "the first run had ended\n\(run.result)")
                    try await fixture.expect(first.source, holds: [])
                    try await fixture.expectJournal(of: first, has: documents)
                } else if next == .restore {
                    try await fixture.expect(cold: [])
                }
            }
        }
    }
}

extension MoveFixture {
    /// Everything in both tiers, in the order of `_id`.
    fileprivate func content() async throws -> [[BSONDocument]] {
        [
            try await hot.documents(in: "items", sort: ["_id": 1]),
            try await cold.documents(in: "items_archive", sort: ["_id": 1]),
        ]
    }
}
