import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Two runs never work on the same collection, and a dead one stands in nobody's way.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct LeaseTests {
    @Test(.enabled(if: HotcoldProcess.hasHaltingPoints), arguments: Topology.allCases)
    func `a second run exits 75 and names the first, which goes on`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(200)
            let first = try await fixture.haltedAfterBatch(of: 100)
            let history = try await fixture.history()
            let run = try #require(history["run_id"]?.string)

            let second = try await fixture.run("migrate", "--all")
            second.expect(75, "failed", ["migrated": 0])
            let error = try #require(second.first["error"]?.document)
            #expect(error["code"]?.integer == 75)
            let host = HostIdentity.current.host
            for name in [run, host, "process \(first.processID)", "\(fixture.hot.name).items"] {
                #expect(error["message"]?.string?.contains(name) == true, "\(name) in \(second.result)")
                #expect(second.result.standardError.contains(name), "\(name) in \(second.result)")
            }
            let restore = ["restore", "--collection", "items", "--query", "{}"]
            let third = try await HotcoldProcess.run(restore, in: fixture.directory)
            #expect(third.exitCode == 75 && third.standardError.contains(run), "\(third)")

            first.send(signal: SIGCONT)
            MoveRun(await first.wait()).expect(0, "completed", ["migrated": 200])
            try await fixture.expect(hot: [], cold: documents)
            try await fixture.expectNoLease()
            #expect(try await fixture.state.count("runs") == 1)
        }
    }

    private static let here = HostIdentity.current
    private static let elsewhere = identity {
        $0 = HostIdentity(host: "far.example", machineID: "1", bootID: "2", pid: 1)
    }
    /// A clone of this machine: of the same identity, with a boot of its own.
    private static let twin = identity { $0.bootID = "another boot/pid:[1]" }
    /// Another machine that was made from the same image, with the same name.
    private static let clone = identity { ($0.machineID, $0.bootID) = ("another machine", "another boot/pid:[1]") }

    /// This process's identity with a change.
    private static func identity(_ change: (inout HostIdentity) -> Void) -> HostIdentity {
        var identity = here
        change(&identity)
        return identity
    }

    /// The identity of a process of this host that has ended.
    private static func dead() throws -> HostIdentity {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        return identity { $0.pid = process.processIdentifier }
    }

    @Test(arguments: Topology.allCases, ["items", "items_archive"])
    func `a lease of another host is respected until it expires`(topology: Topology, collection: String) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(10)
            try await fixture.putLease(of: collection, Self.elsewhere, for: 60)
            let refused = try await fixture.run("migrate", "--all")
            refused.expect(75, "failed")
            #expect(refused.result.standardError.contains("far.example"), "\(refused.result)")
            try await fixture.expect(hot: documents, cold: [])
            #expect(try await fixture.leaseHolders() == ["another run"])

            try await fixture.putLease(of: collection, Self.elsewhere, for: -1)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            try await fixture.expectNoLease()
            for state in fixture.states {
                let epochs = try await state.documents(in: "locks").map { $0["epoch"]?.integer }
                #expect(
                    !epochs.isEmpty && epochs.allSatisfy { $0 == 8 },
                    "the epoch counts on, in both locks: \(epochs)"
                )
            }
        }
    }

    @Test(arguments: Topology.allCases)
    func `a lease of a process that lives or may live is respected`(topology: Topology) async throws {
        // In another container of this host the number means another process.
        var container = try Self.dead()
        container.bootID = "\(Self.here.bootID.prefix { $0 != "/" })/pid:[1]"
        for identity in [Self.here, Self.clone, Self.twin, container] {
            try await MoveFixture.using(on: topology) { fixture in
                try await fixture.insert(10)
                try await fixture.putLease(of: "items", identity, for: 60)
                try await fixture.run("migrate", "--all").expect(75, "failed")
            }
        }
    }

    private static func expectTakeover(on topology: Topology, from identity: HostIdentity) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(10)
            try await fixture.putLease(of: "items", identity, for: 60)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            try await fixture.expectNoLease()
        }
    }

    @Test(arguments: Topology.allCases)
    func `a lease of a dead process on this host is taken over at once`(topology: Topology) async throws {
        try await Self.expectTakeover(on: topology, from: try Self.dead())
    }

    @Test(arguments: Topology.allCases)
    func `with --all a collection that another run has does not keep the others from being migrated`(topology: Topology)
        async throws
    {
        let rest = #""policy": "time_based", "date_field": "d"}"#
        let collections = #""busy": {"hot_collection": "items", \#(rest), "free": {\#(rest)"#
        try await MoveFixture.using(on: topology, collections: collections) { fixture in
            let documents = try await fixture.insert(10)
            try await fixture.hot.insert(documents, into: "free")
            try await fixture.putLease(of: "items", Self.elsewhere, for: 60)
            try await fixture.run("migrate", "--all").expect(75, "failed", ["migrated": 0])
            try await fixture.expect(hot: documents, cold: [])
            try await fixture.expect(hot: [], cold: documents, in: "free")
        }
    }
}
