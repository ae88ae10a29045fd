import Foundation
import Mongo
import TestSupport
import Testing

/// What an operator restored stays in hot until its hold ends.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct HoldTests {
    private static func restore(_ fixture: MoveFixture, _ ids: Range<Int> = 0..<10, _ arguments: String...) async throws
    {
        let query = #"{"_id": {"$gte": \#(ids.lowerBound), "$lt": \#(ids.upperBound)}}"#
        let result = try await HotcoldProcess.run(
            ["restore", "--collection", "items", "--query", query] + arguments,
            in: fixture.directory
        )
        #expect(result.exitCode == 0, "\(result)")
    }

    /// Puts an entry that names documents of `items`.
    private static func hold(_ ids: [BSONValue], _ fixture: MoveFixture) async throws {
        let entry: BSONDocument = [
            "ns": .string("\(fixture.hot.name).items"), "ids": .array(ids),
            "until": .date(milliseconds: MoveFixture.hot),
        ]
        try await fixture.state.insert([entry], into: "holds")
    }

    @Test(arguments: Topology.allCases)
    func `a restored document is not migrated until its hold ends`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(30)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 30])
            try await Self.restore(fixture, 0..<5)
            try await Self.restore(fixture, 5..<10)
            for _ in 0..<2 {
                try await fixture.run("migrate", "--all", "--dry-run").expect(
                    0,
                    "completed",
                    ["eligible": 0, "held": 10]
                )
                try await fixture.run("migrate", "--all").expect(
                    0,
                    "completed",
                    ["eligible": 0, "held": 10, "scanned": 10, "migrated": 0]
                )
            }
            try await fixture.expect(hot: Array(documents[..<10]), cold: Array(documents[10...]))

            // Others of the collection are not held.
            let more = (100..<120).map { MoveFixture.document(.int($0)) }
            try await fixture.hot.insert(more, into: "items")
            try await fixture.run("migrate", "--all").expect(
                0,
                "completed",
                ["eligible": 20, "migrated": 20, "held": 10]
            )

            // Half of the holds end; the server's TTL monitor may or may not have removed them.
            try await fixture.state.run([
                "update": "holds",
                "updates": [
                    ["q": ["ids": ["$lt": 5]], "u": ["$set": ["until": .date(milliseconds: 0)]], "multi": true]
                ],
            ])
            try await fixture.run("migrate", "--all").expect(0, "completed", ["eligible": 5, "migrated": 5, "held": 5])
            try await fixture.expect(hot: Array(documents[5..<10]))
        }
    }

    @Test(arguments: Topology.allCases)
    func `a hold lasts as long as was asked for`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.cold.insert(MoveFixture.documents(10), into: "items_archive")
            let before = try await fixture.hot.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
            try await Self.restore(fixture, 0..<10, "--hold-days", "7")
            let after = try await fixture.hot.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
            let week: Int64 = 7 * 86_400_000
            let holds = try await fixture.state.documents(in: "holds")
            #expect(try await fixture.held().count == 10)
            for hold in holds {
                // This machine's clock counts on from the server's: a moment's difference is allowed.
                let until = hold["until"]?.dateMilliseconds ?? 0
                #expect((before + week - 1000...after + week + 1000).contains(until))
                #expect(hold["ns"]?.string == "\(fixture.hot.name).items")
            }
        }
    }

    @Test(arguments: Topology.allCases)
    func `a hold without an end given lasts for hot_access_days`(topology: Topology) async throws {
        let items = #""items": {"policy": "time_based", "date_field": "d", "hot_access_days": 3}"#
        try await MoveFixture.using(on: topology, collections: items) { fixture in
            try await fixture.cold.insert(MoveFixture.documents(10), into: "items_archive")
            try await Self.restore(fixture)
            let now = try await fixture.hot.run(["hello": 1])["localTime"]?.dateMilliseconds ?? 0
            let day: Int64 = 86_400_000
            let range: BSONValue = [
                "$gt": .date(milliseconds: now + 2 * day), "$lt": .date(milliseconds: now + 4 * day),
            ]
            #expect(try await fixture.held(matching: ["until": range]).count == 10)
        }
    }

    @Test(arguments: Topology.allCases)
    func `without a hold a restored document is migrated again at once`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = MoveFixture.documents(10)
            try await fixture.cold.insert(documents, into: "items_archive")
            try await Self.restore(fixture, 0..<10, "--hold-days", "0")
            try await fixture.expect(hot: documents, cold: [])
            #expect(try await fixture.held().count == 0)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10, "held": 0])
            try await fixture.expect(hot: [], cold: documents)
        }
    }

    /// With what differs in its type and not for the server, as more than one program may have written it.
    @Test func `a held document is counted once, however often it is named`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(2000)
            let names: [[BSONValue]] = [(0..<1500).map(BSONValue.int), (500..<1500).map { .double(Double($0)) }]
            for ids in names { try await Self.hold(ids, fixture) }
            let counts: KeyValuePairs = ["held": 1500, "eligible": 500]
            try await fixture.run("migrate", "--all", "--dry-run").expect(0, "completed", counts)
            try await fixture.run("migrate", "--all").expect(0, "completed", counts)
            #expect(try await fixture.hot.count("items") == 1500)
        }
    }

    @Test(arguments: Topology.allCases)
    func `an _id that leaves no room in a command is asked about alone`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            // A batch is 4 MB of documents of the average size: the large one is the last of the third.
            let lengths = Array(repeating: 4600, count: 955) + [8_000_000]
            let ids = lengths.enumerated().map { BSONValue.string("\($0)" + String(repeating: "x", count: $1)) }
            let documents = ids.map { MoveFixture.document($0) }
            try await fixture.hot.insert(documents, into: "items")
            try await Self.hold([ids[3], "another"], fixture)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 955, "held": 1])
            try await fixture.expect(hot: [documents[3]])
        }
    }

    @Test(arguments: Topology.allCases)
    func `a document that was restored twice is held until its last hold ends`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.cold.insert(MoveFixture.documents(10), into: "items_archive")
            for (days, ids) in [("2", 0..<10), ("1", 0..<5), ("3", 5..<10)] {
                try await Self.restore(fixture, ids, "--hold-days", days, "--keep-cold")
            }
            for id in [0, 9] {
                let entries = try await fixture.state.documents(in: "holds", matching: ["ids": .int(id)])
                #expect(entries.count == 2)
                let last = entries.compactMap { $0["until"]?.dateMilliseconds }.max() ?? 0
                let run = try await HotcoldProcess.run(
                    ["analyze", "--collection", "items", "--explain", "\(id)", "--json"],
                    in: fixture.directory
                )
                let told = try Answer(run).document["explanations"] as? [[String: Any]]
                let end = told?.first?["held_until"] as? String
                let expected = Date(timeIntervalSince1970: Double(last / 1000)).ISO8601Format().dropLast()
                #expect(end?.hasPrefix(expected) == true, "\(run)")
            }
            try await fixture.run("migrate", "--all").expect(0, "completed", ["held": 10, "migrated": 0])
        }
    }

    /// The configuration follows.
    @Test func `a hold stays with its collection when that is renamed, and not with the name`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(10)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 10])
            try await Self.restore(fixture)
            try await fixture.hot.rename("items", to: "goods")
            try fixture.edit {
                $0.replacing(
                    #""cold_threshold_days": 30"#,
                    with: #""cold_threshold_days": 30, "hot_collection": "goods""#
                )
            }
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(
                0,
                "completed",
                ["migrated": 0, "held": 10]
            )
            // Another collection of the old name has nothing to do with it.
            try await fixture.insert(10)
            try fixture.edit { $0.replacing(#", "hot_collection": "goods""#, with: #", "cold_collection": "others""#) }
            try await fixture.run("migrate", "--all", "--confirm", "items").expect(
                0,
                "completed",
                ["migrated": 10, "held": 0]
            )
        }
    }
}
