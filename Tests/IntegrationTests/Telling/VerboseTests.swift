import Mongo
import TestSupport
import Testing

/// With `--verbose` a run tells what it does and why, so that an error can be understood afterwards.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct VerboseTests {
    @Test func `a run tells its story, step by step, and only where it is asked for`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(20)
            let result = try await fixture.start(["migrate", "--all", "--verbose", "--batch-size", "10"]).wait()
            #expect(result.exitCode == 0, "\(result)")
            let steps = [
                "read ", "connected to both tiers (127.0.0.1", "items: planned: 20 documents from ",
                "items: has both leases, of epoch 1", "items: batch of 10 done in ", "10 moved (read ",
            ]
            var rest = result.standardError[...]
            for step in steps {
                let found = try #require(rest.firstRange(of: step), "\(step): \(result)")
                rest = rest[found.upperBound...]
            }
            let silent = try await fixture.start(["migrate", "--all"]).wait()
            #expect(!silent.standardError.contains("leases"), "\(silent)")
        }
    }

    @Test func `what is tried again is told with its reason`() async throws {
        try await MoveFixture.using(on: .oneCluster, line: .faults) { fixture in
            try await fixture.insert(20)
            let conflict: BSONDocument = ["errorCode": 112, "errorLabels": ["TransientTransactionError"]]
            let fault = Fault(commands: ["insert"], times: 1, failure: conflict)
            try await fault.whileActive(on: "items_archive", in: fixture.cold) { _ in
                let result = try await fixture.start(["migrate", "--all", "--verbose"]).wait()
                #expect(result.exitCode == 0, "\(result)")
                #expect(result.standardError.contains("20 documents met another writer: "), "\(result)")
                #expect(result.standardError.contains("code 112)"), "\(result)")
            }
        }
    }
}
