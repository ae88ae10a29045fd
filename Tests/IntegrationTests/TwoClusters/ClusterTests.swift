import HotColdCore
import Mongo
import TestSupport
import Testing

/// Which clusters there are, and what a run has on each of them.
@Suite(.enabled(if: TestServer.isSecondConfigured), .timeLimit(.minutes(30)))
struct ClusterTests {
    @Test func `two spellings of one cluster are one cluster`() async throws {
        let spelling = try RefusalServerTests.otherSpelling()
        try await MoveFixture.using(on: .oneCluster, cold: spelling) { fixture in
            let documents = try await fixture.insert(100)
            for command in Command.allCases {
                let run = try await fixture.run(command.arguments + ["--batch-size", "30"])
                run.expect(0, "completed", [command.count: 100, "verified": 100, "deleted": 100, "recovered": 0])
                #expect(run.first["topology"] == "one_cluster")
                try await fixture.expect(command.source, holds: [])
                try await fixture.expect(command.target, holds: documents)
            }
            try await fixture.expectNoLease()
        }
    }

    @Test func `both collections may have one name on two clusters`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let (name, cold) = (fixture.hot.name, fixture.cold)
            try fixture.edit {
                $0.replacing(#""database": "\#(cold.name)""#, with: #""database": "\#(name)""#)
                    .replacing(#""items": {"#, with: #""items": {"cold_collection": "items", "#)
            }
            let documents = try await fixture.insert(100)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100])
            let archived = try await cold.withClient { client, _ in
                try client.all(["find": "items", "sort": ["_id": 1]], on: name)
            }
            #expect(archived == documents)
            let restore = ["restore", "--collection", "items", "--query", "{}"]
            try await fixture.run(restore).expect(0, "completed", ["restored": 100])
            try await fixture.expect(hot: documents)
            _ = try await cold.withClient { client, _ in try client.run(["dropDatabase": 1], on: name) }
        }
    }

    @Test func `journal, holds and history are on the hot cluster, leases and seats on both`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            try await fixture.insert(100)
            for command in Command.allCases { try await fixture.run(command.arguments).expect(0, "completed") }
            let (onBoth, onHot): (Set, Set) = (["locks", "seats"], ["runs", "batches", "holds"])
            #expect(try await Self.collections(fixture.state).isSuperset(of: onBoth.union(onHot)))
            let onCold = try await Self.collections(fixture.coldState)
            #expect(onCold.isSuperset(of: onBoth) && onCold.isDisjoint(with: onHot), "\(onCold)")
            #expect(try await Self.collections(fixture.hot) == ["items"])
            #expect(try await Self.collections(fixture.cold) == ["items_archive"])
        }
    }

    private static func collections(_ database: TestDatabase) async throws -> Set<String> {
        let list = try await database.withClient { try $0.all(["listCollections": 1, "nameOnly": true], on: $1) }
        return Set(list.compactMap { $0["name"]?.string })
    }

    @Test(arguments: Command.allCases)
    func `a run that may not have the lease on cold gives the one on hot back`(command: Command) async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            let documents = MoveFixture.documents(20)
            try await fixture.insert(documents, into: command.source)
            try await fixture.putLease(of: "items_archive", .current, for: 60)
            let refused = try await fixture.run(command.arguments)
            refused.expect(75, "failed", [command.count: 0])
            let message = refused.first["error"]?.document?["message"]?.string ?? ""
            let holder = "process \(HostIdentity.current.pid)"
            for name in ["\(fixture.cold.name).items_archive", "another run", holder] {
                #expect(message.contains(name), "\(name) in \(message)")
            }
            #expect(try await fixture.leaseHolders() == ["another run"])
            try await fixture.expectNoSeat()
            try await fixture.expect(command.source, holds: documents)
            try await fixture.expect(command.target, holds: [])

            try await fixture.expireLeases()
            try await fixture.run(command.arguments).expect(0, "completed", [command.count: 20])
            try await fixture.expectNoLease()
        }
    }
}
