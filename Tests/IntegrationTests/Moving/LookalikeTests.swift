import Foundation
import TestSupport
import Testing

@Suite("Collections whose names only look the same", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct LookalikeTests {
    /// é as one scalar and as two.
    private static let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")

    @Test("are two, in the configuration, on the command line and in the report")
    func two() async throws {
        try await Bench.with { bench in
            let names = [Self.composed, Self.decomposed]
            for (name, count) in zip(names, [3, 5]) { try await bench.fill(name, count) }
            try bench.configure(names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ","))
            let first = try Answer(try await bench.run(["migrate", "--collection", Self.decomposed, "--json"]))
            #expect(first.collections.map { $0["migrated"] as? Int } == [5])
            let all = try Answer(try await bench.run(["migrate", "--all", "--json"]))
            #expect(all.collections.map { $0["migrated"] as? Int } == [3, 0])
            for (name, count) in zip(names, [3, 5]) {
                #expect(try await bench.database.count(name + "_archive") == count)
            }
            let check = try await bench.run(["check"])
            #expect(check.exitCode == 0, "\(check)")
        }
    }

    @Test("are not each other's archive")
    func archive() async throws {
        try await Bench.with { bench in
            try await bench.fill(Self.composed)
            try bench.configure(#""\#(Self.composed)": {\#(Bench.policy), "cold_collection": "\#(Self.decomposed)"}"#)
            let run = try Answer(try await bench.run(["migrate", "--all", "--json"]))
            #expect(run.collections.map { $0["migrated"] as? Int } == [3])
            #expect(try await bench.database.count(Self.decomposed) == 3)
        }
    }
}
