import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Runs that stop at every step of the protocol, one after another, and are killed there or go on too late.
///
/// `scripts/faults` does the same with an application and failing servers beside it, in random order.
@Suite(.enabled(if: TestServer.isConfigured && HotcoldProcess.hasHaltingPoints), .timeLimit(.minutes(30)))
struct HaltTests {
    /// A step of one of the two ways.
    struct Place: CustomTestStringConvertible {
        let topology: Topology
        let command: Command
        let step: ProtocolStep

        /// What `HOTCOLD_HALT_AT` says: the second batch, or the only time.
        var halt: String { "\(step.rawValue):\(Self.ofBatches.contains(step) ? 2 : 1)" }

        var testDescription: String { "\(command.testDescription) at \(step.rawValue), \(topology.testDescription)" }

        private static let ofBatches: Set<ProtocolStep> = [
            .read, .copied, .copiesCommitted, .verified, .recorded, .deleted, .committed, .cleared,
        ]

        /// Every step that the way takes.
        static let all: [Place] = Topology.allCases.flatMap { topology in
            Command.allCases.flatMap { command in
                ProtocolStep.taken(by: command.direction, topology == .oneCluster ? .oneCluster : .twoClusters).map {
                    Place(topology: topology, command: command, step: $0)
                }
            }
        }
    }

    private static let count = 150

    /// Starts a run and waits until it has stopped.
    private static func halted(at place: Place, _ fixture: MoveFixture) async throws -> HotcoldProcess {
        try await fixture.insert(MoveFixture.documents(count), into: place.command.source)
        let arguments = place.command.arguments + ["--workers", "1", "--batch-size", "50"]
        return try await fixture.halted(arguments, at: place.halt)
    }

    /// Runs the same command, which must not have to wait until a server gives up a dead client's transaction.
    private static func runNext(_ place: Place, _ fixture: MoveFixture) async throws {
        let run = try await fixture.run(place.command.arguments + ["--retry-for", "20s"])
        run.expect(0, "completed", ["conflicts": 0, "failed": 0])
    }

    /// Expects everything to have been moved once.
    private static func expectMoved(_ place: Place, _ fixture: MoveFixture) async throws {
        let documents = MoveFixture.documents(count)
        try await fixture.expect(place.command.source, holds: [])
        try await fixture.expect(place.command.target, holds: documents)
        try await fixture.expectJournal(of: place.command, has: documents)
        try await fixture.expectNoSeat()
        try await fixture.expectNoLease()
    }

    @Test(arguments: Place.all)
    func `a run killed at a step is settled by the next one`(place: Place) async throws {
        try await MoveFixture.using(on: place.topology) { fixture in
            let process = try await Self.halted(at: place, fixture)
            process.send(signal: SIGKILL)
            #expect(await process.wait().signal == SIGKILL)
            try await Self.runNext(place, fixture)
            try await Self.expectMoved(place, fixture)
            try await Self.expectAbandoned(place, fixture)
        }
    }

    /// Expects the history to have the killed run as abandoned, with what the journal has of it.
    private static func expectAbandoned(_ place: Place, _ fixture: MoveFixture) async throws {
        let isInHistory = ![.leased, .recovered].contains(place.step)
        let runs = try await fixture.state.documents(in: "runs")
        #expect(runs.count { $0["status"] == "abandoned" } == (isInHistory ? 1 : 0))
        #expect(runs.count { $0["status"] == "completed" } == 1)
        let journal = try await fixture.journal()
        for run in runs {
            let recorded = journal.filter { $0["run"] == run["run_id"] }.reduce(0) { $0 + ($1["count"]?.integer ?? 0) }
            #expect(run[place.command.count]?.integer == recorded, "\(run.testDescription)")
        }
    }

    @Test(arguments: Place.all)
    func `a run frozen at a step that goes on when another has taken over changes nothing`(place: Place) async throws {
        try await MoveFixture.using(on: place.topology) { fixture in
            let process = try await Self.halted(at: place, fixture)
            try await fixture.expireLeases()
            try await Self.runNext(place, fixture)
            process.send(signal: SIGCONT)
            // It finds its lease lost, or has nothing more to do.
            let end = MoveRun(await process.wait(), owesDeletes: true)
            #expect([0, 75].contains(end.exitCode), "\(end.result)")
            try await Self.expectMoved(place, fixture)
        }
    }

