import Foundation
import Mongo
import TestSupport
import Testing

/// What is strange about collections is said, and nothing is written for it.
@Suite("analyze", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct AnalyzeInputTests {
    /// Runs analyze for people and for programs, and checks that nothing was written.
    private static func analyze(
        _ bench: Bench,
        _ arguments: String...
    ) async throws -> (text: String, report: [String: Any]) {
        let before = try await bench.contents()
        let human = try await bench.run(["analyze"] + arguments)
        #expect(human.exitCode == 0, "\(human)")
        #expect(human.standardError.isEmpty, "\(human)")
        let report = try AnalyzeNumbersTests.report(try await bench.run(["analyze", "--json"] + arguments))
        #expect(try await bench.contents() == before, "something was written")
        return (human.standardOutput, report)
    }

    private static func warnings(_ report: [String: Any]) -> [String] { report["warnings"] as? [String] ?? [] }

    @Test("says that a hot collection does not exist, and nor does an archive")
    func missing() async throws {
        try await Bench.with { bench in
            try bench.configure()
            let (text, report) = try await Self.analyze(bench)
            #expect(text.contains("users: nothing to analyze") && text.contains("users_archive does not exist"))
            #expect(Self.warnings(report).first?.contains("does not exist; there is nothing to analyze") == true)
            #expect((report["hot"] as? [String: Any])?["exists"] as? Bool == false)
            #expect((report["cold"] as? [String: Any])?["exists"] as? Bool == false)
        }
    }

    @Test("counts nothing in an empty collection")
    func empty() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.database.run(["create": "users"])
            let (text, report) = try await Self.analyze(bench)
            #expect(text.hasPrefix("users: 0 of 0 documents would move"), "\(text)")
            #expect((report["eligible"] as? [String: Any])?["percent"] as? Double == 0)
            #expect(Self.warnings(report).isEmpty)
        }
    }

    @Test("warns of a field that no document has, and of numbers where dates are expected")
    func unusable() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.database.insert(
                (0..<5).map { ["_id": .int($0), "D": .date(milliseconds: 0)] },
                into: "users"
            )
            var (text, report) = try await Self.analyze(bench)
            #expect(
                text.contains(
                    "warning: no document of \(bench.database.name).users has a usable date in d: is it spelt"
                )
            )
            #expect((report["distribution"] as? [String: Int])?["unclassified"] == 5)

            try await bench.database.drop("users")
            try await bench.database.insert(
                (0..<5).map { ["_id": .int($0), "d": .int64(1_577_836_800_000)] },
                into: "users"
            )
            (text, report) = try await Self.analyze(bench)
            let warning = Self.warnings(report).first ?? ""
            #expect(warning.hasSuffix("has a usable date in d: there is long where date_type is date"), "\(warning)")
            let types = report["unexpected_types"] as? [[String: Any]]
            #expect(types?.first?["type"] as? String == "long" && types?.first?["documents"] as? Int == 5)
        }
    }

    @Test("names the command that makes a missing index, which then serves")
    func index() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.fill("users", 10)
            let (text, report) = try await Self.analyze(bench)
            #expect(text.contains("none serves the policy"))
            let missing = try #require((report["missing_indexes"] as? [[String: Any]])?.first)
            let name = bench.database.name
            #expect(
                missing["command"] as? String
                    == #"db.getSiblingDB("\#(name)").getCollection("users").createIndex({"d": 1})"#
            )
            try await bench.database.createIndex(on: "users", ["d": 1])
            let (_, after) = try await Self.analyze(bench)
            #expect(after["index"] as? String == "d_1")
            #expect((after["missing_indexes"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("looks at a view as at a collection, and says that nothing can be migrated from it")
    func view() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.fill("others", 10)
            try await bench.database.run(["create": "users", "viewOn": "others", "pipeline": []])
            let (_, report) = try await Self.analyze(bench)
            #expect((report["eligible"] as? [String: Any])?["documents"] as? Int == 10)
            #expect(Self.warnings(report).first?.hasSuffix("users is a view: nothing can be migrated from it") == true)
        }
    }

    @Test("estimates from a sample, and says so; a small collection is counted")
    func sample() async throws {
        try await Bench.with { bench in
            try bench.configure(#""users": {\#(Bench.policy), "filter": {"even": true}}"#)
            let documents = (0..<2000).map { number -> BSONDocument in
                ["_id": .int(number), "d": .date(milliseconds: 0), "even": .bool(number % 2 == 0)]
            }
            try await bench.database.insert(documents, into: "users")
            let (text, report) = try await Self.analyze(bench, "--sample", "400")
            #expect(text.hasPrefix("users: about ") && text.contains("from 400 documents taken at random"), "\(text)")
            #expect(report["sampled_documents"] as? Int == 400)
            #expect((report["hot"] as? [String: Any])?["document_count"] as? Int == 2000)
            #expect((report["distribution"] as? [String: Int])?["cold"] == 2000)
            // Both from the same sample: what the filter keeps is the rest.
            let eligible = try #require((report["eligible"] as? [String: Any])?["documents"] as? Int)
            #expect(eligible > 0 && eligible < 2000 && eligible + (report["filtered_out"] as? Int ?? 0) == 2000)

            let (exact, counted) = try await Self.analyze(bench, "--sample", "2000")
            #expect(exact.hasPrefix("users: 1,000 of 2,000 documents (50.0 %) would move"), "\(exact)")
            #expect(!exact.contains("taken at random"))
            #expect(counted["sampled_documents"] is NSNull)
            #expect((counted["eligible"] as? [String: Any])?["documents"] as? Int == 1000)
        }
    }

    @Test("tries the other collections when one can't be analyzed")
    func failure() async throws {
        try await Bench.with { bench in
            try bench.configure(
                #""bad": {\#(Bench.policy), "filter": {"x": {"$regex": "("}}}, "users": {\#(Bench.policy)}"#
            )
            try await bench.fill("bad")
            try await bench.fill("users")
            let human = try await bench.run(["analyze"])
            #expect(human.exitCode == 78, "\(human)")
            #expect(
                human.standardOutput.contains("bad: not analyzed") && human.standardOutput.contains("users: 3 of 3")
            )
            expectParagraph(human)
            let json = try await bench.run(["analyze", "--json"])
            let answer = try Answer(json).document
            #expect(json.exitCode == 78 && answer["status"] as? String == "failed")
            let collections = try #require(answer["collections"] as? [String: [String: Any]])
            #expect((collections["bad"]?["error"] as? [String: Any])?["code"] as? Int == 78)
            #expect(collections["users"]?["error"] is NSNull)
        }
    }

    @Test("refuses unknown collections and ids, and a server that is away")
    func refusals() async throws {
        try await Bench.with { bench in
            try bench.configure()
            try await bench.fill("users")
            try await bench.expectRefusal(
                ["analyze", "--collection", "user"],
                64,
                saying: ["no collection user"],
                hint: "users"
            )
            let away = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"
            try await bench.expectRefusal(["analyze", "--hot-uri", away], 69, saying: ["127.0.0.1:1"])
        }
    }
}
