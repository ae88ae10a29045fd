import Foundation
import TestSupport
import Testing

@Suite("A run over many collections", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ManyCollectionsTests {
    /// Two connections kept for each would be more than a pool has.
    private static let names = (1...52).map { "c\($0)" }

    @Test("needs no more threads than one over a few")
    func threads() async throws {
        try await Bench.with { bench in
            for name in Self.names { try await bench.fill(name, 1) }
            try bench.configure(Self.names.map { #""\#($0)": {\#(Bench.policy)}"# }.joined(separator: ","))
            let run = try HotcoldProcess.start(["migrate", "--all", "--json"], in: bench.directory)
            var most = 0
            while run.isRunning {
                most = max(most, run.threadCount)
                try await Task.sleep(for: .milliseconds(20))
            }
            let result = await run.wait()
            #expect(result.exitCode == 0, "\(result)")
            #expect(try Answer(result).collections.map { $0["migrated"] as? Int } == Self.names.map { _ in 1 })
            // Swift has one for each processor.
            #expect(most > 0 && most <= 46 + ProcessInfo.processInfo.activeProcessorCount)
        }
    }
}
