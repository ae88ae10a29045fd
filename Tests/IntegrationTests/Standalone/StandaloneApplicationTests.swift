import Foundation
import Mongo
import TestSupport
import Testing

/// An application at full speed, where no transaction keeps a run and it apart.
@Suite(.enabled(if: TestServer.isStandaloneConfigured && TestServer.isConfigured), .timeLimit(.minutes(30)))
struct StandaloneApplicationTests {
    private static let count = 12_000

    /// The ids 0, 3, 6… are an application's that also deletes, 1, 4, 7… one's that only updates, the others nobody's.
    private static func withApplications(
        _ fixture: MoveFixture,
        _ body: () async throws -> Void
    ) async throws -> (deleting: WritingApplication.Oracle, others: WritingApplication.Oracle) {
        try await fixture.hot.createIndex(on: "items", ["d": 1])
        try await fixture.insert(count)
        let stop = StopSign()
        defer { stop.set() }
        async let deleting = WritingApplication(fixture: fixture, remainder: 0, divisor: 3, count: count)
            .run(until: stop)
        async let updating = update(fixture, until: stop)
        try await body()
        stop.set()
        var others = try await updating
        for id in stride(from: 2, to: count, by: 3) { others[id] = MoveFixture.documents(from: id) }
        return (try await deleting.oracle, others)
    }

    /// A number in one of two ways that the server takes for equal.
    private static func value(_ number: Int, isOther: Bool, isDecimal: Bool) -> BSONValue {
        guard isDecimal else { return isOther ? .double(Double(number)) : .int64(Int64(number)) }
        // 7 or 7.0.
        let bytes = RawBSON.decimal128(
            high: isOther ? 0x303E << 48 : 0x3040 << 48,
            low: UInt64(isOther ? number * 10 : number)
        )
        return BSONValue(type: .decimal128, bytes: bytes[...])
    }

    /// Updates documents that hot has, most of them near those that are next to move; every other time to the same number
    /// written in another way.
    private static func update(_ fixture: MoveFixture, until stop: StopSign) async throws
        -> WritingApplication.Oracle
    {
        let connection = try fixture.hot.pool.makeConnection()
        let namespace = fixture.hot.namespace("items")
        return try await connection.withClient { client in
            var oracle: WritingApplication.Oracle = [:]
            for id in stride(from: 1, to: count, by: 3) { oracle[id] = MoveFixture.documents(from: id) }
            var generator = SeededGenerator(seed: 3)
            var (frontier, version) = (0, 0)
            var numbers: [Int: (number: Int, isOther: Bool)] = [:]
            while !stop.isRequested {
                version += 1
                let id = (frontier + Int.random(in: 0..<300, using: &generator)) % (count / 3) * 3 + 1
                let isUsed = Int.random(in: 0..<10, using: &generator) == 0
                let date = isUsed ? MoveFixture.hot : MoveFixture.documents(from: id)["d"]?.dateMilliseconds ?? 0
                var (number, isOther) = (version, false)
                if let known = numbers[id], Bool.random(using: &generator) {
                    (number, isOther) = (known.number, !known.isOther)
                }
                let value = value(number, isOther: isOther, isDecimal: id % 2 == 0)
                let reply = try client.write(
                    [
                        "update": .string(namespace.collection),
                        "updates": [
                            [
                                "q": ["_id": .int(id), "d": ["$lt": .date(milliseconds: MoveFixture.hot)]],
                                "u": ["$set": ["d": .date(milliseconds: date), "v": value]],
                            ]
                        ],
                    ],
                    on: namespace.database
                )
                if reply["n"]?.integer == 1 {
                    oracle[id] = MoveFixture.document(.int(id), at: date, version: value)
                    numbers[id] = (number, isOther)
                } else {
                    frontier = max(frontier, id / 3 - 100)
                }
            }
            return oracle
        }
    }

    /// Expects that nothing is lost and nothing else in hot; what an application deleted may be in the archive.
    private static func expectNoLoss(
        _ fixture: MoveFixture,
        _ oracles: (deleting: WritingApplication.Oracle, others: WritingApplication.Oracle),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var hot: [BSONValue: BSONDocument] = [:]
        var cold: [BSONValue: BSONDocument] = [:]
        for document in try await fixture.hot.documents(in: "items") { hot[document["_id"] ?? .null] = document }
        for document in try await fixture.cold.documents(in: "items_archive") {
            cold[document["_id"] ?? .null] = document
        }
        var complaints: [String] = []
        func check(_ id: Int, _ isRight: Bool, _ written: BSONDocument?) {
            guard !isRight else { return }
            let versions = [hot[.int(id)], cold[.int(id)]].map { $0?.testDescription ?? "nothing" }
            complaints.append("\(id): hot and cold have \(versions), written: \(written?.testDescription ?? "deleted")")
        }
        for (id, written) in oracles.others {
            // Changed while it was restored, it is in hot, and its former version stays in the archive, as a conflict.
            check(id, (hot[.int(id)] ?? cold[.int(id)]) == written, written)
        }
        for (id, written) in oracles.deleting {
            // Deleted and inserted anew, it may be in hot, and its former version in the archive.
            let isRight =
                hot[.int(id)] == written && written != nil || hot[.int(id)] == nil && cold[.int(id)] == written
            check(id, isRight || written == nil && hot[.int(id)] == nil, written)
        }
        #expect(hot.count + cold.count >= oracles.others.count, sourceLocation: sourceLocation)
        #expect(
            complaints.isEmpty,
            "\(complaints.count) documents:\n\(complaints.prefix(5).joined(separator: "\n"))",
            sourceLocation: sourceLocation
        )
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `runs killed one after another lose nothing while an application writes`(tiers: StandaloneTiers) async throws {
        let kills = min(20, 4 * MoveFixture.scale)
        var generator = SeededGenerator(seed: 20_261_124)
        try await tiers.using(line: .faults) { fixture in
            let oracles = try await Self.withApplications(fixture) {
                for _ in 0..<kills {
                    try await fixture.killing(migrationThatMoved: Int.random(in: 1...800, using: &generator))
                }
            }
            let last = MoveRun(
                try await HotcoldProcess.run(["migrate", "--all", "--json"], in: fixture.directory),
                owesDeletes: true
            )
            // A conflict is a document that was inserted anew, and whose former version the archive has.
            #expect([0, 1].contains(last.exitCode) && last["failed"] == 0, "\(last.result)")
            try await Self.expectNoLoss(fixture, oracles)
            let cold: BSONDocument = ["d": ["$lt": .date(milliseconds: MoveFixture.hot)]]
            #expect(try await fixture.hot.count("items", matching: cold) == last["conflicts"])
            try await fixture.expectNoSeat()
            try await fixture.expectNoLease()
        }
    }

    @Test(arguments: StandaloneTiers.allCases)
    func `a run and its way back lose nothing while an application writes`(tiers: StandaloneTiers) async throws {
        try await tiers.using { fixture in
            let oracles = try await Self.withApplications(fixture) {
                let back = ["restore", "--collection", "items", "--query", #"{"_id": {"$lt": 3000}}"#]
                for arguments in [Command.migrate.arguments, back + ["--hold-days", "0"], Command.migrate.arguments] {
                    let result = try await HotcoldProcess.run(
                        arguments + ["--batch-size", "100", "--json"],
                        in: fixture.directory
                    )
                    let run = MoveRun(result, owesDeletes: true)
                    #expect([0, 1].contains(run.exitCode) && run["failed"] == 0, "\(run.result)")
                }
            }
            try await Self.expectNoLoss(fixture, oracles)
        }
    }
}