    /// F6, F7 and F9 of the table in `docs/guarantees.md`.
    @Test(arguments: Topology.allCases)
    func `what the application does between copy and delete stays as it is, and is counted`(topology: Topology)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let place = Place(topology: topology, command: .migrate, step: .verified)
            let process = try await Self.halted(at: place, fixture)
            let anew = MoveFixture.document(62, at: MoveFixture.hot, version: "anew")
            try await fixture.change(60, [["$set": ["d": .date(milliseconds: MoveFixture.hot)]]])
            try await fixture.delete(61)
            try await fixture.delete(62)
            try await fixture.hot.insert([anew], into: "items")
            try await fixture.change(63, MoveFixture.change)  // Still cold: moved as it is now.
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(0, "completed", ["migrated": 147, "deleted": 147, "changed": 2, "vanished": 1, "conflicts": 0])
            var archived = MoveFixture.documents(Self.count)
            archived[63] = MoveFixture.changed(archived[63])
            archived.removeSubrange(60...62)
            try await fixture.expect(hot: [MoveFixture.document(60, at: MoveFixture.hot), anew], cold: archived)
        }
    }

    /// What it took for granted, that the archive has none of its documents, is not true any more.
    @Test(arguments: Topology.allCases)
    func `what comes into the archive while a run moves is found`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let process = try await Self.halted(
                at: Place(topology: topology, command: .migrate, step: .read),
                fixture
            )
            let documents = MoveFixture.documents(Self.count)
            let other = MoveFixture.document(61, version: "other")
            try await fixture.insert([documents[60], other], into: "items_archive")
            process.send(signal: SIGCONT)
            MoveRun(await process.wait()).expect(
                1,
                "partial",
                ["migrated": Self.count - 1, "already_in_target": 1, "conflicts": 1]
            )
            var archived = documents
            archived[61] = other
            try await fixture.expect(hot: [documents[61]], cold: archived)
        }
    }

    /// What it had asked at its start, whether anything is held, is not true any more.
    @Test(arguments: Topology.allCases, [ProtocolStep.recovered, .read])
    func `a run frozen until others have moved, restored and held its documents leaves them`(
        topology: Topology,
        step: ProtocolStep
    ) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let process = try await Self.halted(
                at: Place(topology: topology, command: .migrate, step: step),
                fixture
            )
            try await fixture.expireLeases()
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let restore = ["restore", "--collection", "items", "--query", "{}", "--hold-days", "30"]
            try await fixture.run(restore).expect(0, "completed", ["restored": Self.count])
            let journal = try await fixture.journal()
            process.send(signal: SIGCONT)
            MoveRun(await process.wait(), owesDeletes: true).expect(75, "failed")
            try await fixture.expect(hot: MoveFixture.documents(Self.count), cold: [])
            #expect(try await fixture.journal() == journal)
        }
    }

    /// Its seat is of another form than those of the runs that took over.
    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `a run within one cluster frozen until the archive is on another one leaves what is held`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let (hotURI, coldURI) = try fixture.uris
            try fixture.configure(hot: hotURI, cold: hotURI)
            let process = try await Self.halted(
                at: Place(topology: .oneCluster, command: .migrate, step: .read),
                fixture
            )
            try await fixture.expireLeases(of: ["items"])
            try fixture.configure(hot: hotURI, cold: coldURI)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let restore = ["restore", "--collection", "items", "--query", "{}", "--hold-days", "30"]
            try await fixture.run(restore).expect(0, "completed", ["restored": Self.count - 50])
            process.send(signal: SIGCONT)
            MoveRun(await process.wait(), owesDeletes: true).expect(75, "failed")
            // What it had moved before it was frozen is in its own archive.
            let moved = Array(MoveFixture.documents(Self.count)[..<50])
            try await fixture.expect(hot: MoveFixture.documents(Self.count).filter { !moved.contains($0) }, cold: [])
            try await fixture.hot.withClient { client, _ in
                let archive: BSONDocument = ["find": "items_archive", "sort": ["_id": 1]]
                #expect(try client.all(archive, on: fixture.cold.name) == moved)
                try client.run(["dropDatabase": 1], on: fixture.cold.name)
            }
        }
    }

    /// F16 of the table in `docs/guarantees.md`.
    @Test(.enabled(if: TestServer.isSecondConfigured))
    func `a copy whose bytes are not what was written keeps its document in hot`() async throws {
        let place = Place(topology: .twoClusters, command: .migrate, step: .copiesCommitted)
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let process = try await Self.halted(at: place, fixture)
            try await fixture.change(60, in: "items_archive", ["$set": ["v": 1]])  // One bit.
            process.send(signal: SIGCONT)
            let run = MoveRun(await process.wait())
            run.expect(65, "failed", ["migrated": 50, "deleted": 50])
            #expect(run.problems.map { $0["kind"]?.string } == ["differing_bytes"], "\(run.result)")
            let documents = MoveFixture.documents(Self.count)
            try await fixture.expect(hot: Array(documents[50...]), cold: Array(documents[..<50]))
        }
    }
}
