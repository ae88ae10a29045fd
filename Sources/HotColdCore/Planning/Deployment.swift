internal import Mongo

/// What a primary says about itself and its deployment: the reply to `hello`, and what a shard's data say.
struct Deployment: Sendable {
    let hello: BSONDocument
    /// Whether its data are a shard's.
    var hasShardIdentity = false

    /// Asks the primary.
    static func read(_ pool: ConnectionPool) async throws -> Deployment {
        var deployment = try await greeting(of: pool)
        try deployment.checkPrimary(of: pool)
        guard deployment.shardingRole == nil else { return deployment }
        deployment.hasShardIdentity = try await pool.main.withClient { try ShardingRole.isShardIdentity(on: $0) }
        return deployment
    }

    /// Refuses a member that is no primary, which is asked where the connection string names no set.
    ///
    /// - Throws: `MongoError`, transient: it may become one.
    private func checkPrimary(of pool: ConnectionPool) throws {
        guard isReplicaSet, hello["isWritablePrimary"]?.bool == false else { return }
        let host = hello["me"]?.string ?? "\(pool.connectionString)"
        let set = hello["setName"]?.string ?? ""
        let primary = hello["primary"]?.string.map { "; that is \($0)" } ?? ""
        throw MongoError(
            .serverSelection,
            code: MongoError.Code.notWritablePrimary,
            message: "\(host) is a member of the replica set \(set) and not its primary\(primary)"
        )
        .at(pool.place)
    }

    /// Asks the primary for no more than `hello`.
    private static func greeting(of pool: ConnectionPool) async throws -> Deployment {
        Deployment(hello: try await pool.main.withClient { try $0.run(["hello": 1], on: "admin", .read) })
    }

    /// Its clock, in milliseconds since 1970 UTC.
    ///
    /// - Throws: `MigrationError.unsuitable` without one, or with one that is not in the calendar: every decision on
    ///   age, hold and lease would be wrong.
    var localTime: Int64 {
        get throws(MigrationError) {
            guard let time = hello["localTime"]?.dateMilliseconds, Self.calendar.contains(time) else {
                let reason = "the server does not say what time it is"
                throw .unsuitable(reason: reason, hint: "is it MongoDB \(ServerRules.oldestVersion) or later?")
            }
            return time
        }
    }

    /// To the end of the year 9999.
    static let calendar: ClosedRange<Int64> = 0...253_402_300_799_999

    /// Whether it has transactions; what is neither this nor a mongos is a standalone.
    var isReplicaSet: Bool { hello["setName"] != nil }

    /// Its primary's host and its replica set, for the log.
    var identification: String {
        guard let set = hello["setName"]?.string else { return "a standalone server" }
        return "primary \(hello["me"]?.string ?? "?") of the replica set \(set)"
    }

    /// What it is in a sharded cluster; nil where it is no part of one.
    var shardingRole: ShardingRole? { ShardingRole(hello: hello) ?? (hasShardIdentity ? .shard : nil) }

    /// Throws what stands against moving documents from or to it.
    ///
    /// - Throws: `MigrationError.unsuitable`.
    func checkSuitability() throws {
        if let shardingRole { throw shardingRole.finding.refusal }
    }

    /// Whether both replies came from one primary.
    ///
    /// Its process is named by a value that it makes at its start (MongoDB 4.4).
    private func isSame(as other: Deployment) -> Bool { process != nil && process == other.process }

    /// Whether two pools lead to one deployment.
    ///
    /// An election between two questions would make one cluster look like two. So the first pool is asked again, and
    /// the answer stands when its primary was the same before and after.
    static func areSame(_ first: ConnectionPool, _ second: ConnectionPool) async throws -> Bool {
        var before = try await greeting(of: first)
        for _ in 0..<10 {
            let other = try await greeting(of: second)
            if before.isSame(as: other) { return true }
            let after = try await greeting(of: first)
            if before.isSame(as: after) { return false }
            before = after
        }
        throw MongoError(
            .serverSelection,
            message: "\(first.connectionString) has another primary each time it is asked"
        )
    }

    private var process: BSONValue? { hello["topologyVersion"]?.document?["processId"] }
}
