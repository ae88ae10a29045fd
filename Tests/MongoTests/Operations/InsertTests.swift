import Mongo
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct InsertTests {
    @Test func `a batch that takes several commands arrives whole`() async throws {
        try await TestServer.withDatabase { database in
            // 60 MB: more than one message of 48 MB holds.
            let filling = BSONValue.binary([UInt8](repeating: 0x5A, count: 3_000))
            let documents: [BSONDocument] = (0..<20_000).map { ["_id": .int($0), "v": filling] }
            let namespace = database.namespace("many")
            let batch = DocumentBatch(documents)
            let result = try await database.connection.withClient {
                try $0.insert(batch, into: namespace, comment: "test")
            }
            #expect(result.count == 20_000 && result.writeErrors.isEmpty)
            #expect(try await database.documents(in: "many", sort: ["_id": 1]) == documents)
        }
    }

    @Test func `a part of a batch that was read is inserted without its neighbours`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert((0..<100).map { ["_id": .int($0)] }, into: "source")
            let (source, target) = (database.namespace("source"), database.namespace("target"))
            try await database.withClient { client, name in
                let page = try client.open(["find": "source", "sort": ["_id": 1]], on: source.database)
                try client.insert(page.documents.selecting { $0 % 10 == 3 }, into: target, comment: "part").orThrow()
            }
            let ids = try await database.documents(in: "target", sort: ["_id": 1]).map { $0["_id"]?.integer }
            #expect(ids == [3, 13, 23, 33, 43, 53, 63, 73, 83, 93])
        }
    }

    @Test func `a refused document is named by its place, with the index it violates`() async throws {
        try await TestServer.withDatabase { database in
            try await database.createIndex(on: "users", ["email": 1], options: [("unique", true)])
            try await database.insert([["_id": 0, "email": "b"]], into: "users")
            let batch = DocumentBatch([["_id": 1, "email": "a"], ["_id": 2, "email": "b"], ["_id": 3, "email": "c"]])
            let namespace = database.namespace("users")
            let result = try await database.connection.withClient {
                try $0.insert(batch, into: namespace, comment: "test")
            }
            #expect(result.count == 1)
            let error = try #require(result.writeErrors.first)
            #expect(result.writeErrors.count == 1)
            #expect(error.index == 1 && error.code == MongoError.Code.duplicateKey)
            #expect(error.keyPattern == ["email": 1])
            #expect(error.message.contains("E11000"))
            // In order: what follows the refused one was not tried.
            #expect(try await database.count("users") == 2)
        }
    }

    @Test func `a validator's refusal is a write error`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["create": "strict", "validator": ["a": ["$type": "int"]]])
            let namespace = database.namespace("strict")
            let batch = DocumentBatch([["_id": 1, "a": 1], ["_id": 2, "a": "x"]])
            let result = try await database.connection.withClient {
                try $0.insert(batch, into: namespace, comment: "test")
            }
            #expect(result.writeErrors.map(\.index) == [1])
            #expect(result.writeErrors.map(\.code) == [MongoError.Code.documentValidationFailure])
        }
    }

    @Test func `a place in a later command of the batch is counted from the batch's start`() async throws {
        try await TestServer.withDatabase { database in
            let filling = BSONValue.binary([UInt8](repeating: 1, count: 1 << 20))
            var documents: [BSONDocument] = (0..<70).map { ["_id": .int($0), "v": filling] }
            documents[65] = ["_id": 3]
            let (batch, namespace) = (DocumentBatch(documents), database.namespace("large"))
            let result = try await database.connection.withClient {
                try $0.insert(batch, into: namespace, comment: "test")
            }
            #expect(result.writeErrors.map(\.index) == [65])
            #expect(result.count == 65)
        }
    }

    @Test func `the comment is with the operation, for profilers`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["profile": 2])
            let namespace = database.namespace("c")
            try await database.withClient { client, name in
                try client.insert(DocumentBatch([["_id": 1]]), into: namespace, comment: "hotcold run 7").orThrow()
                _ = try client.delete(ids: [1], from: namespace, comment: "hotcold run 7")
            }
            let profiled = try await database.documents(
                in: "system.profile",
                matching: ["command.comment": "hotcold run 7"]
            )
            #expect(profiled.map { $0["op"]?.string } == ["insert", "remove"])
            try await database.run(["profile": 0])
        }
    }
}
