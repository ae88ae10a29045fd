import Foundation
public import Mongo
import ThreadSafety

/// The MongoDB server that tests may use, as `scripts/test` sets it up.
///
/// ```swift
/// @Test(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
/// func `moves every document`() async throws {
///     try await TestServer.withDatabase { database in
///         try await database.insert([["_id": 1]], into: "users")
///     }
/// }
/// ```
public enum TestServer {
    /// A test asked for a server that the environment doesn't name.
    public struct NotConfigured: Error, CustomStringConvertible {
        /// The variable to set.
        public let variable: String
        /// What to do.
        public var description: String { "\(variable) is not set; run scripts/test" }
    }

    /// Whether there is a server: the condition of every test that needs one.
    public static var isConfigured: Bool { value(of: "HOTCOLD_TEST_URI") != nil }
    /// Whether there is a second cluster.
    public static var isSecondConfigured: Bool { value(of: "HOTCOLD_TEST_URI_2") != nil }
    /// Whether there is a server with access control.
    public static var isAuthConfigured: Bool { value(of: "HOTCOLD_TEST_AUTH_URI") != nil }
    /// Whether there is a server without transactions.
    public static var isStandaloneConfigured: Bool { value(of: "HOTCOLD_TEST_STANDALONE_URI") != nil }

    /// Whether there is a replica set with secondaries.
    public static var isReplicatedConfigured: Bool { value(of: "HOTCOLD_TEST_REPLICATED_URI") != nil }

    /// The URI of a replica set with fail points (`HOTCOLD_TEST_URI`).
    public static var uri: String { get throws { try required("HOTCOLD_TEST_URI") } }
    /// The URI of a second replica set (`HOTCOLD_TEST_URI_2`).
    public static var secondURI: String { get throws { try required("HOTCOLD_TEST_URI_2") } }
    /// The URI, with its administrator, of a replica set with access control (`HOTCOLD_TEST_AUTH_URI`).
    public static var authURI: String { get throws { try required("HOTCOLD_TEST_AUTH_URI") } }
    /// The URI of a replica set of three members, which tests may stop (`HOTCOLD_TEST_REPLICATED_URI`).
    public static var replicatedURI: String { get throws { try required("HOTCOLD_TEST_REPLICATED_URI") } }
    /// The URI of a server with fail points that is no replica set (`HOTCOLD_TEST_STANDALONE_URI`).
    public static var standaloneURI: String { get throws { try required("HOTCOLD_TEST_STANDALONE_URI") } }
    /// The URI of a second one (`HOTCOLD_TEST_STANDALONE_URI_2`), which only the fault suite has.
    public static var secondStandaloneURI: String { get throws { try required("HOTCOLD_TEST_STANDALONE_URI_2") } }

    /// The pool that tests share, one for each URI.
    public static func pool(at uri: String? = nil) throws -> ConnectionPool {
        let uri = try uri ?? Self.uri
        return try pools.withLock { pools in
            if let pool = pools[uri] { return pool }
            let pool = try makePool(at: uri, applicationName: "hotcold-tests")
            pools[uri] = pool
            return pool
        }
    }

    /// A pool of the test's own, for an application name that fail points can be limited to, or for its end.
    public static func makePool(
        at uri: String? = nil,
        applicationName: String = uniqueName("application"),
        maximumConnections: Int = 1000,
        isJournaled: Bool = true
    ) throws -> ConnectionPool {
        startDriver()
        return try ConnectionPool(
            ConnectionString(uri ?? Self.uri),
            applicationName: applicationName,
            maximumConnections: maximumConnections,
            isJournaled: isJournaled
        )
    }

    /// Has tests share a pool that does not ask for the journal at a server that has none.
    static func shareUnjournaledPool(at uri: String) throws {
        let pool = try makePool(at: uri, applicationName: "hotcold-tests", isJournaled: false)
        pools.withLock { $0[uri] = pool }
    }

    /// Starts the driver once in the process, its log dropped; `pool` and `makePool` do it.
    public static func startDriver() { driver }

    /// Gives a test a database that nobody else uses, and drops it also when the test fails.
    ///
    /// A name is given where databases on several servers have to have the same.
    public static func withDatabase<Success>(
        named name: String? = nil,
        at uri: String? = nil,
        _ body: (TestDatabase) async throws -> Success
    ) async throws -> Success {
        let database = try TestDatabase(name: name ?? uniqueName("test"), at: uri)
        let success: Success
        do {
            success = try await body(database)
        } catch {
            try? await database.dropDatabase()  // What the test threw is what matters.
            throw error
        }
        try await database.dropDatabase()
        return success
    }

    /// A name that no other test uses, in this process or another.
    ///
    /// Made of consonants, without digits: what a test looks for in a program's output, a word or a number, is no part of it.
    public static func uniqueName(_ prefix: String) -> String {
        "\(prefix)_\(String((0..<13).compactMap { _ in "bcdfghjkmnpqrtvw".randomElement() }))"
    }

    /// A variable of the environment; empty counts as not set.
    static func value(of variable: String) -> String? {
        ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func required(_ variable: String) throws -> String {
        guard let value = value(of: variable) else { throw NotConfigured(variable: variable) }
        return value
    }

    private static let driver: Void = Driver.start()
}

private let pools = Locked<[String: ConnectionPool]>([:])
