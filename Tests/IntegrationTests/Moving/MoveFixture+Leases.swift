import HotColdCore
import Mongo
import TestSupport
import Testing

/// Leases and seats: what runs have in the state databases while they work, each on the cluster that it is for.
extension MoveFixture {
    /// Puts a lease there, for so many seconds, as a run would have written it.
    ///
    /// On two clusters the other collection's lock is there too, free, from an earlier run of the same epoch: a cold
    /// lock alone would mean that the state of hot was lost.
    func putLease(of collection: String, _ identity: HostIdentity, for time: Int64) async throws {
        for state in states { try await state.drop("locks") }
        let now = try await hot.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
        let lock: BSONDocument = [
            "_id": .string(tier(of: collection).namespace(collection).description), "owner": "another run's",
            "host": .string(identity.host), "machine_id": .string(identity.machineID),
            "boot_id": .string(identity.bootID), "pid": .int32(identity.pid),
            "run": "another run", "sessions": [], "epoch": .int64(7), "acquired_at": .date(milliseconds: now),
            "expires_at": .date(milliseconds: now + time * 1000),
        ]
        try await state(of: collection).insert([lock], into: "locks")
        guard topology == .twoClusters else { return }
        let other = collection == "items" ? "items_archive" : "items"
        let free: BSONDocument = [
            "_id": .string(tier(of: other).namespace(other).description), "owner": .null, "sessions": [],
            "epoch": .int64(7), "expires_at": .date(milliseconds: now),
        ]
        try await state(of: other).insert([free], into: "locks")
    }

    /// The runs that hold leases, on both clusters.
    func leaseHolders() async throws -> [String] {
        var runs: [String] = []
        for state in states {
            let held = try await state.documents(in: "locks").filter { $0["owner"] != .null }
            runs += held.map { $0["run"]?.string ?? "nobody" }
        }
        return runs
    }

    /// Expects that no lease is held, and that each is where its collection is.
    func expectNoLease(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for state in states {
            let locks = try await state.documents(in: "locks")
            #expect(locks.count == 2 / states.count, sourceLocation: sourceLocation)
            #expect(locks.allSatisfy { $0["owner"] == .null }, sourceLocation: sourceLocation)
        }
        for collection in ["items", "items_archive"] {
            let id = tier(of: collection).namespace(collection).description
            let count = try await state(of: collection).count("locks", matching: ["_id": .string(id)])
            #expect(count == 1, "the lock of \(id)", sourceLocation: sourceLocation)
        }
    }

    /// Expects that no seat is left on either cluster.
    func expectNoSeat(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for (state, name) in zip(states, ["hot", "cold"]) {
            let seats = try await state.documents(in: "seats").map(\.testDescription)
            #expect(seats.isEmpty, "left on the \(name) cluster", sourceLocation: sourceLocation)
        }
    }

    /// Makes leases look as if their holder had been gone for long, so that nobody waits.
    func expireLeases(of collections: [String] = ["items", "items_archive"]) async throws {
        for collection in collections {
            let id = tier(of: collection).namespace(collection).description
            let gone: BSONValue = ["$set": ["expires_at": .date(milliseconds: 0), "boot_id": "an earlier boot"]]
            let reply = try await state(of: collection).run(
                ["update": "locks", "updates": [["q": ["_id": .string(id)], "u": gone]]]
            )
            try #require(reply["n"]?.integer == 1, "there is no lock of \(id)")
        }
    }
}
