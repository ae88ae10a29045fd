import Mongo
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct WriteConflictTests {
    typealias Step = @Sendable (borrowing Client, Namespace) throws -> Void

    /// Each touches the document with `_id` 1, the way the mover does.
    static let steps: [(String, Step)] = [
        ("delete by id", { _ = try $0.delete(ids: [1], from: $1, comment: "test") }),
        (
            "update",
            {
                try $0.write(
                    ["update": .string($1.collection), "updates": [["q": ["_id": 1], "u": ["$set": ["a": 2]]]]],
                    on: $1.database
                )
            }
        ),
        (
            "findAndModify",
            {
                try $0.write(
                    ["findAndModify": .string($1.collection), "query": ["_id": 1], "remove": true],
                    on: $1.database
                )
            }
        ),
    ]

    @Test(arguments: steps) func `touching what an open transaction touched is a conflict`(
        what: String,
        step: @escaping Step
    )
        async throws
    {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1]], into: "c")
            let namespace = database.namespace("c")
            let other = try database.pool.makeConnection()
            try await HeldTransaction.hold(on: database.connection) { client in
                try step(client, namespace)
            } meanwhile: { _ in
                let error = await #expect(throws: MongoError.self) {
                    try await other.withClient { client in
                        try client.transaction(retryingCommitFor: .seconds(120)) { try step(client, namespace) }
                    }
                }
                #expect(error?.isWriteConflict == true, "\(what): \(String(describing: error))")
                #expect(error?.isTransientTransaction == true && error?.isTransient == true)
                #expect(error?.isUnknownCommit == false)
            }
            // The first one was aborted: now it works.
            try await other.withClient { client in
                try client.transaction(retryingCommitFor: .seconds(120)) { try step(client, namespace) }
            }
        }
    }

    @Test(arguments: steps) func `touching what changed since the snapshot is a conflict`(
        what: String,
        step: @escaping Step
    )
        async throws
    {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1], ["_id": 2]], into: "c")
            let namespace = database.namespace("c")
            let name = database.name
            let error = await #expect(throws: MongoError.self) {
                try await database.withClient { client, _ in
                    try client.transaction(retryingCommitFor: .seconds(120)) {
                        _ = try client.open(["find": "c", "filter": ["_id": 2]], on: name)
                        try Self.changeElsewhere(namespace)
                        try step(client, namespace)
                    }
                }
            }
            #expect(error?.isWriteConflict == true && error?.isTransientTransaction == true, "\(what)")
            #expect(try await database.documents(in: "c", matching: ["_id": 1]) == [["_id": 1, "b": 1]])
        }
    }

    @Test func `inserting what an open transaction inserted is a conflict, not a duplicate`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["create": "c"])
            let namespace = database.namespace("c")
            let other = try database.pool.makeConnection()
            let insert: Step = { client, namespace in
                try client.insert(DocumentBatch([["_id": 0], ["_id": 1]]), into: namespace, comment: "test").orThrow()
            }
            try await HeldTransaction.hold(on: database.connection) { client in
                try insert(client, namespace)
            } meanwhile: { _ in
                let error = await #expect(throws: MongoError.self) {
                    try await other.withClient { client in
                        try client.transaction(retryingCommitFor: .seconds(120)) { try insert(client, namespace) }
                    }
                }
                #expect(error?.isWriteConflict == true, "\(String(describing: error))")
                #expect(error?.isTransientTransaction == true)
            }
        }
    }

    @Test func `a transaction whose session was killed is gone`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["create": "c"])
            let (victim, killer) = (try database.pool.makeConnection(), database.connection)
            let (session, name) = (try await victim.sessionID(), database.name)
            let error = await #expect(throws: MongoError.self) {
                try await HeldTransaction.hold(on: victim, commitsAtEnd: true) { client in
                    try client.write(["insert": "c", "documents": [["_id": 1]]], on: name)
                } meanwhile: { _ in
                    try await killer.withClient { client in
                        _ = try client.run(["killSessions": [.document(session)]], on: "admin")
                    }
                }
            }
            #expect(error?.code == MongoError.Code.noSuchTransaction, "\(String(describing: error))")
            #expect(error?.isTransientTransaction == true && error?.isUnknownCommit == false)
            #expect(try await database.count("c") == 0)
            // The session's owner goes on with it.
            try await victim.withClient { client in
                _ = try client.transaction(retryingCommitFor: .seconds(120)) {
                    try client.write(["insert": "c", "documents": [["_id": 2]]], on: name)
                }
            }
            #expect(try await database.count("c") == 1)
        }
    }

    /// Changes the document from a connection of its own while the calling thread waits.
    private static func changeElsewhere(_ namespace: Namespace) throws {
        let done = Gate()
        Task {
            defer { done.open() }
            let connection = try TestServer.pool().makeConnection()
            try await connection.withClient { client in
                _ = try client.write(
                    [
                        "update": .string(namespace.collection),
                        "updates": [["q": ["_id": 1], "u": ["$set": ["b": 1]]]],
                    ],
                    on: namespace.database
                )
            }
        }
        done.wait()
    }
}
