internal import Glibc
internal import Mongo

/// Who has a namespace, as another run sees it.
public struct LeaseHolder: Sendable {
    /// The process.
    public var identity: HostIdentity
    /// Its run.
    public var run: String
    /// Since when, in milliseconds since 1970 UTC.
    public var since: Int64
    /// What it pauses for, as it said last.
    var pause: PauseBoard.Entry?
    let owner: String

    init?(_ lock: BSONDocument) {
        guard let owner = lock["owner"]?.string else { return nil }
        self.owner = owner
        identity = HostIdentity(
            host: lock["host"]?.string ?? "?",
            machineID: lock["machine_id"]?.string ?? "",
            bootID: lock["boot_id"]?.string ?? "?",
            pid: Int32(truncatingIfNeeded: lock["pid"]?.integer ?? 0)
        )
        run = lock["run"]?.string ?? "?"
        since = lock["acquired_at"]?.dateMilliseconds ?? 0
        pause = PauseBoard.Entry(lock["paused"]?.document)
    }
}

/// The right to move documents from or to a namespace: one document in `locks`, renewed while a run lives.
///
/// Correctness hangs on seats, which are made under a lease's epoch and go when somebody takes it. The lease keeps two
/// runs from wasting each other's work, and tells the second one who is at it. All times are the server's (`$$NOW`).
struct Lease: Sendable {
    /// How long a lease lives without a heartbeat.
    static let lifetime: Duration = .seconds(60)
    /// How often it is renewed.
    static let heartbeat: Duration = .seconds(20)

    let namespace: Namespace
    let owner: String
    let collection: Namespace
    /// Grows with every owner; the same in both locks of a run.
    let epoch: Int64

    enum Acquisition {
        case taken(Lease)
        case busy(LeaseHolder)
        /// It ends later than a lease can: to be watched for as long as a lease lives, and then taken.
        case doubtful(LeaseHolder, Mark)
        /// The lock has seen this epoch or a later one.
        case outdated(Int64)
    }

    /// What changes with each renewal of a lease, and with its holder.
    struct Mark: Sendable, Equatable {
        private let owner, epoch, expiresAt: BSONValue?

        init(_ lock: BSONDocument) {
            (owner, epoch, expiresAt) = (lock["owner"], lock["epoch"], lock["expires_at"])
        }
    }

    /// Takes the lease of a namespace: free, expired, or held by a process of this host that is gone.
    ///
    /// The model's `takeLease` and, with the epoch of the lease that was taken first, its `raiseColdEpoch`.
    ///
    /// Sessions of a holder that did not release it are killed first: an open transaction outlives its client and makes
    /// writers wait until the server's `transactionLifetimeLimitSeconds`.
    ///
    /// - Parameters:
    ///   - tier: what the namespace is to the run, which the lock keeps for later ones.
    ///   - unrenewed: a doubtful lease that was watched for long enough, and is free where it is still the same.
    static func take(
        _ namespace: Namespace,
        uuid: BSONValue? = nil,
        as tier: Tier,
        run: String,
        sessions: [BSONDocument],
        in locks: Namespace,
        seats: Namespace,
        epoch: Int64? = nil,
        unrenewed: Mark? = nil,
        identity: HostIdentity = .current,
        with client: borrowing Client
    ) throws -> Acquisition {
        let owner = "\(identity.host):\(identity.pid):\(run)"
        let claim = Claim(
            namespace: namespace,
            uuid: uuid,
            tier: tier,
            owner: owner,
            run: run,
            sessions: sessions,
            identity: identity,
            locks: locks
        )
        for _ in 0..<Self.attempts {
            guard let lock = try lock(of: namespace, in: locks, with: client) else {
                try claim.prepare(with: client)
                continue
            }
            if let holder = LeaseHolder(lock), holder.owner != owner {
                switch state(of: holder, LeaseTerm(lock), as: identity) {
                case .atWork: return .busy(holder)
                case .doubtful where Mark(lock) != unrenewed: return .doubtful(holder, Mark(lock))
                case .doubtful, .gone: break
                }
                // Before the claim, which overwrites their ids. Should the holder live after all, it meets an aborted
                // transaction and a lost lease, which it can bear.
                try killSessions(of: lock, with: client)
            }
            if let holder = try claim.holderByAnotherName(with: client) { return .busy(holder) }
            // Seats remember epochs too: an operator may have dropped the locks, thinking them stale.
            let known = lock["epoch"]?.integer ?? 0
            let last = max(known, try claim.greatestEpoch(in: seats, with: client))
            let next = try epoch ?? Self.epoch(after: last, of: namespace)
            // Equal where it is ours already: taken before, and the answer was lost.
            guard next > last || next == known && lock["owner"]?.string == owner else { return .outdated(last) }
            if try claim.replace(lock, epoch: next, with: client) {
                return .taken(Lease(namespace: namespace, owner: owner, collection: locks, epoch: next))
            }
            usleep(20_000)  // Somebody else was faster; this is a connection's own thread.
        }
        throw MigrationError.bug("the lock of \(namespace) changes faster than it can be taken")
    }

