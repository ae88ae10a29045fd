import Mongo
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct CursorTests {
    private static let numbers: [BSONDocument] = (0..<1_000).map { ["_id": .int($0)] }

    @Test func `pages bring every document once and in order`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.numbers, into: "numbers")
            let sizes = try await database.withClient { client, name in
                let command: BSONDocument = ["find": "numbers", "sort": ["_id": 1], "batchSize": 300]
                var page = try client.open(command, on: name, batchSize: 250)
                var seen = Array(page.documents)
                var sizes = [page.documents.count]
                while let cursor = page.next {
                    page = try client.next(cursor)
                    seen += page.documents
                    sizes.append(page.documents.count)
                }
                #expect(seen == Self.numbers)
                return sizes
            }
            #expect(sizes == [300, 250, 250, 200])
        }
    }

    @Test func `a cursor waits while its connection does other work`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.numbers, into: "numbers")
            let first = try await database.withClient { try $0.open(["find": "numbers", "batchSize": 2], on: $1) }
            #expect(try await database.count("numbers") == 1_000)
            let cursor = try #require(first.next)
            let second = try await database.connection.withClient { try $0.next(cursor) }
            #expect(second.documents.count == 998)
            #expect(second.next == nil)
        }
    }

    @Test func `nothing there is an empty page without a cursor`() async throws {
        try await TestServer.withDatabase { database in
            let page = try await database.withClient {
                try $0.open(["find": "nothing"], on: $1)
            }
            #expect(page.documents.isEmpty && page.next == nil)
        }
    }

    @Test func `a closed cursor is not found again`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.numbers, into: "numbers")
            let error = await #expect(throws: MongoError.self) {
                try await database.withClient { client, name in
                    let page = try client.open(["find": "numbers", "batchSize": 2], on: name)
                    guard let cursor = page.next else { return }
                    client.close(cursor)
                    client.close(cursor)  // Without consequence.
                    _ = try client.next(cursor)
                }
            }
            #expect(error?.code == MongoError.Code.cursorNotFound)
            #expect(error?.kind == .server && error?.codeName == "CursorNotFound")
        }
    }

    @Test func `aggregations, indexes and collections are cursors too`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert(Self.numbers, into: "with.dots")
            try await database.createIndex(on: "with.dots", ["a": 1])
            let (indexes, collections, groups) = try await database.withClient { client, name in
                (
                    try client.all(["listIndexes": "with.dots"], on: name),
                    try client.all(["listCollections": 1], on: name),
                    try client.all(
                        [
                            "aggregate": "with.dots", "pipeline": [["$match": ["_id": ["$gte": 10]]]],
                            "cursor": ["batchSize": 7],
                        ],
                        on: name
                    )
                )
            }
            #expect(Set(indexes.compactMap { $0["name"]?.string }) == ["_id_", "a_1"])
            #expect(collections.map { $0["name"]?.string } == ["with.dots"])
            #expect(groups == Array(Self.numbers[10...]))
        }
    }

    @Test func `a mistake in a command is the server's error`() async throws {
        try await TestServer.withDatabase { database in
            let error = await #expect(throws: MongoError.self) {
                try await database.withClient { try $0.open(["find": "c", "filter": ["$odd": 1]], on: $1) }
            }
            #expect(error?.kind == .server && error?.code == MongoError.Code.badValue)
            let unknown = await #expect(throws: MongoError.self) { try await database.run(["frobnicate": 1]) }
            #expect(unknown?.code == MongoError.Code.commandNotFound)
            #expect(unknown?.codeName == "CommandNotFound")
            #expect(unknown?.isTransient == false)
        }
    }
}
