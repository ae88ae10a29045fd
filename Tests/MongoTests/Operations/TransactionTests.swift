import Mongo
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct TransactionTests {
    private struct Stop: Error {}

    @Test func `what a transaction did is there at once and whole`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1, "v": "x"]], into: "hot")
            try await database.run(["create": "cold"])
            let (hot, cold) = (database.namespace("hot"), database.namespace("cold"))
            let deleted = try await database.withClient { client, name in
                try client.transaction(retryingCommitFor: .seconds(120)) {
                    let page = try client.open(["find": "hot"], on: name)
                    try client.insert(page.documents, into: cold, comment: "move").orThrow()
                    try client.write(
                        ["update": "cold", "updates": [["q": [:], "u": ["$set": ["moved": true]]]]],
                        on: name
                    )
                    return try client.delete(ids: page.documents.compactMap { $0["_id"] }, from: hot, comment: "move")
                }
            }
            #expect(deleted == 1)
            #expect(try await database.count("hot") == 0)
            #expect(try await database.documents(in: "cold") == [["_id": 1, "v": "x", "moved": true]])
        }
    }

    @Test func `a throwing body leaves nothing, and the connection works on`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1]], into: "c")
            await #expect(throws: Stop.self) {
                try await database.withClient { client, name in
                    try client.transaction(retryingCommitFor: .seconds(120)) {
                        _ = try client.delete(
                            ids: [1],
                            from: Namespace(database: name, collection: "c"),
                            comment: "test"
                        )
                        throw Stop()
                    }
                }
            }
            // Another connection waits for nobody: the abort has released the document.
            try await database.pool.makeConnection().withClient { [name = database.name] client in
                _ = try client.write(
                    ["update": "c", "updates": [["q": ["_id": 1], "u": ["$set": ["a": 1]]]]],
                    on: name
                )
            }
            #expect(try await database.documents(in: "c") == [["_id": 1, "a": 1]])
            let count = try await database.withClient { client, name in
                try client.transaction(retryingCommitFor: .seconds(120)) {
                    try client.open(["find": "c"], on: name).documents.count
                }
            }
            #expect(count == 1)
        }
    }

    @Test func `commands after a transaction are outside of it`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["create": "c"])
            try await database.withClient { client, name in
                for id in 0..<3 {
                    try client.transaction(retryingCommitFor: .seconds(120)) {
                        _ = try client.write(["insert": "c", "documents": [["_id": .int(id)]]], on: name)
                    }
                    // Not allowed in a transaction.
                    _ = try client.all(["listIndexes": "c"], on: name)
                    try client.write(["create": .string("c\(id)")], on: name)
                }
                try client.transaction(retryingCommitFor: .seconds(120)) {}
                try client.run(["ping": 1], on: "admin")
            }
            #expect(try await database.count("c") == 3)
        }
    }

    @Test func `reads see the snapshot and what the transaction wrote`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1]], into: "c")
            let other = try database.pool.makeConnection()
            let name = database.name
            try await HeldTransaction.hold(on: database.connection) { client in
                _ = try client.open(["find": "c"], on: name)
                try client.write(["insert": "c", "documents": [["_id": 2]]], on: name)
                let ids = try client.open(["find": "c"], on: name).documents.map { $0["_id"]?.integer }
                #expect(ids == [1, 2])
            } meanwhile: { _ in
                let ids = try await other.withClient { client in
                    try client.open(["find": "c"], on: name).documents.map { $0["_id"]?.integer }
                }
                #expect(ids == [1])
            }
        }
    }

    @Test func `a refused insert in a transaction is named, and the transaction is gone`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 2]], into: "c")
            let namespace = database.namespace("c")
            let error = await #expect(throws: MongoError.self) {
                try await database.withClient { client, name in
                    try client.transaction(retryingCommitFor: .seconds(120)) {
                        let result = try client.insert(
                            DocumentBatch([["_id": 1], ["_id": 2], ["_id": 3]]),
                            into: namespace,
                            comment: "test"
                        )
                        #expect(result.writeErrors.map(\.index) == [1])
                        #expect(result.writeErrors.map(\.code) == [MongoError.Code.duplicateKey])
                        _ = try client.open(["find": "c"], on: name)
                    }
                }
            }
            #expect(error?.code == MongoError.Code.noSuchTransaction)
            #expect(error?.isTransientTransaction == true)
            #expect(try await database.count("c") == 1)
        }
    }

    @Test func `a transaction in a transaction is a mistake that ends both`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["create": "c"])
            let error = await #expect(throws: MongoError.self) {
                try await database.withClient { client, name in
                    try client.transaction(retryingCommitFor: .seconds(120)) {
                        try client.write(["insert": "c", "documents": [["_id": 1]]], on: name)
                        try client.transaction(retryingCommitFor: .seconds(120)) {}
                    }
                }
            }
            #expect(error?.kind == .driver && error?.isTransient == false)
            #expect(try await database.count("c") == 0)
        }
    }

    @Test func `reads a snapshot and commits with a majority`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["profile": 2])
            let application = TestServer.uniqueName("application")
            let connection = try TestServer.makePool(applicationName: application).main
            let name = database.name
            let command = try await RunningCommand.first(
                of: application,
                on: "admin",
                beginning: "commitTransaction"
            ) {
                try await connection.withClient { client in
                    try client.transaction(retryingCommitFor: .seconds(120)) {
                        _ = try client.open(["find": "c", "comment": "first"], on: name)
                    }
                }
            }
            #expect(command["writeConcern"]?.document == ["w": "majority", "j": true, "wtimeout": .int64(30_000)])
            // The next transaction of the session ends the one whose commit was interrupted.
            try await connection.withClient { try $0.transaction(retryingCommitFor: .seconds(120)) {} }
            let find = try await database.documents(in: "system.profile", matching: ["command.comment": "first"]).first
            #expect(find?["command"]?.document?["readConcern"]?.document?["level"] == "snapshot")
            #expect(find?["command"]?.document?["autocommit"] == false)
            try await database.run(["profile": 0])
        }
    }
}
