import Mongo
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RoundTripTests {
    @Test func `every document comes back byte for byte`() async throws {
        try await TestServer.withDatabase { database in
            for named in EveryBSONType.documents { try await database.insert([named.document], into: "all") }
            let stored = try await database.documents(in: "all")
            #expect(stored.count == EveryBSONType.documents.count)
            for (named, document) in zip(EveryBSONType.documents, stored) {
                #expect(named.document == document, "\(named)")
            }
        }
    }

    @Test func `a document is copied from collection to collection as it is`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(EveryBSONType.documents.map(\.document), into: "source")
            let (source, target) = (database.namespace("source"), database.namespace("target"))
            try await database.withClient { client, name in
                let page = try client.open(["find": "source", "batchSize": 1_000], on: source.database)
                #expect(page.next == nil)
                try client.insert(page.documents, into: target, comment: "copy").orThrow()
            }
            let (before, after) = (
                try await database.documents(in: "source"), try await database.documents(in: "target")
            )
            #expect(before == after)
        }
    }

    @Test func `the server rewrites an empty timestamp at the top, and replaceWith does not`() async throws {
        try await TestServer.withDatabase { database in
            let document = EveryBSONType.topLevelEmptyTimestamp.document
            try await database.insert([document], into: "inserted")
            #expect(try await database.documents(in: "inserted") != [document])

            let id = try #require(document["_id"])
            try await database.run([
                "update": "replaced",
                "updates": [
                    [
                        "q": ["_id": id], "u": [["$replaceWith": ["$literal": .document(document)]]], "upsert": true,
                    ]
                ],
            ])
            #expect(try await database.documents(in: "replaced") == [document])
        }
    }

    @Test func `a document of 16 MB is stored, and a greater one is one write error`() async throws {
        try await TestServer.withDatabase { database in
            let room = (16 << 20) - BSONDocument([("_id", 1), ("v", .binary([]))]).byteCount
            let largest = BSONDocument([("_id", 1), ("v", .binary([UInt8](repeating: 7, count: room)))])
            #expect(largest.byteCount == 16 << 20)
            try await database.insert([largest], into: "large")
            #expect(try await database.documents(in: "large") == [largest])

            let error = await #expect(throws: MongoError.self) {
                try await database.insert(
                    [["_id": 2, "v": .binary([UInt8](repeating: 7, count: room + 1))]],
                    into: "large"
                )
            }
            #expect(error?.isTransient == false)
            #expect(try await database.count("large") == 1)
        }
    }
}
