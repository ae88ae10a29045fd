public import Mongo
import ThreadSafety

/// A way to make the server fail on purpose (its `enableTestCommands`), active while a closure runs.
public struct FailPoint: Sendable {
    private let name: String
    private let mode: BSONValue
    private let data: BSONDocument

    /// A fail point of the server's by name, with the mode and data of `configureFailPoint`.
    public init(_ name: String, mode: BSONValue = "alwaysOn", data: BSONDocument = [:]) {
        self.name = name
        self.mode = mode
        self.data = data
    }

    /// `failCommand`: commands of one application fail.
    ///
    /// `mode` says which of them, all unless said otherwise; `failure` how: `errorCode`, `closeConnection`, `writeConcernError`,
    /// `errorLabels`, `blockConnection`. Pools with another application name are left alone.
    public static func commands(
        _ commands: [String],
        mode: BSONValue = "alwaysOn",
        of application: String,
        _ failure: BSONDocument
    ) -> FailPoint {
        var data: BSONDocument = [
            "failCommands": .array(commands.map(BSONValue.string)), "appName": .string(application),
        ]
        var reader = failure.makeReader()  // Made by a test: without errors.
        while let element = try? reader.next() { data = data.appending(element.name, element.value) }
        return FailPoint("failCommand", mode: mode, data: data)
    }

    /// The same for so many commands; nil is all.
    public static func commands(
        _ commands: [String],
        times: Int?,
        of application: String,
        _ failure: BSONDocument
    ) -> FailPoint {
        let mode: BSONValue = times.map { ["times": .int($0)] } ?? "alwaysOn"
        return Self.commands(commands, mode: mode, of: application, failure)
    }

    /// Switches the fail point on for the time of a closure.
    ///
    /// The server has each of them once: who wants one that another test uses waits for it.
    ///
    /// - Returns: what the closure returned, and how many times the server failed on purpose.
    @discardableResult
    public func whileActive<Success>(
        at uri: String? = nil,
        _ body: () async throws -> Success
    ) async throws -> (success: Success, hits: Int) {
        try await whileActive(at: uri, preparing: {}, body)
    }

    /// The same for what must not wait any more once it is prepared, as a program that was stopped in the middle.
    ///
    /// - Parameter prepare: is called when no other test uses the fail point, before it is switched on.
    @discardableResult
    public func whileActive<Prepared, Success>(
        at uri: String? = nil,
        preparing prepare: () async throws -> Prepared,
        _ body: (Prepared) async throws -> Success
    ) async throws -> (success: Success, hits: Int) {
        try await Self.turnstile(of: uri).withTurn {
            let prepared = try await prepare()
            let connection = try TestServer.pool(at: uri).makeConnection()
            let before = try await set(with: connection)
            let success: Success
            do {
                success = try await body(prepared)
            } catch {
                _ = try? await off.set(with: connection)  // What the test threw is what matters.
                throw error
            }
            return (success, try await off.set(with: connection) - before)
        }
    }

    /// The same one switched off.
    public var off: FailPoint { FailPoint(name, mode: "off") }

    /// Sets it, and leaves it so.
    ///
    /// - Returns: how many times the server has met the fail point in its life.
    public func set(with connection: Connection) async throws -> Int {
        let command: BSONDocument = ["configureFailPoint": .string(name), "mode": mode, "data": .document(data)]
        let reply = try await connection.withClient { try $0.run(command, on: "admin") }
        return Int(reply["count"]?.integer ?? 0)
    }

    /// The turnstile of a server.
    private static func turnstile(of uri: String?) throws -> Turnstile {
        let uri = try uri ?? TestServer.uri
        return turnstiles.withLock { turnstiles in
            let turnstile = turnstiles[uri] ?? Turnstile()
            turnstiles[uri] = turnstile
            return turnstile
        }
    }

    private static let turnstiles = Locked<[String: Turnstile]>([:])
}

/// Lets one task through at a time, across its suspensions, in the order of arrival.
private final class Turnstile: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func withTurn<Success>(_ body: () async throws -> Success) async rethrows -> Success {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isTaken { state.waiting.append(continuation) }
                defer { state.isTaken = true }
                return !state.isTaken
            }
            if isFree { continuation.resume() }
        }
        defer {
            let next = state.withLock { state in
                if state.waiting.isEmpty { state.isTaken = false }
                return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
            }
            next?.resume()
        }
        return try await body()
    }
}
