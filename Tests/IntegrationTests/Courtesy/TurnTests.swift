import Foundation
import Mongo
import TestSupport
import Testing

@Suite("Runs that end before all collections had their turn", .enabled(if: TestServer.isConfigured))
struct TurnTests {
    @Test("begin the next time with those that were not reached", arguments: ["--limit", "--max-duration"])
    func turns(option: String) async throws {
        try await Bench.with { bench in
            let names = ["a", "b", "c"]
            for name in names { try await bench.fill(name, 5) }
            try bench.configure(names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ", "))
            // What has had its turn: the first, then the second.
            #expect(try await bench.run(["migrate", "--collection", "a", "--limit", "1"]).exitCode == 0)
            #expect(try await bench.run(["migrate", "--collection", "b", "--limit", "1"]).exitCode == 0)
            let value = option == "--limit" ? "12" : "1h"
            let run = try await bench.run(["migrate", "--all", option, value, "--json"])
            #expect(run.exitCode == 0, "\(run)")
            #expect(try Self.order(run) == ["c", "a", "b"], "\(run)")
            let free = try await bench.run(["migrate", "--all", "--json"])
            #expect(try Self.order(free) == names, "no limit, no question whose turn it is: \(free)")
        }
    }

    /// The first one outlasts the run's time, night after night.
    @Test("do not look at the others, and leave the first place to them the next time")
    func timeIsOver() async throws {
        try await Bench.with { bench in
            for name in ["a", "b"] { try await bench.fill(name, 1000) }
            try bench.configure(["a", "b"].map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ", "))
            let arguments = [
                "migrate", "--all", "--confirm", "a", "--confirm", "b", "--max-duration", "8s", "--max-rate", "50",
                "--batch-size", "10", "--json",
            ]
            let first = try await bench.run(arguments)
            #expect(try Self.states(first) == ["a": "stopped", "b": "not_begun"], "\(first)")
            let history = try await bench.run(["stats", "--history", "--json"])
            #expect(!history.standardOutput.contains(#""collection": "b""#), "\(history)")
            let second = try await bench.run(arguments)
            #expect(try Self.order(second) == ["b", "a"], "\(second)")
            #expect(try Self.states(second) == ["b": "stopped", "a": "not_begun"], "\(second)")
        }
    }

    private static func states(_ run: ProcessResult) throws -> [String: String] {
        let report = try JSONSerialization.jsonObject(with: Data(run.standardOutput.utf8)) as? [String: Any]
        let collections = report?["collections"] as? [[String: Any]] ?? []
        return Dictionary(
            collections.map { ($0["collection"] as? String ?? "", $0["status"] as? String ?? "") }
        ) { $1 }
    }

    private static func order(_ run: ProcessResult) throws -> [String] {
        let report = try JSONSerialization.jsonObject(with: Data(run.standardOutput.utf8)) as? [String: Any]
        return (report?["collections"] as? [[String: Any]] ?? []).compactMap { $0["collection"] as? String }
    }
}
