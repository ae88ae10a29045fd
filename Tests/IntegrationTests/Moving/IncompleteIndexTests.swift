import Mongo
import TestSupport
import Testing

@Suite("An index that lacks documents", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct IncompleteIndexTests {
    private static let keys: [BSONDocument] = [
        ["d": 1, "place": "2dsphere"], ["d": 1, "note": "text"], ["d": 1, "n": "hashed"],
    ]

    @Test("is not what a migration reads by", arguments: keys, [true, false])
    func migrates(key: BSONDocument, isBesideAnother: Bool) async throws {
        try await MoveFixture.using { fixture in
            try await fixture.hot.createIndex(on: "items", key)
            if isBesideAnother { try await fixture.hot.createIndex(on: "items", ["d": 1]) }
            try await fixture.insert(40)
            // With a deadline the oldest come first, along an index.
            let run = try await fixture.run("migrate", "--all", "--max-duration", "1h")
            run.expect(0, "completed", ["eligible": 40, "migrated": 40, "remaining": 0])
            #expect(try await fixture.hot.count("items") == 0)
        }
    }
}
