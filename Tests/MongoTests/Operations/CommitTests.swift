import Mongo
import TestSupport
import Testing

/// A commit whose answer is lost is repeated until the answer is known.
///
/// One after another: they wait for the same fail point anyway.
@Suite(.enabled(if: TestServer.isConfigured), .serialized, .timeLimit(.minutes(30)))
struct CommitTests {
    /// Inserts a document in a transaction while commits fail; how it ended, and how often the server failed.
    private static func insert(
        into database: TestDatabase,
        of commands: [String] = ["commitTransaction"],
        while failure: BSONDocument,
        times: Int?,
        patience: Duration = .seconds(20)
    ) async throws -> (error: MongoError?, hits: Int, connection: Connection) {
        let application = TestServer.uniqueName("application")
        let connection = try TestServer.makePool(at: database.uri, applicationName: application).main
        let name = database.name
        try await database.run(["create": "c"])
        // It is connected before anything fails.
        _ = try await connection.withClient { try $0.run(["ping": 1], on: "admin") }
        let fault = FailPoint.commands(commands, times: times, of: application, failure)
        let (error, hits) = try await fault.whileActive(at: database.uri) { () -> MongoError? in
            do {
                try await connection.withClient { client in
                    _ = try client.transaction(retryingCommitFor: patience) {
                        try client.write(["insert": "c", "documents": [["_id": 1]]], on: name)
                    }
                }
                return nil
            } catch let error as MongoError {
                return error
            }
        }
        return (error, hits, connection)
    }

    /// What happens to a commit, and whether the server has carried it out when it happens.
    struct Loss: CustomTestStringConvertible {
        let testDescription: String
        let failure: BSONDocument

        init(_ description: String, _ failure: BSONDocument) {
            testDescription = description
            self.failure = failure
        }
    }

    static let losses = [
        Loss("the connection breaks before", ["closeConnection": true]),
        // The driver does not label this one; it took effect all the same.
        Loss(
            "a write concern error without a label",
            ["writeConcernError": ["code": 100, "errmsg": "not enough members"]]
        ),
        Loss(
            "no majority in time",
            ["writeConcernError": ["code": 64, "errmsg": "waiting for replication timed out"]]
        ),
        Loss("an election", ["errorCode": 10107, "errorLabels": ["RetryableWriteError"]]),
        Loss("too slow", ["errorCode": 50]),
    ]

    /// The driver repeats a commit once by itself, so only from the second loss on is it our doing.
    @Test(arguments: losses, [1, 3]) func `a lost answer is asked for again`(
        loss: Loss,
        times: Int
    )
        async throws
    {
        try await TestServer.withDatabase { database in
            let (error, hits, connection) = try await Self.insert(into: database, while: loss.failure, times: times)
            #expect(error == nil, "\(String(describing: error))")
            #expect(hits == times)
            #expect(try await database.documents(in: "c") == [["_id": 1]])
            // The connection is as good as new.
            let count = try await connection.withClient { [name = database.name] client in
                try client.transaction(retryingCommitFor: .seconds(120)) {
                    try client.open(["find": "c"], on: name).documents.count
                }
            }
            #expect(count == 1)
        }
    }

    /// As with a primary that is killed.
    ///
    /// The driver does not label the error of a connection that can't be made anew; what the commit came to, which went
    /// over the one before, that error does not say.
    @Test(.enabled(if: TestServer.isAuthConfigured), arguments: [2, 4])
    func `an answer is asked for again though the next connection breaks while it is made`(times: Int) async throws {
        let uri = try TestServer.authURI
        try await TestServer.withDatabase(at: uri) { database in
            // Monitors do not log in: they see nothing of it.
            let (error, hits, _) = try await Self.insert(
                into: database,
                of: ["commitTransaction", "saslStart", "saslContinue"],
                while: ["closeConnection": true],
                times: times
            )
            #expect(error == nil, "\(String(describing: error))")
            #expect(hits == times)
            #expect(try await database.documents(in: "c") == [["_id": 1]])
        }
    }

