import Foundation
import Mongo
import TestSupport
import Testing

@Suite("analyze --explain", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ExplainTests {
    private static func explain(_ fixture: MoveFixture, _ id: String) async throws -> [String: Any] {
        let result = try await HotcoldProcess.run(["analyze", "--explain", id, "--json"], in: fixture.directory)
        #expect(result.exitCode == 0, "\(result)")
        let found = try #require(try Answer(result).document["explanations"] as? [[String: Any]], "\(result)")
        #expect(found.count == 1, "\(result)")
        return try #require(found.first)
    }

    private static func text(_ fixture: MoveFixture, _ id: String) async throws -> String {
        let result = try await HotcoldProcess.run(["analyze", "--explain", id], in: fixture.directory)
        #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
        return result.standardOutput
    }

    @Test("follows a document through a migration and a restore", arguments: Topology.allCases)
    func journey(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.insert(3)
            var told = try await Self.explain(fixture, "1")
            #expect(told["in_hot"] as? Bool == true && told["in_cold"] as? Bool == false)
            #expect(told["eligible"] as? Bool == true && told["temperature"] as? String == "cold")
            #expect((told["moves"] as? [Any])?.isEmpty == true)

            let run = try await fixture.run("migrate", "--all")
            told = try await Self.explain(fixture, "1")
            #expect(told["in_hot"] as? Bool == false && told["in_cold"] as? Bool == true)
            #expect(told["never_eligible_because"] as? String == "it is in the archive")
            #expect((told["moves"] as? [[String: Any]])?.map { $0["run_id"] as? String } == [run.id])

            let restored = try await HotcoldProcess.run(
                ["restore", "--collection", "items", "--id", "1", "--hold-days", "2"],
                in: fixture.directory
            )
            #expect(restored.exitCode == 0, "\(restored)")
            told = try await Self.explain(fixture, "1")
            let until = try #require(told["held_until"] as? String)
            #expect(told["eligible"] as? Bool == false && told["eligible_after"] as? String == until)
            #expect((told["moves"] as? [[String: Any]])?.map { $0["command"] as? String } == ["restore", "migrate"])
            let text = try await Self.text(fixture, "1")
            #expect(text.hasPrefix("items 1: a migration after \(until) moves it\n"), "\(text)")
            #expect(text.contains("held        until \(until), after a restore"), "\(text)")
            #expect(text.contains("back to hot by run ") && text.contains("to the archive by run \(run.id)"), "\(text)")

            try await fixture.delete(1)
            let gone = try await Self.text(fixture, "1")
            #expect(gone.contains("it was deleted since") && gone.contains(run.id), "\(gone)")
        }
    }

    @Test("names the clause that keeps a document where it is")
    func clauses() async throws {
        let items = #"""
            "items": {"policy": "hybrid", "date_field": "d", "access_field": "a", "filter": {"open": false},
                      "exclude": {"keep": true}}
            """#
        try await MoveFixture.using(collections: items) { fixture in
            let old: BSONValue = .date(milliseconds: MoveFixture.cold)
            try await fixture.hot.insert(
                [
                    ["_id": "moves", "d": old, "a": old, "open": false],
                    ["_id": "open", "d": old, "a": old, "open": true],
                    ["_id": "kept", "d": old, "a": old, "open": false, "keep": true],
                    ["_id": "used", "d": old, "a": .date(milliseconds: MoveFixture.hot), "open": false],
                    ["_id": "odd", "d": old, "a": "2020", "open": false],
                ],
                into: "items"
            )
            #expect(try await Self.explain(fixture, "moves")["eligible"] as? Bool == true)
            let reasons = ["open": "filter", "kept": "exclude", "odd": "classify"]
            for (id, word) in reasons {
                let reason = try await Self.explain(fixture, id)["never_eligible_because"] as? String ?? ""
                #expect(reason.contains(word), "\(id): \(reason)")
            }
            let used = try await Self.explain(fixture, "used")
            #expect(used["eligible_after"] as? String == "2100-01-31T00:00:00Z")
            let clauses = try #require(used["clauses"] as? [[String: Any]])
            #expect(clauses.map { $0["verdict"] as? String } == ["cold", "hot"])
            #expect(clauses.map { $0["threshold_days"] as? Int } == [90, 30])
            let text = try await Self.text(fixture, "odd")
            #expect(text.contains("a is of type string, not date"), "\(text)")
        }
    }

    @Test("finds an ObjectId, a number and a text, and says when nothing is found")
    func ids() async throws {
        try await Bench.with { bench in
            try bench.configure()
            let id = BSONValue.objectID(Array(1...12))
            try await bench.database.insert([["_id": id], ["_id": "42"], ["_id": 42]], into: "users")
            let hex = try await bench.run(["analyze", "--explain", "0102030405060708090a0b0c"])
            #expect(hex.exitCode == 0 && hex.standardOutput.contains("$oid"), "\(hex)")
            let both = try await bench.run(["analyze", "--explain", "42", "--json"])
            #expect((try Answer(both).document["explanations"] as? [Any])?.count == 2, "\(both)")

            let before = try await bench.contents()
            let nobody = try await bench.run(["analyze", "--explain", "nobody"])
            #expect(nobody.exitCode == 1 && nobody.standardOutput.isEmpty, "\(nobody)")
            expectParagraph(nobody)
            let json = try await bench.run(["analyze", "--explain", "nobody", "--json"])
            #expect(json.exitCode == 1, "\(json)")
            #expect(try Answer(json).document["status"] as? String == "partial")
            #expect(try await bench.contents() == before)
        }
    }
}
