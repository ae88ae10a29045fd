import Mongo
import TestSupport

/// Commands while they run, as the server received them.
enum RunningCommand {
    /// Has the server hold up the first command of this name that a body sends, looks at it and interrupts it.
    ///
    /// It is held up for longer than any test takes: however late the look, the command is there. What the body comes to
    /// is not told, since its command was interrupted. A body that fails before is sent again, as a caller of a transaction
    /// has to: a lock that others hold for 5 ms ends one.
    static func first(
        of application: String,
        on database: String,
        beginning name: String,
        sentBy body: @Sendable @escaping () async throws -> Void
    ) async throws -> BSONDocument {
        let block: BSONDocument = ["blockConnection": true, "blockTimeMS": 3_600_000]
        return try await FailPoint.commands([name], times: 1, of: application, block).whileActive {
            let sender = Task {
                while case .failure = await Result(catching: body), !Task.isCancelled {}
            }
            defer { sender.cancel() }
            let operation = try await find(name, of: application, on: database)
            sender.cancel()
            let connection = try TestServer.pool().makeConnection()
            let kill: BSONDocument = ["killOp": 1, "op": operation["opid"] ?? .null]
            _ = try await connection.withClient { try $0.run(kill, on: "admin") }
            await sender.value
            return operation["command"]?.document ?? [:]
        }.success
    }

    private static func find(
        _ name: String,
        of application: String,
        on database: String
    ) async throws -> BSONDocument {
        let connection = try TestServer.pool().makeConnection()
        let match: BSONDocument = [
            "appName": .string(application), "command.$db": .string(database), "command.\(name)": ["$exists": true],
        ]
        let pipeline: BSONValue = [["$currentOp": [:]], ["$match": .document(match)]]
        // Other tests wait for the fail point meanwhile.
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let operations = try await connection.withClient { client in
                try client.all(["aggregate": 1, "cursor": [:], "pipeline": pipeline], on: "admin")
            }
            if let operation = operations.first { return operation }
        }
        throw NotSent(command: name)
    }

    /// A body did not send the command that it was to send.
    private struct NotSent: Error {
        let command: String
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
