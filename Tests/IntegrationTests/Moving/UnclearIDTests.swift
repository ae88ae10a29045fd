import Mongo
import TestSupport
import Testing

/// An id that means several documents.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct UnclearIDTests {
    @Test(arguments: Topology.allCases, ["replace", "keep-target"])
    func `a text that means several documents decides about none of them`(topology: Topology, policy: String)
        async throws
    {
        try await MoveFixture.using(on: topology) { fixture in
            let ids: [BSONValue] = [42, "42"]
            let hot = ids.map { MoveFixture.document($0, at: MoveFixture.hot, version: "hot") }
            let cold = ids.map { MoveFixture.document($0, version: "archived") }
            try await fixture.hot.insert(hot, into: "items")
            try await fixture.cold.insert(cold, into: "items_archive")
            func restore(_ id: String) async throws -> MoveRun {
                try await fixture.run("restore", "--collection", "items", "--id", id, "--on-conflict", policy)
            }
            let unclear = try await restore("42")
            unclear.expect(1, "partial")
            let message = unclear.first["error"]?.document?["message"]?.string ?? ""
            #expect(message.contains("--id 42 means several documents of") == true, "\(unclear.result)")
            try await fixture.expect(hot: hot, cold: cold)
            let clear = try await restore(#""42""#)
            clear.expect(0, "completed")
            try await fixture.expect(hot: policy == "replace" ? [hot[0], cold[1]] : hot, cold: [cold[0]])
        }
    }
}
