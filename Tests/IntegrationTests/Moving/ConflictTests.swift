import Mongo
import TestSupport
import Testing

/// What happens to a document whose `_id` the target has already.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ConflictTests {
    /// Both directions: the command, and what it calls source and target.
    struct Way: CustomTestStringConvertible {
        let command: [String]
        let source: String
        let target: String
        let count: String

        var testDescription: String { command[0] }

        static let all = [
            Way(command: ["migrate", "--all"], source: "items", target: "items_archive", count: "migrated"),
            Way(
                command: ["restore", "--collection", "items", "--query", "{}"],
                source: "items_archive",
                target: "items",
                count: "restored"
            ),
        ]

        func run(_ fixture: MoveFixture, _ arguments: String...) async throws -> MoveRun {
            try await fixture.run(command + arguments)
        }
    }

    /// 40 documents in the source; the target has every fifth of them, in another version when `isDifferent`.
    private static func prepare(_ fixture: MoveFixture, _ way: Way, isDifferent: Bool) async throws
        -> (source: [BSONDocument], target: [BSONDocument])
    {
        let source = MoveFixture.documents(40)
        let target = source.enumerated().filter { $0.offset.isMultiple(of: 5) }.map { index, document in
            isDifferent
                ? MoveFixture.document(.int(index), at: MoveFixture.cold + Int64(index) * 1000, version: "other")
                : document
        }
        try await fixture.insert(source, into: way.source)
        try await fixture.insert(target, into: way.target)
        return (source, target)
    }

    @Test(arguments: Topology.each(Way.all, ["skip", "replace", "keep-target"]))
    func `an identical document in the target is there already`(topology: Topology, way: Way, policy: String)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let (source, _) = try await Self.prepare(fixture, way, isDifferent: false)
            try await way.run(fixture, "--on-conflict", policy, "--batch-size", "7").expect(
                0,
                "completed",
                [way.count: 40, "already_in_target": 8, "deleted": 40, "conflicts": 0, "problem_count": 0]
            )
            try await fixture.expect(way.source, holds: [])
            try await fixture.expect(way.target, holds: source)
        }
    }

    @Test(arguments: Topology.allCases, Way.all)
    func `a different document in the target is left with its counterpart and named`(topology: Topology, way: Way)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let (source, target) = try await Self.prepare(fixture, way, isDifferent: true)
            let run = try await way.run(fixture, "--batch-size", "7")
            run.expect(
                1,
                "partial",
                [
                    way.count: 32, "deleted": 32, "conflicts": 8, "already_in_target": 0, "scanned": 40,
                    "problem_count": 8,
                ]
            )
            let ids = run.problems.compactMap { $0["id"]?.integer }
            #expect(ids.sorted() == Array(stride(from: 0, to: 40, by: 5)))
            #expect(run.problems.allSatisfy { $0["kind"]?.string == "conflict" && $0["reason"]?.string != nil })
            let (left, moved) = source.divided { ($0["_id"]?.integer ?? 1).isMultiple(of: 5) }
            try await fixture.expect(way.source, holds: left)
            try await fixture.expect(way.target, holds: moved + target)
        }
    }

    @Test(arguments: Topology.allCases, Way.all)
    func `the source's version wins where the operator says replace`(topology: Topology, way: Way) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let (source, _) = try await Self.prepare(fixture, way, isDifferent: true)
            try await way.run(fixture, "--on-conflict", "replace", "--batch-size", "7").expect(
                0,
                "completed",
                [way.count: 40, "already_in_target": 0, "deleted": 40, "conflicts": 0, "verified": 40]
            )
            try await fixture.expect(way.source, holds: [])
            try await fixture.expect(way.target, holds: source)
        }
    }

    @Test(arguments: Topology.allCases, Way.all)
    func `the target's version stays where the operator says keep-target`(topology: Topology, way: Way) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let (source, target) = try await Self.prepare(fixture, way, isDifferent: true)
            try await way.run(fixture, "--on-conflict", "keep-target", "--batch-size", "7").expect(
                0,
                "completed",
                [way.count: 40, "already_in_target": 8, "deleted": 40, "conflicts": 0]
            )
            let moved = source.filter { !($0["_id"]?.integer ?? 0).isMultiple(of: 5) }
            try await fixture.expect(way.source, holds: [])
            try await fixture.expect(way.target, holds: moved + target)
        }
    }

    @Test(arguments: Topology.each(Way.all, ["skip", "replace", "keep-target"]))
    func `of two that are equal and written differently the operator's word decides, as of any`(
        topology: Topology,
        way: Way,
        policy: String
    ) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let integer = MoveFixture.document(1)
            let double = MoveFixture.document(.double(1))
            let others = (2..<10).map { MoveFixture.document(.int($0)) }
            try await fixture.insert([integer] + others, into: way.source)
            try await fixture.insert([double], into: way.target)
            let run = try await way.run(fixture, "--on-conflict", policy)
            let isLeft = policy == "skip"
            if isLeft {
                run.expect(1, "partial", [way.count: 8, "conflicts": 1])
            } else {
                run.expect(0, "completed", [way.count: 9, "conflicts": 0])
            }
            try await fixture.expect(way.source, holds: isLeft ? [integer] : [])
            try await fixture.expect(way.target, holds: others + [policy == "replace" ? integer : double])
        }
    }

    @Test(arguments: Topology.allCases)
    func `more than twenty problems are counted and the first twenty listed`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(50)
            let others = documents.map { MoveFixture.document($0["_id"] ?? .null, version: "other") }
            try await fixture.cold.insert(others, into: "items_archive")
            let run = try await fixture.run("migrate", "--all", "--batch-size", "9")
            run.expect(1, "partial", ["migrated": 0, "conflicts": 50, "scanned": 50, "problem_count": 50])
            #expect(run.problems.count == 20)
            try await fixture.expect(hot: documents, cold: others)
        }
    }
}
