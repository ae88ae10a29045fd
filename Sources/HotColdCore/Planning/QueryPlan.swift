internal import Mongo

/// How a server would run a command: its winning plan, as `explain` tells it.
struct QueryPlan: Sendable {
    /// The names of all stages.
    private(set) var stages: Set<String> = []
    /// The indexes that it reads.
    private(set) var indexes: [String] = []
    /// Whether one of these indexes has, or once had, an array on one of its paths.
    private(set) var isMultikey = false

    /// Asks the server.
    init(of command: BSONDocument, on database: String, with client: borrowing Client) throws {
        let explain: BSONDocument = ["explain": .document(command), "verbosity": "queryPlanner"]
        try self.init(client.run(explain, on: database, .raw))
    }

    /// Reads a reply to `explain`.
    init(_ reply: BSONDocument) throws {
        // Versions nest the winning plan differently: look at all of it.
        var pending = [reply["queryPlanner"]?.document?["winningPlan"]].compactMap(\.self)
        while let node = pending.popLast() {
            if let values = node.array { pending += values }
            guard node.type == .document, let document = node.document else { continue }
            if let stage = document["stage"]?.string { stages.insert(stage) }
            if let index = document["indexName"]?.string, !indexes.contains(index) { indexes.append(index) }
            isMultikey = isMultikey || document["isMultiKey"]?.bool == true
            pending += try document.elements().map(\.value)
        }
    }
}
