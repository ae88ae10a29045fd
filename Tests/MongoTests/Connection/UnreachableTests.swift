import Mongo
import TestSupport
import Testing

/// Servers that are not there, or say no; the first kind needs no configuration.
@Suite(.timeLimit(.minutes(30)))
struct UnreachableTests {
    /// A port of this machine where nobody listens: 1, which is reserved.
    private static let nowhere = "mongodb://127.0.0.1:1/?replicaSet=rs0"

    @Test(arguments: ["", "&connectTimeoutMS=60000", "&retryReads=true&retryWrites=true"])
    func `a server that is not there is an error long before the driver's own 30 seconds`(options: String) async throws
    {
        let pool = try TestServer.makePool(at: Self.nowhere + options)
        let clock = ContinuousClock()
        let start = clock.now
        let error = await #expect(throws: MongoError.self) { try await pool.main.sessionID() }
        #expect(clock.now - start < .seconds(20))
        #expect(error?.kind == .serverSelection, "\(String(describing: error))")
        #expect(error?.isTransient == true && error?.isRefusal == false)
        #expect(error?.advice?.isEmpty == false)
    }

    @Test func `the connection string's own patience counts`() async throws {
        let pool = try TestServer.makePool(at: Self.nowhere + "&serverSelectionTimeoutMS=200")
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<2 {
            let error = await #expect(throws: MongoError.self) {
                try await pool.main.withClient { try $0.run(["ping": 1], on: "admin") }
            }
            #expect(error?.kind == .serverSelection)
        }
        #expect(clock.now - start < .seconds(20))
    }

    @Test(.enabled(if: TestServer.isConfigured)) func `a replica set of another name is not there`() async throws {
        let uri = try TestServer.uri
        let other = uri.replacing(#/replicaSet=[^&]*/#, with: "replicaSet=another") + "&serverSelectionTimeoutMS=500"
        let error = await #expect(throws: MongoError.self) { try await TestServer.makePool(at: other).main.sessionID() }
        #expect(error?.kind == .serverSelection)
    }

    @Test(.enabled(if: TestServer.isAuthConfigured)) func `a wrong password is refused, and not shown`() async throws {
        let uri = try TestServer.authURI.replacing(#/://.*@/#, with: "://root:not-the-password@")
        let pool = try TestServer.makePool(at: uri)
        let error = await #expect(throws: MongoError.self) {
            try await pool.main.withClient { try $0.run(["ping": 1], on: "admin") }
        }
        #expect(error?.kind == .authentication, "\(String(describing: error))")
        #expect(error?.isRefusal == true && error?.isTransient == false)
        #expect(error.map { "\($0)".contains("not-the-password") } == false)
    }

    @Test(.enabled(if: TestServer.isAuthConfigured)) func `no password is refused`() async throws {
        let uri = try TestServer.authURI.replacing(#/://.*@/#, with: "://")
        let pool = try TestServer.makePool(at: uri)
        let error = await #expect(throws: MongoError.self) {
            try await pool.main.withClient { try $0.run(["listDatabases": 1], on: "admin") }
        }
        #expect(error?.isRefusal == true && error?.code == MongoError.Code.unauthorized)
        #expect(error?.advice?.contains("role") == true)
    }

    @Test(.enabled(if: TestServer.isAuthConfigured)) func `what a role does not allow is refused by name`() async throws
    {
        try await TestServer.withDatabase(at: TestServer.authURI) { database in
            let name = database.name
            try await database.run([
                "createUser": "reader", "pwd": "p@ss:word/", "roles": [["role": "read", "db": .string(name)]],
            ])
            let uri = try TestServer.authURI.replacing(#/://.*@/#, with: "://reader:p%40ss%3Aword%2F@")
                .replacing("authSource=admin", with: "authSource=\(name)")
            let reader = try TestServer.makePool(at: uri).main
            let namespace = database.namespace("c")
            #expect(try await reader.withClient { try $0.open(["find": "c"], on: name).documents.count } == 0)
            let error = await #expect(throws: MongoError.self) {
                try await reader.withClient {
                    try $0.insert(DocumentBatch([["_id": 1]]), into: namespace, comment: "test")
                }
            }
            #expect(
                error?.isRefusal == true && error?.code == MongoError.Code.unauthorized,
                "\(String(describing: error))"
            )
            let other = await #expect(throws: MongoError.self) {
                try await reader.withClient {
                    try $0.write(["delete": "c", "deletes": [["q": [:], "limit": 0]]], on: name)
                }
            }
            #expect(other?.isRefusal == true && other?.codeName == "Unauthorized")
            #expect(other?.isTransient == false)
            try await database.run(["dropUser": "reader"])
        }
    }
}
