internal import Mongo

/// What a deployment says about itself, as far as it matters to a migration and the user may know it.
public struct ServerFacts: Sendable {
    /// What can be looked at or not; the raw values stand in sentences.
    public enum Aspect: String, Sendable {
        /// `buildInfo`.
        case version = "the server's version (buildInfo)"
        /// `getParameter`.
        case featureVersion = "its feature compatibility version (getParameter)"
        /// `dbStats`.
        case disk = "the room on its disk (dbStats)"
        /// The oplog's size.
        case oplog = "the size of its oplog (collStats of local.oplog.rs)"
        /// `currentOp`.
        case locks = "whether somebody has locked it (currentOp)"
        /// `replSetGetStatus`, `replSetGetConfig`.
        case members = "its members' state (replSetGetStatus, replSetGetConfig)"
        /// `connectionStatus`.
        case privileges = "the user's privileges (connectionStatus)"
        /// `replSetGetConfig`, `serverStatus`, `getCmdLineOpts`.
        case durability = "whether acknowledged writes are on disk (replSetGetConfig, serverStatus, getCmdLineOpts)"
    }

    /// Room on the disk that holds the databases, in bytes.
    public struct Disk: Hashable, Sendable {
        /// All of it.
        public var total: Int64
        /// What is in use.
        public var used: Int64
        /// What is left.
        public var free: Int64 { max(0, total - used) }
    }

    /// Which deployment it is.
    public var server: Finding.Server
    /// The connection string without its password.
    public var address: String
    /// The host of its primary, by the replica set's own name for it.
    public var host: String?
    /// Such as `6.0.5`.
    public var version: String?
    /// The version that it behaves like, such as `6.0`.
    public var featureVersion: String?
    /// Whether it has transactions.
    public var isReplicaSet = true
    /// Whether it was started with `--shardsvr`; false too where the user may not know.
    public var isMeantForSharding = false
    /// How far its clock is ahead of this machine's.
    public var clockDifference: Duration = .zero
    /// Room on the disk of the tier's database.
    public var disk: Disk?
    /// How large its oplog may become, in bytes; nil for a standalone server.
    public var oplogBytes: Int64?
    /// How far the members of its replica set are behind; nil where the user may not know.
    var lag: ReplicationLag?
    /// Whether somebody holds its writes back (`fsyncLock`).
    var isLocked = false
    /// Whether a majority can acknowledge writes; nil where the user may not know.
    var majority: WriteMajority?
    /// What its user may do.
    var access = AccessFacts()
    /// Whether what it acknowledges is on disk.
    var durability = Durability()
    /// What could not be looked at.
    public var unknown: [Aspect] = []

    /// Creates facts of which nothing is known yet.
    public init(server: Finding.Server, address: String) {
        self.server = server
        self.address = address
    }

    /// The user of the connection, as `name@database`; nil where nobody is logged in.
    public var user: String? { access.user.map { "\($0.name)@\($0.database)" } }
    /// Whether the deployment asks what the user may do.
    public var hasAccessControl: Bool { access.isControlled }
}

// MARK: - Asking

