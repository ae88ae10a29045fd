internal import Mongo

extension Lease {
    /// Who holds the lease of a namespace now; nil where nobody does, or only a process that is surely gone.
    ///
    /// Reads and takes nothing: the answer is good for a report, not for a decision to write.
    static func holder(
        of namespace: Namespace,
        in locks: Namespace,
        with client: borrowing Client
    ) throws -> LeaseHolder? {
        try lastHolder(of: namespace, in: locks, with: client).flatMap { $0.state == .atWork ? $0.holder : nil }
    }

    /// What a lease that was not given back says of its holder.
    enum HolderState: Sendable {
        /// It lives, or may.
        case atWork
        /// Its time is over, or the process is surely gone.
        case gone
        /// The lease ends later than one can: whoever wants it sees first whether anybody renews it.
        case doubtful
    }

    /// Who has not given the lease of a namespace back, and whether it is theirs still.
    static func lastHolder(
        of namespace: Namespace,
        in locks: Namespace,
        identity: HostIdentity = .current,
        with client: borrowing Client
    ) throws -> (holder: LeaseHolder, state: HolderState)? {
        guard let lock = try lock(of: namespace, in: locks, with: client), let holder = LeaseHolder(lock) else {
            return nil
        }
        return (holder, state(of: holder, LeaseTerm(lock), as: identity))
    }

    /// What a lease says of its holder, for a process that looks at it.
    static func state(of holder: LeaseHolder, _ term: LeaseTerm, as identity: HostIdentity) -> HolderState {
        if term.isOver || identity.isCertainlyDead(holder.identity, silentFor: term.silence) { return .gone }
        return term.isTooLong ? .doubtful : .atWork
    }

    /// The lock of a namespace, with the server's `now`; nil where there is none yet.
    static func lock(
        of namespace: Namespace,
        in locks: Namespace,
        with client: borrowing Client
    ) throws -> BSONDocument? {
        try self.locks(matching: ["_id": .string(namespace.description)], in: locks, with: client).first
    }

    /// Locks that match, each with the server's `now`.
    static func locks(
        matching filter: BSONDocument,
        in locks: Namespace,
        with client: borrowing Client
    ) throws -> [BSONDocument] {
        let query: BSONDocument = [
            "find": .string(locks.collection), "filter": .document(filter),
            "projection": [
                "owner": 1, "host": 1, "machine_id": 1, "boot_id": 1, "pid": 1, "run": 1, "sessions": 1,
                "acquired_at": 1, "expires_at": 1, "epoch": 1, "tier": 1, "now": "$$NOW",
            ],
        ]
        return try client.all(query.alongIDs, on: locks.database)
    }

    /// Why the lease is not this run's any more; nil where it is.
    ///
    /// Another run may have taken it, or an operator has dropped or put back what the state database had.
    func loss(with client: borrowing Client) throws -> MigrationError? {
        let lock = try Self.lock(of: namespace, in: collection, with: client)
        if lock?["owner"]?.string == owner, lock?["epoch"]?.integer == epoch { return nil }
        if let lock, (lock["epoch"]?.integer ?? 0) > epoch { return .leaseLost(namespace) }
        let what = lock == nil ? "is gone" : "is that of an earlier time"
        return .stateLost("the lock of \(namespace) in \(collection) \(what)", of: collection.database)
    }
}