    /// The epoch of whoever comes next.
    ///
    /// - Throws: `MigrationError.bug` where there is none: no run has counted as far.
    static func epoch(after last: Int64, of namespace: Namespace) throws -> Int64 {
        guard last < .max else { throw MigrationError.bug("the lock of \(namespace) has an epoch that makes no sense") }
        return last + 1
    }

    private static let attempts = 50

    /// Raises the epoch, as another owner would; nil when the lease is no longer ours.
    func raised(to epoch: Int64, with client: borrowing Client) throws -> Lease? {
        let reply = try client.write(
            [
                "findAndModify": .string(collection.collection),
                // Raised before, where the answer was lost.
                "query": [
                    "_id": .string(namespace.description), "owner": .string(owner), "epoch": ["$lte": .int64(epoch)],
                ],
                "update": ["$set": ["epoch": .int64(epoch)]], "fields": ["_id": 1],
            ],
            on: collection.database
        )
        guard reply["value"]?.document != nil else { return nil }
        return Lease(namespace: namespace, owner: owner, collection: collection, epoch: epoch)
    }

    /// Writes to the lock in the caller's transaction, so that it can commit only while the lease is ours.
    ///
    /// - Throws: `MigrationError.leaseLost`.
    func touch(with client: borrowing Client) throws {
        let reply = try client.write(
            [
                "update": .string(collection.collection),
                "updates": [["q": .document(own), "u": ["$inc": ["touched": .int64(1)]]]],
            ],
            on: collection.database
        )
        guard reply["n"]?.integer == 1 else { throw MigrationError.leaseLost(namespace) }
    }

    /// Prolongs the lease, and says what the run pauses for; false when it is no longer ours.
    func renew(pausedFor pause: PauseBoard.Entry? = nil, with client: borrowing Client) throws -> Bool {
        let paused: BSONValue = pause.map { .literal(.document($0.document)) } ?? "$$REMOVE"
        let reply = try client.write(
            [
                "update": .string(collection.collection),
                "updates": [["q": .document(own), "u": [["$set": ["expires_at": .expiry, "paused": paused]]]]],
            ],
            on: collection.database
        )
        return reply["n"]?.integer == 1
    }

    /// Prolongs the lease, or throws where it is no longer ours.
    ///
    /// - Throws: `MigrationError.leaseLost`.
    func confirm(with client: borrowing Client) throws {
        guard try renew(with: client) else { throw MigrationError.leaseLost(namespace) }
    }

    /// Gives the lease back.
    ///
    /// The document stays, for its epoch.
    func release(with client: borrowing Client) throws {
        let free: BSONDocument = ["owner": .null, "sessions": [], "expires_at": "$$NOW", "paused": "$$REMOVE"]
        try client.write(
            [
                "update": .string(collection.collection),
                "updates": [["q": .document(own), "u": [["$set": .document(free)]]]],
            ],
            on: collection.database
        )
    }

    private var own: BSONDocument {
        ["_id": .string(namespace.description), "owner": .string(owner), "epoch": .int64(epoch)]
    }

