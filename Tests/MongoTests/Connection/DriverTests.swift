import Glibc
import Mongo
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(30)))
struct DriverTests {
    @Test func `the driver is one that hotcold knows`() {
        #expect(Driver.version.hasPrefix("1."))
    }

    /// Standard output is for results: without `Driver.start`, the driver writes lines of its monitors there.
    @Test func `the driver's log never reaches standard output`() async throws {
        let result = try await #require(
            processExitsWith: .success,
            observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            let pool = try TestServer.makePool(
                at: "mongodb://127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=1500"
            )
            do {
                _ = try await pool.main.sessionID()
                exit(1)
            } catch is MongoError {}
        }
        let output = String(decoding: result.standardOutputContent, as: UTF8.self)
        #expect(!output.contains("mongoc") && !output.contains("DEBUG"), "\(output)")
        let error = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(!error.contains("mongoc"), "\(error)")
    }
}
