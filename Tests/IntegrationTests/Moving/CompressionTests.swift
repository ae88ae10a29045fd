import Mongo
import TestSupport
import Testing

/// What travels between machines is compressed.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct CompressionTests {
    /// Bytes that the server has got compressed in its life.
    private static func received(_ compressor: String, _ fixture: MoveFixture) async throws -> Int64 {
        let status = try await fixture.hot.run(["serverStatus": 1])
        let compression = status["network"]?.document?["compression"]?.document
        return compression?[compressor]?.document?["decompressor"]?.document?["bytesIn"]?.quantity ?? 0
    }

    /// On Linux `0.0.0.0` is this machine too, and hotcold does not know that.
    @Test(arguments: [("0.0.0.0", "", "snappy"), ("127.0.0.1", "&compressors=zstd", "zstd")])
    func `on the way to another machine, or as the URI says`(host: String, option: String, compressor: String)
        async throws
    {
        try await MoveFixture.using { fixture in
            let uri = try TestServer.uri.replacing("127.0.0.1", with: host) + option
            try fixture.configure(hot: uri, cold: uri)
            let documents = try await fixture.insert(100)
            let before = try await Self.received(compressor, fixture)
            try await fixture.run("migrate", "--all").expect(0, "completed", ["migrated": 100, "verified": 100])
            #expect(try await Self.received(compressor, fixture) > before)
            try await fixture.expect(hot: [], cold: documents)
        }
    }
}