    @Test(arguments: losses) func `patience ends with an unknown outcome`(loss: Loss) async throws {
        try await TestServer.withDatabase { database in
            let (error, hits, connection) = try await Self.insert(
                into: database,
                while: loss.failure,
                times: nil,
                patience: .milliseconds(200)
            )
            #expect(error?.isUnknownCommit == true, "\(String(describing: error))")
            #expect(error?.isTransientTransaction == false)
            #expect(hits >= 2)
            // The next transaction of the session ends the one that hangs.
            try await connection.withClient { [name = database.name] client in
                _ = try client.transaction(retryingCommitFor: .seconds(120)) {
                    try client.write(["insert": "c", "documents": [["_id": 2]]], on: name)
                }
            }
            #expect(try await database.count("c", matching: ["_id": 2]) == 1)
        }
    }

    @Test func `a commit that the server refused is not repeated`() async throws {
        try await TestServer.withDatabase { database in
            let refusal: BSONDocument = ["errorCode": 251, "errorLabels": ["TransientTransactionError"]]
            let (error, hits, connection) = try await Self.insert(into: database, while: refusal, times: nil)
            #expect(hits == 1)
            #expect(error?.code == MongoError.Code.noSuchTransaction && error?.isTransientTransaction == true)
            #expect(error?.isUnknownCommit == false)
            // The server only said so: end its transaction, which would keep the database from being dropped.
            try await connection.withClient { try $0.transaction(retryingCommitFor: .seconds(120)) {} }
            let session = try await connection.sessionID()
            try await database.withClient { client, _ in
                _ = try client.run(["killSessions": [.document(session)]], on: "admin")
            }
        }
    }

    @Test func `a commit repeated after it took effect takes effect once`() async throws {
        try await TestServer.withDatabase { database in
            try await database.insert([["_id": "counter", "n": 0]], into: "c")
            let application = TestServer.uniqueName("application")
            let connection = try TestServer.makePool(applicationName: application).main
            let name = database.name
            let lost: BSONDocument = ["writeConcernError": ["code": 64, "errmsg": "timed out"]]
            try await FailPoint.commands(["commitTransaction"], times: 3, of: application, lost).whileActive {
                try await connection.withClient { client in
                    _ = try client.transaction(retryingCommitFor: .seconds(120)) {
                        try client.write(["update": "c", "updates": [["q": [:], "u": ["$inc": ["n": 1]]]]], on: name)
                    }
                }
            }
            #expect(try await database.documents(in: "c") == [["_id": "counter", "n": 1]])
        }
    }

    @Test func `a connection that breaks inside a transaction ends it, and the next one works`() async throws {
        try await TestServer.withDatabase { database in
            try await database.run(["create": "c"])
            let application = TestServer.uniqueName("application")
            let connection = try TestServer.makePool(applicationName: application).main
            let name = database.name
            let fault = FailPoint.commands(["insert"], times: 1, of: application, ["closeConnection": true])
            let namespace = database.namespace("c")
            let insert: @Sendable (borrowing Client) throws -> Void = { client in
                _ = try client.transaction(retryingCommitFor: .seconds(120)) {
                    try client.write(["update": "c", "updates": [["q": [:], "u": ["$set": ["a": 1]]]]], on: name)
                    try client.insert(DocumentBatch([["_id": 1]]), into: namespace, comment: "test").orThrow()
                }
            }
            let (error, hits) = try await fault.whileActive {
                await #expect(throws: MongoError.self) { try await connection.withClient(insert) }
            }
            #expect(hits == 1)
            #expect(error?.kind == .network && error?.isTransientTransaction == true, "\(String(describing: error))")
            #expect(error?.isUnknownCommit == false)
            #expect(try await database.count("c") == 0)
            try await connection.withClient(insert)
            #expect(try await database.count("c") == 1)
        }
    }
}
