import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

@Suite("check finds of runs", .enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(30)))
struct CheckRunTests {
    static func check(_ fixture: MoveFixture) async throws -> CheckRun {
        try CheckRun(try await HotcoldProcess.run(["check", "--json"], in: fixture.directory))
    }

    @Test("the lease of one at work, and that of a dead one", arguments: [Topology.oneCluster, .twoClusters])
    func leases(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(3)
            let here = HostIdentity.current
            let elsewhere = HostIdentity(host: "elsewhere", machineID: "m", bootID: "b/n", pid: 7)
            try await fixture.putLease(of: "items", elsewhere, for: 60)
            let busy = try await Self.check(fixture)
            busy.expect(0, ["notice run_in_progress"])
            #expect(try busy.text("message", of: "run_in_progress").contains("process 7 on host elsewhere"))

            try await fixture.putLease(of: "items_archive", elsewhere, for: -1)
            try await Self.check(fixture).expect(0, ["notice stale_lease"])

            // No process has this id.
            let dead = HostIdentity(host: here.host, machineID: here.machineID, bootID: here.bootID, pid: 4_194_999)
            try await fixture.putLease(of: "items", dead, for: 60)
            try await Self.check(fixture).expect(0, ["notice stale_lease"])
            #expect(try await fixture.run("migrate", "--all").exitCode == 0)
            try await Self.check(fixture).expect(0, [])
        }
    }

    @Test("holds, until when")
    func holds() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(3)
            _ = try await fixture.run("migrate", "--all")
            for days in ["5", "4"] {
                let restore = ["restore", "--collection", "items", "--id", "1", "--keep-cold", "--hold-days", days]
                #expect(try await fixture.run(restore).exitCode == 0)
            }
            let check = try await Self.check(fixture)
            check.expect(0, ["notice held_documents"])
            let message = try check.text("message", of: "held_documents")
            #expect(message.hasPrefix("1 document of \(fixture.hot.name).items is held"), "\(message)")
        }
    }

    @Test(
        "seats or notes of a dead one, with who left them, which the next run settles",
        arguments: [(Topology.twoClusters, "hot"), (.twoClusters, "none"), (.oneCluster, "none")]
    )
    func seats(topology: Topology, tier: String) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(1)
            let first = try await fixture.run("migrate", "--all")
            #expect(first.exitCode == 0)
            try await fixture.putSeat(run: first.id, tier: tier)
            let check = try await Self.check(fixture)
            check.expect(0, ["warning unsettled_run"])
            let message = try check.text("message", of: "unsettled_run")
            #expect(
                message.contains(first.id) && message.contains("on host \(HostIdentity.current.host)"),
                "\(message)"
            )
            let next = try await HotcoldProcess.run(["migrate", "--all"], in: fixture.directory)
            #expect(next.exitCode == 0, "\(next)")
            try await Self.check(fixture).expect(0, [])
        }
    }

    @Test(
        "seats whose archive is on another cluster, which migrate refuses in the same words",
        arguments: [Topology.oneCluster, .twoClusters]
    )
    func elsewhere(topology: Topology) async throws {
        try await MoveFixture.using(on: topology, leavesSeats: true) { fixture in
            try await fixture.insert(1)
            try await fixture.putSeat(run: "R", cluster: "another")
            let check = try await Self.check(fixture)
            check.expect(1, ["error unsettled_elsewhere"])
            try await fixture.expectRefusal(of: "migrate", saying: try check.text("message", of: "unsettled_elsewhere"))
        }
    }

    @Test("copies of one from another hot cluster, which migrate refuses in the same words")
    func copies() async throws {
        try await MoveFixture.using(on: .twoClusters, leavesSeats: true) { fixture in
            try await fixture.insert(1)
            let seat: BSONDocument = [
                "_id": "R/1", "tier": "cold", "run": "R", "ns": .string("\(fixture.cold.name).items_archive"),
                "hot": "db.items", "hot_cluster": "another", "epoch": 0, "batch": 1, "ids": [1], "undo": [],
            ]
            try await fixture.coldState.insert([seat], into: "seats")
            let check = try await Self.check(fixture)
            check.expect(1, ["error unsettled_elsewhere"])
            try await fixture.expectRefusal(of: "migrate", saying: try check.text("message", of: "unsettled_elsewhere"))
        }
    }
}

extension MoveFixture {
    /// Expects that a run is refused in these words; what dead runs left stays.
    fileprivate func expectRefusal(of command: String, saying message: String) async throws {
        let result = try await HotcoldProcess.run([command, "--all"], in: directory)
        #expect(result.exitCode == 1 && result.standardError.contains(message), "\(result)")
    }

    /// Puts the hot half of a seat there, as a run that died before its first batch leaves it.
    ///
    /// Its archive is on the cold cluster at hand, unless another one is named.
    fileprivate func putSeat(run: String, tier: String = "hot", cluster: BSONValue? = nil) async throws {
        let identity = try await coldState.documents(in: "identity").first?["identity"]
        let seat: BSONDocument = [
            "_id": .string("\(run)/1"), "tier": .string(tier), "run": .string(run), "direction": "migrate",
            "ns": .string("\(hot.name).items"), "cold": .string("\(cold.name).items_archive"),
            "cold_cluster": cluster ?? identity ?? .null, "epoch": 0, "done": 0, "fenced": false,
            "deletes_source": true, "copies": [],
        ]
        try await state.insert([seat], into: "seats")
    }
}
