import Mongo
import TestSupport
import Testing

@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct WriteTests {
    @Test func `deletes by id of every type and counts what was there`() async throws {
        try await TestServer.withDatabase { database in
            let documents = EveryBSONType.ids.map(\.document)
            try await database.insert(documents + [["_id": "stays"]], into: "c")
            let ids = documents.compactMap { $0["_id"] } + ["was never there"]
            let namespace = database.namespace("c")
            let count = try await database.connection.withClient {
                try $0.delete(ids: ids, from: namespace, comment: "test")
            }
            #expect(count == documents.count)
            #expect(try await database.documents(in: "c") == [["_id": "stays"]])
        }
    }

    @Test func `deletes a thousand ids in one command`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert((0..<1_500).map { ["_id": .int($0)] }, into: "c")
            let namespace = database.namespace("c")
            let count = try await database.withClient { client, name in
                try client.delete(ids: (200..<1_200).map(BSONValue.int), from: namespace, comment: "test")
            }
            #expect(count == 1_000)
            #expect(try await database.count("c") == 500)
        }
    }

    static let strings = ["", "w=1", "w=majority", "w=majority&wtimeoutMS=1000", "journal=true", "retryWrites=false"]

    /// The write concern is ours, and is sent once: the server refuses a field that stands twice.
    @Test(arguments: strings) func `waits for a majority whatever the URI says`(options: String) async throws {
        let uri = try TestServer.uri + "&" + options
        try await TestServer.withDatabase { database in
            try await database.run(["profile": 2])
            let (pool, collection) = (try TestServer.makePool(at: uri), database.namespace("c"))
            try await pool.main.withClient { client in
                let name = collection.database
                try client.write(["insert": "c", "documents": [["_id": 1]], "comment": "us"], on: name)
                try client.write(["findAndModify": "c", "query": [:], "remove": true, "comment": "us"], on: name)
                try client.insert(DocumentBatch([["_id": 2]]), into: collection, comment: "us").orThrow()
                try client.write(["create": "d", "comment": "us"], on: name)
            }
            let commands = try await database.documents(in: "system.profile", matching: ["command.comment": "us"])
            #expect(commands.count == 4)
            for command in commands {
                let concern = command["command"]?.document?["writeConcern"]?.document
                #expect(concern == ["w": "majority", "j": true, "wtimeout": .int64(30_000)])
            }
            try await database.run(["profile": 0])
        }
    }

    static let waiting: [(String, BSONDocument)] = [
        ("update", ["update": "c", "updates": [["q": ["_id": 1], "u": ["$set": ["a": 1]]]]]),
        ("delete", ["delete": "c", "deletes": [["q": ["_id": 1], "limit": 0]]]),
    ]

    /// The profiler does not show these commands as they were sent; the list of running operations does, before
    /// they touch a document.
    @Test(arguments: waiting) func `updates and deletes wait for a majority too`(verb: String, command: BSONDocument)
        async throws
    {
        try await TestServer.withDatabase { database in
            let application = TestServer.uniqueName("application")
            let writer = try TestServer.makePool(applicationName: application).main
            let name = database.name
            let seen = try await RunningCommand.first(of: application, on: name, beginning: verb) {
                _ = try await writer.withClient { try $0.write(command, on: name) }
            }
            #expect(seen["writeConcern"]?.document == ["w": "majority", "j": true, "wtimeout": .int64(30_000)])
        }
    }

    @Test(arguments: ["readConcernLevel=local", "readConcernLevel=majority", "readPreference=secondary"])
    func `reads say their own read concern whatever the URI says`(options: String) async throws {
        let uri = try TestServer.uri + "&" + options
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1]], into: "c")
            let pool = try TestServer.makePool(at: uri)
            let name = database.name
            let page = try await pool.main.withClient { client in
                try client.open(["find": "c", "readConcern": ["level": "majority"]], on: name)
            }
            #expect(page.documents.count == 1)
            let inTransaction = try await pool.main.withClient { client in
                try client.transaction(retryingCommitFor: .seconds(120)) {
                    try client.open(["find": "c"], on: name).documents.count
                }
            }
            #expect(inTransaction == 1)
        }
    }

    @Test func `a write error in an ok reply is thrown`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": 1]], into: "c")
            let error = await #expect(throws: MongoError.self) {
                try await database.withClient { client, name in
                    try client.write(["insert": "c", "documents": [["_id": 1]]], on: name)
                }
            }
            #expect(error?.kind == .server && error?.code == MongoError.Code.duplicateKey)
        }
    }

    @Test func `a write that no majority acknowledges is thrown as such`() async throws {
        try await TestServer.withDatabase { database in
            let application = TestServer.uniqueName("application")
            let connection = try TestServer.makePool(applicationName: application).main
            let fault = FailPoint.commands(
                ["insert"],
                of: application,
                ["writeConcernError": ["code": 64, "errmsg": "waiting for replication timed out"]]
            )
            let name = database.name
            let (error, _) = try await fault.whileActive {
                await #expect(throws: MongoError.self) {
                    try await connection.withClient { client in
                        try client.write(["insert": "c", "documents": [["_id": 1]]], on: name)
                    }
                }
            }
            #expect(error?.kind == .writeConcern)
            #expect(error?.isTransient == true)
            // Applied all the same: the error says only that it may be rolled back.
            #expect(try await database.count("c") == 1)
        }
    }
}
