import Mongo
import TestSupport

/// Commands while they run, as the server received them.
enum RunningCommand {
    /// The first command of an application that runs on a database and has a field of the name given.
    static func first(of application: String, on database: String, beginning name: String) async throws -> BSONDocument
    {
        let connection = try TestServer.pool().makeConnection()
        let match: BSONDocument = [
            "appName": .string(application), "command.$db": .string(database), "command.\(name)": ["$exists": true],
        ]
        while true {  // Each turn is a round trip; the test's time limit ends it.
            try Task.checkCancellation()
            let operations = try await connection.withClient { client in
                try client.all(
                    ["aggregate": 1, "cursor": [:], "pipeline": [["$currentOp": [:]], ["$match": .document(match)]]],
                    on: "admin"
                )
            }
            if let command = operations.first?["command"]?.document { return command }
        }
    }
}
