import Foundation
import Mongo
import TestSupport
import Testing
import ThreadSafety

@testable import HotColdCore

/// A lease that ends later than one can keeps nobody out for longer than a living holder needs to renew it.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct DoubtfulLeaseTests {
    private static let year: Int64 = 31_536_000
    private static let elsewhere = HostIdentity(host: "far.example", machineID: "1", bootID: "2", pid: 1)

    /// A keeper as a run has one, with a watch of that length.
    private static func keeper(
        _ fixture: MoveFixture,
        watch: Duration,
        onDoubt: @escaping @Sendable (MigrationError) -> Void = { _ in }
    ) throws -> LeaseKeeper {
        LeaseKeeper(
            locks: fixture.state.namespace("locks"),
            seats: fixture.state.namespace("seats"),
            hot: .init(
                namespace: fixture.hot.namespace("items"),
                uuid: nil,
                connection: try fixture.hot.pool.makeConnection(),
                sessions: []
            ),
            cold: .init(
                namespace: fixture.cold.namespace("items_archive"),
                uuid: nil,
                connection: try fixture.cold.pool.makeConnection(),
                sessions: []
            ),
            run: "this run",
            patience: .seconds(60),
            watch: watch,
            onDoubt: onDoubt
        )
    }

    @Test(arguments: Topology.allCases, ["items", "items_archive"])
    func `one that nobody renews is taken, and that is said`(topology: Topology, collection: String) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.putLease(of: collection, Self.elsewhere, for: Self.year)
            let doubts = Locked(0)
            let keeper = try Self.keeper(fixture, watch: .milliseconds(1)) { _ in doubts.withLock { $0 += 1 } }
            let warnings = try await keeper.holding(stop: StopRequest()) { leases in
                #expect(leases.epoch == 8, "the epoch counts on")
                return leases.warnings
            }
            #expect(doubts.withLock(\.self) == 1)
            #expect(warnings.count == 1 && warnings.first?.contains("run another run has left") == true, "\(warnings)")
            #expect(try await fixture.leaseHolders().isEmpty)
        }
    }

    /// As a living run does every 20 s after an election has brought a server whose clock is behind.
    @Test(arguments: Topology.allCases, ["items", "items_archive"])
    func `one that is renewed is another run's`(topology: Topology, collection: String) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.putLease(of: collection, Self.elsewhere, for: Self.year)
            let (doubts, doubt) = AsyncStream.makeStream(of: Void.self)
            let keeper = try Self.keeper(fixture, watch: .seconds(600)) { _ in doubt.yield() }
            let outcome = Task { try await keeper.holding(stop: StopRequest()) { _ in } }
            for await _ in doubts { break }
            let lease = Lease(
                namespace: fixture.tier(of: collection).namespace(collection),
                owner: "another run's",
                collection: fixture.state.namespace("locks"),
                epoch: 7
            )
            let connection = fixture.state(of: collection).connection
            #expect(try await connection.withClient { try lease.renew(with: $0) })
            await #expect {
                try await outcome.value
            } throws: {
                guard case MigrationError.busy(let namespace, let holder) = $0 else { return false }
                return namespace == lease.namespace && holder.run == "another run"
            }
            #expect(try await fixture.leaseHolders() == ["another run"], "what was taken is given back")
        }
    }

    @Test func `a run that is to stop watches no longer`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.putLease(of: "items", Self.elsewhere, for: Self.year)
            let stop = StopRequest()
            let keeper = try Self.keeper(fixture, watch: .seconds(600)) { _ in stop.request(.signal) }
            await #expect(throws: MigrationError.self) { try await keeper.holding(stop: stop) { _ in } }
            #expect(try await fixture.leaseHolders() == ["another run"])
        }
    }

    @Test func `check says that it is none`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(3)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            try await fixture.putLease(of: "items", Self.elsewhere, for: Self.year)
            let check = try CheckRun(try await HotcoldProcess.run(["check", "--json"], in: fixture.directory))
            #expect(try check.text("meaning", of: "stale_lease").contains("later than a lease can"), "\(check.result)")
        }
    }
}
