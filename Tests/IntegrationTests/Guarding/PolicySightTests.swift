import Foundation
import Mongo
import TestSupport
import Testing

@Suite(
    "A run that would do nothing for ever, or all at once by mistake",
    .enabled(if: TestServer.isConfigured),
    .timeLimit(.minutes(30))
)
struct PolicySightTests {
    /// 2023-11-14T22:13:20Z in seconds.
    static let seconds: Int64 = 1_700_000_000

    // MARK: Nothing to go by

    @Test("is refused where its collection does not exist, with the name that was meant")
    func missing() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(#""x": {\#(Bench.policy), "hot_collection": "user"}"#)
            let name = bench.database.name
            let quiet = try await bench.run(["migrate", "--all", "--quiet"])
            #expect(quiet.exitCode == 1 && quiet.standardError.contains("did you mean \(name).users?"), "\(quiet)")
            #expect(quiet.standardError.split(separator: "\n").count <= 2, "\(quiet)")
            let check = try await bench.check()
            check.expect(1, ["error source_missing"])
            #expect(try check.text("remedy", of: "source_missing").hasPrefix("did you mean \(name).users?"))
        }
    }

    @Test("is refused where its database does not exist, with the one that was meant")
    func missingDatabase() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            let (name, uri) = (bench.database.name, try TestServer.uri)
            try bench.write(
                #"{"schema_version": 1, "hot": {"uri": "\#(uri)", "database": "\#(name)x"}, "cold": {"uri": "\#(uri)"}, "#
                    + #""state_database": "\#(bench.state)", "collections": {\#(Bench.users)}}"#
            )
            let run = try await bench.run(["migrate", "--all"])
            #expect(run.exitCode == 1, "\(run)")
            #expect(run.standardError.contains("did you mean \(bench.database.name).users?"), "\(run)")
        }
    }

    /// What the documents are, the policy beyond its kind, and the words of the refusal.
    static let blind: [(documents: [BSONDocument], entry: String, words: [String])] = [
        ([["_id": 1, "created": Bench.coldDate]], #""date_field": "craeted""#, ["did you mean created?"]),
        ([["_id": 1, "d": "2020-01-01"]], #""date_field": "d""#, ["string", "set date_type to iso8601"]),
        ([["_id": 1, "d": "2020-01-01"], ["_id": 2]], #""date_field": "d""#, ["string"]),
        ([["_id": 1, "d": [Bench.coldDate]]], #""date_field": "d""#, ["array"]),
        (
            [["_id": 1, "d": Bench.coldDate], ["_id": 2, "a": Bench.coldDate]],
            #""date_field": "d", "access_field": "a", "policy": "hybrid""#, ["has no d"]
        ),
    ]

    @Test("is refused where no document has the dates of its policy", arguments: blind.indices)
    func nothingClassified(index: Int) async throws {
        let (documents, entry, words) = Self.blind[index]
        try await Bench.with { bench in
            try await bench.database.insert(documents, into: "users")
            let kind = entry.contains("policy") ? "" : #""policy": "time_based", "#
            try bench.configure(#""users": {\#(kind)\#(entry)}"#)
            for arguments in [["migrate", "--all", "--quiet"], ["check"]] {
                let run = try await bench.run(arguments)
                let text = (run.standardOutput + run.standardError).replacing(/\s+/, with: " ")
                #expect(run.exitCode == 1, "\(run)")
                #expect(text.contains("no document of the collection can be classified"), "\(run)")
                #expect(words.allSatisfy { text.contains($0) }, "\(run)")
            }
        }
    }

    @Test("is not where some document has them, or there is none at all, or the server tells nobody")
    func sees() async throws {
        try await Bench.with { bench in
            let young = BSONValue.date(milliseconds: Int64(Date.now.timeIntervalSince1970) * 1000)
            try await bench.database.insert((0..<50).map { ["_id": .int($0)] }, into: "users")
            try await bench.database.insert([["_id": 50, "d": young]], into: "users")
            try await bench.database.run(["create": "orders"])
            try bench.configure(#"\#(Bench.users), "orders": {\#(Bench.policy)}"#)
            let run = try await bench.run(["migrate", "--all"])
            #expect(run.exitCode == 0, "\(run)")
        }
    }

    // MARK: Dates that can't be meant

    /// `date_type`, a value, and the words that say what it rather is.
    static let implausible: [(dateType: String, value: BSONValue, words: [String])] = [
        ("epoch_millis", .int64(seconds), ["2023-11-14T22:13:20Z", "epoch_seconds"]),
        ("epoch_millis", .double(Double(seconds)), ["2023-11-14T22:13:20Z", "epoch_seconds"]),
        ("date", .date(milliseconds: seconds), ["2023-11-14T22:13:20Z", "seconds"]),
        ("date", .date(milliseconds: 0), ["1970-01-01T00:00:00Z"]),
        ("iso8601", "0001-01-01T00:00:00Z", ["0001-01-01"]),
    ]

    @Test("is asked about, once, where dates are before 1980", arguments: implausible.indices)
    func early(index: Int) async throws {
        let (dateType, value, words) = Self.implausible[index]
        try await Bench.with { bench in
            try await bench.fill("users", 2)  // Others do not hide it.
            try await bench.database.insert([["_id": 10, "d": value]], into: "users")
            try bench.configure(#""users": {\#(Bench.policy), "date_type": "\#(dateType)"}"#)
            let check = try await bench.check()
            #expect(check.result.exitCode == 1 && check.gist.contains("error implausible_dates"), "\(check)")
            let run = try await bench.run(["migrate", "--all"])
            #expect(run.exitCode == 1 && run.standardError.contains("before 1980, such as 10 of "), "\(run)")
            #expect(words.allSatisfy { run.standardError.contains($0) }, "\(run)")
            #expect(try await bench.database.count("users") == 3)

            let confirmed = try await bench.run(["migrate", "--all", "--confirm", "users"])
            #expect(confirmed.exitCode == 0, "\(confirmed)")
            try await bench.database.insert([["_id": 11, "d": value]], into: "users")
            let later = try await bench.run(["migrate", "--all"])
            #expect(later.exitCode == 0, "\(later)")
            let calm = try await bench.check()
            #expect(!calm.gist.contains("error implausible_dates"), "\(calm)")
        }
    }

    @Test("goes by what moves: an exclude that the message proposes is enough")
    func excluded() async throws {
        try await Bench.with { bench in
            try await bench.database.insert(
                [["_id": 1, "d": .date(milliseconds: 0)], ["_id": 2, "d": Bench.coldDate]],
                into: "users"
            )
            try bench.configure()
            let remedy = try await bench.check().text("remedy", of: "implausible_dates")
            let exclude = try #require(remedy.firstMatch(of: /"exclude": .*$/)).output
            try bench.configure(#""users": {\#(Bench.policy), \#(exclude)}"#)
            let run = try await bench.run(["migrate", "--all"])
            #expect(run.exitCode == 0, "\(run)")
            #expect(try await bench.database.count("users") == 1)
            #expect(try await bench.check().result.exitCode == 0)
        }
    }

    @Test("is named by check where all dates are too late to become cold")
    func late() async throws {
        try await Bench.with { bench in
            let millis: [BSONDocument] = (0..<3).map { ["_id": .int($0), "d": .int64(Self.seconds * 1000)] }
            try await bench.database.insert(millis, into: "users")
            try bench.configure(#""users": {\#(Bench.policy), "date_type": "epoch_seconds"}"#)
            let check = try await bench.check()
            check.expect(1, ["error implausible_dates"])
            #expect(try check.text("remedy", of: "implausible_dates").hasPrefix("set date_type to epoch_millis"))
        }
    }

    // MARK: Nearly everything at once

    @Test("is asked about where the first one would move more than nine tenths of a collection")
    func firstRun() async throws {
        try await Bench.with { bench in
            try await bench.fill("users", 1000)
            try bench.configure()
            let run = try await bench.run(["migrate", "--all"])
            #expect(run.exitCode == 1 && run.standardError.contains("1,000 of 1,000 documents"), "\(run)")
            #expect(try await bench.database.count("users") == 1000)
            #expect(try await bench.run(["migrate", "--all", "--limit", "10"]).exitCode == 0)
            let confirmed = try await bench.run(["migrate", "--all", "--confirm", "users"])
            #expect(confirmed.exitCode == 0, "\(confirmed)")
        }
    }
}