    private static func killSessions(of lock: BSONDocument, with client: borrowing Client) throws {
        guard lock["owner"]?.string != nil else { return }
        try client.killSessions(lock["sessions"]?.array ?? [])
    }
}

/// One run's attempt to get a lease.
private struct Claim {
    let namespace: Namespace
    /// The collection's UUID; nil where there is none yet.
    let uuid: BSONValue?
    let tier: Tier
    let owner: String
    let run: String
    let sessions: [BSONDocument]
    let identity: HostIdentity
    let locks: Namespace

    /// The greatest epoch of a seat that has to do with the namespace; 0 where there is none.
    func greatestEpoch(in seats: Namespace, with client: borrowing Client) throws -> Int64 {
        let name: BSONValue = .string(namespace.description)
        var ofIt: [BSONValue] = [["ns": name], ["cold": name], ["hot": name]]
        if let uuid { ofIt += [["uuids.hot": uuid], ["uuids.cold": uuid]] }
        let query: BSONDocument = [
            "find": .string(seats.collection), "filter": ["$or": .array(ofIt)],
            "sort": ["epoch": -1], "limit": 1, "projection": ["epoch": 1],
        ]
        return try client.all(query.alongIDs, on: seats.database).first?["epoch"]?.integer ?? 0
    }

    /// Who holds the lease of the collection by a name that it had before; nil where nobody does who may be alive.
    func holderByAnotherName(with client: borrowing Client) throws -> LeaseHolder? {
        guard let uuid else { return nil }
        let others: BSONDocument = [
            "uuid": uuid, "_id": ["$ne": .string(namespace.description)], "owner": ["$nin": [.null, .string(owner)]],
        ]
        return try Lease.locks(matching: others, in: locks, with: client).lazy.compactMap { lock in
            LeaseHolder(lock).flatMap { Lease.state(of: $0, LeaseTerm(lock), as: identity) == .atWork ? $0 : nil }
        }.first
    }

    /// Writes the claim over a lock that is still as it was read; false where it is not.
    func replace(_ lock: BSONDocument, epoch: Int64, with client: borrowing Client) throws -> Bool {
        let unchanged: BSONDocument = [
            "_id": .string(namespace.description), "owner": lock["owner"] ?? .null,
            "expires_at": lock["expires_at"] ?? .null, "epoch": lock["epoch"] ?? .null,
        ]
        let fields: BSONDocument = [
            "owner": .literal(.string(owner)), "host": .literal(.string(identity.host)),
            "machine_id": .literal(.string(identity.machineID)), "boot_id": .literal(.string(identity.bootID)),
            "pid": .int32(identity.pid), "run": .literal(.string(run)),
            "sessions": .literal(.array(sessions.map(BSONValue.document))),
            "acquired_at": "$$NOW", "expires_at": .expiry, "paused": "$$REMOVE",
            "epoch": .int64(epoch), "uuid": .literal(uuid ?? .null), "tier": .string(tier.rawValue),
        ]
        // The one kind of update that the driver repeats by itself.
        let reply = try client.write(
            [
                "findAndModify": .string(locks.collection), "query": .document(unchanged),
                "update": [["$set": .document(fields)]], "fields": ["_id": 1],
            ],
            on: locks.database
        )
        return reply["value"]?.document != nil
    }

    /// Makes the lock, free, where there is none yet.
    func prepare(with client: borrowing Client) throws {
        do {
            try client.write(
                [
                    "insert": .string(locks.collection),
                    "documents": [
                        ["_id": .string(namespace.description), "owner": .null, "expires_at": .date(milliseconds: 0)]
                    ],
                ],
                on: locks.database
            )
        } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {}  // It is there.
    }
}

extension BSONValue {
    /// A value that an aggregation expression does not interpret.
    static func literal(_ value: BSONValue) -> BSONValue { ["$literal": value] }

    /// When a lease taken now ends.
    fileprivate static var expiry: BSONValue { ["$add": ["$$NOW", .int64(Lease.lifetime.milliseconds)]] }
}
