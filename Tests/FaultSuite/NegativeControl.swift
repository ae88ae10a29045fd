import Foundation
import Mongo
import TestSupport

/// Movers as people write them, each with a fault that loses data: the suite must see it.
enum FaultyMover: String, CaseIterable, Sendable {
    /// `$merge` into the archive, then a delete by the same filter: what matches only since then is deleted uncopied.
    case deletesByFilter = "a mover that deletes by filter after $merge"
    /// Copies that only the archive's primary has when the sources are deleted, and then another one is elected.
    case copiesToOneMember = "a mover that copies with w:1, and a failover"
    /// Each document that was copied is deleted by its `_id`, whatever it is by then.
    case deletesUnguarded = "a mover that deletes by _id without a guard"
    /// Whatever has the archive's name is the archive, and in the middle an operator puts another collection there.
    case goesByNames = "a mover that goes by names, and an exchanged archive"

    /// What it loses.
    fileprivate var losses: Set<Violation.Promise> {
        switch self {
        // It also deletes without a guard, which alone costs updates and no documents.
        case .copiesToOneMember, .goesByNames: [.loss]
        case .deletesByFilter, .deletesUnguarded: [.loss, .regression]
        }
    }
}

/// Lets a faulty mover work beside the application, and passes the verdict, until it finds what the mover has lost.
struct NegativeControl: Sendable {
    let mover: FaultyMover
    let sandbox: Sandbox

    private static let documents = 2_000
    private static let cutoff: BSONDocument = ["d": ["$lt": .date(milliseconds: Application.hot - 1)]]

    /// Returns the first loss, or nil when there was none in that time.
    func play(for limit: Duration) async throws -> Violation? {
        let deadline = ContinuousClock.now + limit
        var seed: UInt64 = 1
        while ContinuousClock.now < deadline {
            seed += 1
            let violations = try await attempt(seed)
            if let loss = violations.first(where: { mover.losses.contains($0.promise) }) { return loss }
        }
        return nil
    }

    private func attempt(_ seed: UInt64) async throws -> [Violation] {
        try await Stage.with(.twoClusters, in: sandbox, documents: Self.documents) { stage in
            let record = try await Application.write(to: stage, documents: Self.documents, seed: seed) {
                switch mover {
                case .deletesByFilter: try await mergeAndDelete(stage)
                case .copiesToOneMember: try await copyToOneMember(stage)
                case .deletesUnguarded: try await copyAndDelete(stage)
                case .goesByNames: try await copyAndDeleteInExchange(stage)
                }
            }
            try await sandbox.heal(stage.layout)
            return Verdict(record.ledger, try await stage.tiers()).violations
        }
    }

    private func mergeAndDelete(_ stage: Stage) async throws {
        let (collection, cutoff) = (Stage.items, Self.cutoff)
        try await stage.hot.run([
            "aggregate": .string(collection.hot), "cursor": [:],
            "pipeline": [["$match": .document(cutoff)], ["$merge": ["into": .string(collection.cold)]]],
        ])
        try await stage.hot.withClient { client, database in
            _ = try client.write(
                ["delete": .string(collection.hot), "deletes": [["q": .document(cutoff), "limit": 0]]],
                on: database
            )
        }
        // `$merge` can't reach another cluster: to where the verdict looks for the archive.
        let archive = try await stage.hot.documents(in: collection.cold)
        try await stage.cold.insert(archive, into: collection.cold)
    }

    private func copyToOneMember(_ stage: Stage) async throws {
        let archive = sandbox.cluster(.cold, stage.layout)
        let (primary, secondaries) = try await archive.roles()
        let documents = try await stage.hot.documents(in: Stage.items.hot, matching: Self.cutoff)
        // A frozen one would have what waits in its socket when it goes on, and that is all of it.
        for member in secondaries { try await member.stopFetching() }
        try await stage.cold.run([
            "insert": .string(Stage.items.cold), "documents": .array(documents.map(BSONValue.document)),
            "writeConcern": ["w": 1],
        ])
        try await delete(documents, from: stage.hot)
        try primary.send(signal: SIGKILL)
        for member in secondaries { try await member.goOnFetching() }
        try await archive.awaitPrimary()
    }

    private func copyAndDelete(_ stage: Stage) async throws {
        let documents = try await stage.hot.documents(in: Stage.items.hot, matching: Self.cutoff)
        try await stage.cold.insert(documents, into: Stage.items.cold)
        try await delete(documents, from: stage.hot)
    }

    private func copyAndDeleteInExchange(_ stage: Stage) async throws {
        try await stage.cold.run(["create": .string(Stage.items.cold)])
        try await stage.exchanging(.cold) { try await copyAndDelete(stage) }
    }

    private func delete(_ documents: [BSONDocument], from database: TestDatabase) async throws {
        let (ids, namespace) = (documents.compactMap { $0["_id"] }, database.namespace(Stage.items.hot))
        try await database.withClient { client, _ in
            _ = try client.delete(ids: ids, from: namespace, comment: "faulty mover")
        }
    }
}
