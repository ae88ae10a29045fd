public import Mongo

extension BSONDocument {
    /// The command that has a replica set's majority say that it has a write when it is on disk, as is usual, or before.
    ///
    /// - Parameter reply: to `replSetGetConfig`.
    /// - Throws: `BSONError` for what is no such reply.
    public static func reconfiguration(of reply: BSONDocument, isMajorityJournaled: Bool) throws -> BSONDocument {
        let configuration = reply["config"]?.document ?? [:]
        let changed: [String: BSONValue] = [
            "version": .int64((configuration["version"]?.integer ?? 0) + 1),
            "writeConcernMajorityJournalDefault": .bool(isMajorityJournaled),
        ]
        let fields = try configuration.elements().map { ($0.name, changed[$0.name] ?? $0.value) }
        return ["replSetReconfig": .document(BSONDocument(fields))]
    }
}
