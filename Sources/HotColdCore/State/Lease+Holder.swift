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
        try lastHolder(of: namespace, in: locks, with: client).flatMap { $0.isGone ? nil : $0.holder }
    }

    /// Who has not given the lease of a namespace back, and whether it is theirs no more: its time is over, or the process
    /// is surely gone.
    static func lastHolder(
        of namespace: Namespace,
        in locks: Namespace,
        identity: HostIdentity = .current,
        with client: borrowing Client
    ) throws -> (holder: LeaseHolder, isGone: Bool)? {
        guard let lock = try lock(of: namespace, in: locks, with: client), let holder = LeaseHolder(lock) else {
            return nil
        }
        // Without a word on its time it is nobody's, either.
        let isInTime = lock["is_expired"]?.bool == false
        return (holder, !isInTime || identity.isCertainlyDead(holder.identity))
    }

    /// The lock of a namespace, with `is_expired` by the server's clock; nil where there is none yet.
    static func lock(
        of namespace: Namespace,
        in locks: Namespace,
        with client: borrowing Client
    ) throws -> BSONDocument? {
        let isExpired: BSONValue = ["$lte": ["$expires_at", "$$NOW"]]
        let query: BSONDocument = [
            "find": .string(locks.collection), "filter": ["_id": .string(namespace.description)],
            "projection": [
                "owner": 1, "host": 1, "machine_id": 1, "boot_id": 1, "pid": 1, "run": 1, "sessions": 1,
                "acquired_at": 1, "expires_at": 1, "epoch": 1, "is_expired": isExpired,
            ],
        ]
        return try client.all(query, on: locks.database).first
    }
}
