import Mongo
import TestSupport
import Testing

/// An application that writes to `items` at full speed, and knows what it was told is written.
///
/// It owns the ids of one remainder, so that no other writer interferes, and always writes near the place where the
/// migration is at work: an update that finds nothing tells it how far that is.
struct WritingApplication: Sendable {
    /// What the documents must be in the end: the newest acknowledged version, nil for a deleted one.
    typealias Oracle = [Int: BSONDocument?]

    let fixture: MoveFixture
    let remainder: Int
    let divisor: Int
    let count: Int

    /// Writes until it is told to stop; returns what it knows of its documents, and how many writes it made.
    func run(until stop: StopSign) async throws -> (oracle: Oracle, writes: Int) {
        let connection = try fixture.hot.pool.makeConnection()
        let (namespace, remainder, divisor, count) = (
            fixture.hot.namespace("items"), remainder, divisor, count
        )
        return try await connection.withClient { client in
            var state = State(namespace: namespace, remainder: remainder, divisor: divisor, count: count)
            while !stop.isRequested { try state.write(with: client) }
            return (state.oracle, state.writes)
        }
    }

    private struct State {
        let namespace: Namespace
        let divisor: Int
        var oracle: Oracle = [:]
        var writes = 0
        private var generator: SeededGenerator
        private var frontier: Int
        private var next: Int
        private let remainder: Int
        private let count: Int
        private var version = 0

        init(namespace: Namespace, remainder: Int, divisor: Int, count: Int) {
            self.namespace = namespace
            self.divisor = divisor
            self.remainder = remainder
            self.count = count
            generator = SeededGenerator(seed: UInt64(remainder))
            frontier = remainder
            next = count + remainder
            for id in stride(from: remainder, to: count, by: divisor) { oracle[id] = MoveFixture.documents(from: id) }
        }

        mutating func write(with client: borrowing Client) throws {
            writes += 1
            version += 1
            let step = Int.random(in: 0..<3000, using: &generator) / divisor * divisor
            let id = (frontier + step) % (count / divisor * divisor)
            guard case .some(.some(let document)) = oracle[id] else { return try insertNext(with: client) }
            let date = document["d"]?.dateMilliseconds ?? 0
            switch Int.random(in: 0..<20, using: &generator) {
            case 0..<8: try update(id, date: date, with: client)
            case 8..<14: try update(id, date: date + Int64.random(in: 0...20_000_000, using: &generator), with: client)
            case 14: try update(id, date: MoveFixture.hot, with: client)
            case 15..<17: _ = try delete(id, with: client)
            case 17..<19:
                guard try delete(id, with: client) else { return }
                try insert(id, with: client)
            default: try insertNext(with: client)
            }
        }

        private mutating func update(_ id: Int, date: Int64, with client: borrowing Client) throws {
            let update: BSONValue = ["$set": ["d": .date(milliseconds: date), "v": .int(version)]]
            let reply = try client.write(
                [
                    "update": .string(namespace.collection),
                    "updates": [["q": ["_id": .int(id)], "u": update]],
                ],
                on: namespace.database
            )
            if reply["n"]?.integer == 1 {
                oracle[id] = MoveFixture.document(.int(id), at: date, version: .int(version))
            } else {
                frontier = max(frontier, id)  // It is in the archive, and what was written last is there.
            }
        }

        private mutating func delete(_ id: Int, with client: borrowing Client) throws -> Bool {
            let isDeleted = try client.delete(ids: [.int(id)], from: namespace, comment: "application") == 1
            if isDeleted { oracle[id] = .some(nil) } else { frontier = max(frontier, id) }
            return isDeleted
        }

        private mutating func insertNext(with client: borrowing Client) throws {
            try insert(next, with: client)
            next += divisor
        }

        private mutating func insert(_ id: Int, with client: borrowing Client) throws {
            let document = MoveFixture.document(
                .int(id),
                at: MoveFixture.cold + Int64(id) * 1000,
                version: .int(version)
            )
            // Refused would mean that somebody put a deleted document back.
            try client.insert(DocumentBatch([document]), into: namespace, comment: "application").orThrow()
            oracle[id] = document
        }
    }
}

extension MoveFixture {
    /// The document that `insert` makes with this id.
    static func documents(from id: Int) -> BSONDocument { document(.int(id), at: cold + Int64(id) * 1000) }

    /// Expects the tiers together to be what the applications know, each document in exactly one of them.
    func expectTiers(
        agreeWith oracle: WritingApplication.Oracle,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var found: [BSONValue: [BSONDocument]] = [:]
        for (database, collection) in [(hot, "items"), (cold, "items_archive")] {
            for document in try await database.documents(in: collection) {
                found[document["_id"] ?? .null, default: []].append(document)
            }
        }
        var complaints: [String] = []
        for (id, expected) in oracle {
            let versions = found.removeValue(forKey: .int(id)) ?? []
            guard versions != (expected.map { [$0] } ?? []) else { continue }
            let kind =
                versions.isEmpty
                ? "lost" : versions.count > 1 ? "twice" : expected == nil ? "resurrected" : "other version"
            complaints.append(
                "\(kind): \(versions.map(\.testDescription)), written: \(expected?.testDescription ?? "deleted")"
            )
        }
        complaints += found.values.map { "nobody wrote \($0.map(\.testDescription))" }
        #expect(
            complaints.isEmpty,
            "\(complaints.count) documents:\n\(complaints.prefix(5).joined(separator: "\n"))",
            sourceLocation: sourceLocation
        )
    }
}
