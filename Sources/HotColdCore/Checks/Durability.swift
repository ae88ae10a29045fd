internal import Mongo
internal import ThreadSafety

/// Whether what a majority of a deployment acknowledges is on disk, as far as the user may see.
///
/// hotcold deletes a document when its copy is acknowledged. It asks for the journal with every write. A member without
/// one, or an archive that others write to without it, may still lose what it has acknowledged.
struct Durability: Sendable, Equatable {
    /// `writeConcernMajorityJournalDefault` of the replica set; nil where it has not been seen.
    var journalsMajority: Bool?
    /// Whether the primary's storage engine keeps anything on disk (`storageEngine.persistent`); nil where unseen.
    var isPersistent: Bool?
    /// Whether the primary was started with a journal; nil where unseen.
    ///
    /// Before 6.1 a standalone server can do without.
    var hasJournal: Bool?

    /// Whether the server takes writes that ask for the journal: otherwise it refuses each with `BadValue`.
    var takesJournaledWrites: Bool { isPersistent != false && hasJournal != false }

    /// What was not seen.
    private(set) var unknown: Set<Aspect> = []

    /// What decides; the raw values stand in sentences.
    enum Aspect: String, CaseIterable, Sendable {
        case configuration = "its replica set's configuration (replSetGetConfig)"
        case engine = "its storage engine (serverStatus)"
        case options = "with which options it was started (getCmdLineOpts)"
    }
}

// MARK: - Asking

extension Durability {
    /// Asks a deployment's primary; what the user may not see is left out.
    ///
    /// - Throws: `MongoError` where the server is away.
    static func read(_ pool: ConnectionPool, isReplicaSet: Bool) async throws -> Durability {
        try await pool.main.withClient { try read(isReplicaSet: isReplicaSet, with: $0) }
    }

    /// The same on a connection's own thread.
    static func read(isReplicaSet: Bool, with client: borrowing Client) throws -> Durability {
        var durability = Durability()
        if isReplicaSet, let reply = try durability.ask(.configuration, ["replSetGetConfig": 1], with: client) {
            durability.readConfiguration(reply)
        }
        if let reply = try durability.ask(.engine, status, with: client) { durability.readStatus(reply) }
        // A replica set without a journal does not start.
        if !isReplicaSet, let reply = try durability.ask(.options, ["getCmdLineOpts": 1], with: client) {
            durability.readOptions(reply)
        }
        return durability
    }

    /// `serverStatus` without its largest sections.
    private static let status = BSONDocument([
        ("serverStatus", 1), ("wiredTiger", 0), ("metrics", 0), ("tcmalloc", 0), ("locks", 0),
    ])

    private mutating func ask(
        _ aspect: Aspect,
        _ command: BSONDocument,
        with client: borrowing Client
    ) throws -> BSONDocument? {
        do {
            return try client.run(command, on: "admin", .read)
        } catch let error as MongoError where error.kind == .server && !error.isTransient {
            unknown.insert(aspect)
            return nil
        }
    }
}

// MARK: - Reading

extension Durability {
    /// Reads a reply to `replSetGetConfig`, which leaves out what is as by default.
    mutating func readConfiguration(_ reply: BSONDocument) {
        guard let configuration = reply["config"]?.document else { return }
        journalsMajority = configuration["writeConcernMajorityJournalDefault"]?.bool ?? true
    }

    /// Reads a reply to `serverStatus`.
    mutating func readStatus(_ reply: BSONDocument) {
        isPersistent = reply["storageEngine"]?.document?["persistent"]?.bool
    }

    /// Reads a reply to `getCmdLineOpts`.
    mutating func readOptions(_ reply: BSONDocument) {
        guard let options = reply["parsed"]?.document else { return }
        hasJournal = options["storage"]?.document?["journal"]?.document?["enabled"]?.bool ?? true
    }
}

/// What a command has seen of its deployments' durability: asked once, whatever the number of collections.
final class DurabilityMemory: Sendable {
    private let seen = Locked<[(server: Finding.Server, durability: Durability)]?>(nil)

    /// The deployments' durability, each deployment once.
    ///
    /// - Throws: `MongoError` where a server is away.
    func of(_ tiers: Tiers) async throws -> [(server: Finding.Server, durability: Durability)] {
        if let known = seen.withLock(\.self) { return known }
        var found: [(server: Finding.Server, durability: Durability)] = []
        for (server, pool) in tiers.deployments {
            let isReplicaSet = try await Deployment.read(pool).isReplicaSet
            found.append((server, try await Durability.read(pool, isReplicaSet: isReplicaSet)))
        }
        let all = found
        seen.withLock { $0 = all }
        return all
    }
}