extension ServerFacts {
    /// Asks a deployment's primary.
    ///
    /// What the user may not know is left out, and named in `unknown`.
    ///
    /// - Parameter database: the database whose disk matters.
    /// - Throws: `MongoError` where the server is away.
    static func read(
        _ pool: ConnectionPool,
        as server: Finding.Server,
        database: String
    ) async throws -> ServerFacts {
        try await pool.main.withClient { client in
            var facts = ServerFacts(server: server, address: "\(pool.connectionString)")
            try facts.readClock(with: client)
            try facts.look(at: .version) { facts in
                facts.version = try client.run(["buildInfo": 1], on: "admin", .read)["version"]?.string
            }
            try facts.look(at: .featureVersion) { facts in
                let reply = try client.run(["getParameter": 1, "featureCompatibilityVersion": 1], on: "admin", .read)
                facts.featureVersion = reply["featureCompatibilityVersion"]?.document?["version"]?.string
            }
            facts.isMeantForSharding = try isMeantForSharding(client)
            try facts.look(at: .disk) { facts in facts.disk = try Disk.read(database, with: client) }
            if facts.isReplicaSet {
                try facts.look(at: .oplog) { facts in
                    let reply = try client.run(["collStats": "oplog.rs"], on: "local", .read)
                    facts.oplogBytes = Self.oplogBytes(reply)
                }
            }
            try facts.look(at: .locks) { facts in
                // Everybody may ask for operations of their own, and the reply says this too.
                let reply = try client.run(["currentOp": 1, "$ownOps": true], on: "admin", .read)
                facts.isLocked = reply["fsyncLock"]?.bool == true
            }
            if facts.isReplicaSet {
                try facts.look(at: .members) { facts in
                    let status = try client.run(["replSetGetStatus": 1], on: "admin", .read)
                    let configuration = try client.run(["replSetGetConfig": 1], on: "admin", .read)
                    var reader = ReplicationLag.Reader()
                    reader.readConfiguration(configuration)
                    facts.majority = WriteMajority(status: status, configuration: configuration)
                    facts.lag = reader.read(status)
                }
            }
            try facts.look(at: .privileges) { facts in facts.access = try AccessFacts.read(with: client) }
            facts.durability = try Durability.read(isReplicaSet: facts.isReplicaSet, with: client)
            if !facts.durability.unknown.isEmpty { facts.unknown.append(.durability) }
            return facts
        }
    }

    private static func isMeantForSharding(_ client: borrowing Client) throws -> Bool {
        do {
            let options = try client.run(["getCmdLineOpts": 1], on: "admin", .read)["parsed"]?.document
            return options?["sharding"]?.document?["clusterRole"]?.string == "shardsvr"
        } catch let error as MongoError where error.kind == .server && !error.isTransient {
            return false
        }
    }

    private mutating func readClock(with client: borrowing Client) throws {
        let before = MachineClock.now
        let hello = try client.run(["hello": 1], on: "admin", .read)
        readHello(hello, before: before, after: MachineClock.now)
    }

    /// Reads a reply to `hello` that came between two readings of this machine's clock.
    mutating func readHello(_ hello: BSONDocument, before: Int64, after: Int64) {
        isReplicaSet = hello["setName"] != nil
        host = hello["me"]?.string.map { String($0.prefix { $0 != ":" }) }
        guard let serverTime = hello["localTime"]?.dateMilliseconds else { return }
        // The server read its clock somewhere between the two.
        clockDifference = .milliseconds(serverTime) - .milliseconds((before + after) / 2)
    }

    /// The size of the oplog in a reply to `collStats`.
    static func oplogBytes(_ reply: BSONDocument) -> Int64? { reply["maxSize"]?.quantity }

    /// Looks at something that the user may have no right to see, or the server no knowledge of.
    private mutating func look(at aspect: Aspect, _ body: (inout ServerFacts) throws -> Void) throws {
        do {
            try body(&self)
        } catch let error as MongoError where error.kind == .server && !error.isTransient {
            unknown.append(aspect)
        }
    }
}

extension ServerFacts.Disk {
    /// The room where a database is, or will be.
    ///
    /// A database that does not exist yet is said to have none; then that of `admin`, which always exists, tells. nil
    /// for servers whose storage is somebody else's, which leave it out.
    fileprivate static func read(_ database: String, with client: borrowing Client) throws -> ServerFacts.Disk? {
        for name in [database, "admin"] {
            if let disk = ServerFacts.Disk(dbStats: try client.run(["dbStats": 1], on: name, .read)) { return disk }
        }
        return nil
    }

    /// Reads a reply to `dbStats`; nil where it doesn't say.
    init?(dbStats reply: BSONDocument) {
        guard let total = reply["fsTotalSize"]?.quantity, let used = reply["fsUsedSize"]?.quantity, total > 0 else {
            return nil
        }
        self.init(total: total, used: used)
    }
}
