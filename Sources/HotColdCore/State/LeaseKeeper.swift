internal import Mongo

/// The leases of a collection's two namespaces, taken hot first, renewed while a body runs, given back after it.
struct LeaseKeeper: Sendable {
    /// One lease to take, on the deployment that holds its namespace.
    struct Place: Sendable {
        let namespace: Namespace
        /// The collection's UUID; nil where there is none yet.
        let uuid: BSONValue?
        let connection: Connection
        /// The sessions on that deployment that open transactions.
        let sessions: [BSONDocument]
    }

    let locks: Namespace
    let seats: Namespace
    let hot: Place
    let cold: Place
    let run: String
    /// How long to wait for a server that is away.
    let patience: Duration
    /// How long a lease that ends later than one can is watched before it is taken.
    var watch = Lease.lifetime
    /// Told of such a lease when the watch begins.
    var onDoubt: @Sendable (MigrationError) -> Void = { _ in }
    /// What the run pauses for.
    var pauses = PauseBoard()

    /// Both leases, of one epoch.
    struct Leases: Sendable {
        let hot: Lease
        let cold: Lease
        /// What is to be said of how they were taken.
        let warnings: [String]

        var epoch: Int64 { hot.epoch }
    }

    /// Runs a body under the leases.
    ///
    /// When one is lost the stop request is made and the body is expected to end.
    ///
    /// - Throws: `MigrationError.busy`, or what the body throws.
    func holding<Success: Sendable>(
        stop: StopRequest,
        _ body: @Sendable (Leases) async throws -> Success
    ) async throws -> Success {
        let leases = try await take(stop)
        let result: Result<Success, any Error>
        do { result = .success(try await keeping(leases, stop: stop, body)) } catch { result = .failure(error) }
        for (lease, place) in [(leases.cold, cold), (leases.hot, hot)] where await endSessions(place) {
            await release(lease, place)
        }
        return try result.get()
    }

    private func keeping<Success: Sendable>(
        _ leases: Leases,
        stop: StopRequest,
        _ body: @Sendable (Leases) async throws -> Success
    ) async throws -> Success {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await beat(leases.hot, hot, stop: stop) }
            group.addTask { await beat(leases.cold, cold, stop: stop) }
            let result = try await body(leases)
            group.cancelAll()
            return result
        }
    }

    /// Renews a lease until cancelled, or until it is lost.
    ///
    /// A server that is away is the movers' to judge. Nobody else can take the lease there either, and if somebody
    /// could, renewing it fails as soon as the server is back.
    private func beat(_ lease: Lease, _ place: Place, stop: StopRequest) async {
        var pause = Lease.heartbeat
        while true {
            do { try await Task.sleep(for: pause) } catch { return }  // Cancelled: the body has ended.
            do {
                let reason = pauses.entry
                guard try await place.connection.withClient({ try lease.renew(pausedFor: reason, with: $0) }) else {
                    return stop.request(.leaseLost)
                }
                pause = Lease.heartbeat
            } catch {
                pause = .seconds(1)
            }
        }
    }

    private func take(_ stop: StopRequest) async throws -> Leases {
        var watched = Watched()
        var taken = try await take(hot, as: .hot, epoch: nil, after: &watched, stop)
        var warnings = watched.warnings
        watched = Watched()
        do {
            while true {
                do {
                    let second = try await take(
                        cold,
                        as: .cold,
                        epoch: taken.epoch,
                        after: &watched,
                        holding: taken,
                        stop
                    )
                    warnings += watched.warnings
                    return Leases(hot: taken, cold: second, warnings: warnings)
                } catch let outdated as OutdatedEpoch {
                    // Other hot collections had this archive, or the locks of hot are those of a backup.
                    let lease = taken
                    let next = try Lease.epoch(after: outdated.last, of: cold.namespace)
                    let raised = try await retrying(for: patience, stop: stop) {
                        try await hot.connection.withClient { try lease.raised(to: next, with: $0) }
                    }
                    guard let raised else { throw MigrationError.leaseLost(hot.namespace) }
                    taken = raised
                }
            }
        } catch {
            await release(taken, hot)
            throw error
        }
    }

    private struct OutdatedEpoch: Error {
        let last: Int64
    }

    /// A doubtful lease that was watched, and what there is to be said of it.
    private struct Watched {
        var mark: Lease.Mark?
        var warnings: [String] = []
    }

    /// Takes one of the leases, after a watch where what is there makes no sense.
    ///
    /// - Parameters:
    ///   - watched: what was watched before, where this is another try with another epoch.
    ///   - other: the lease that was taken before, which is kept meanwhile.
    private func take(
        _ place: Place,
        as tier: Tier,
        epoch: Int64?,
        after watched: inout Watched,
        holding other: Lease? = nil,
        _ stop: StopRequest
    ) async throws -> Lease {
        while true {
            switch try await acquire(place, as: tier, epoch: epoch, unrenewed: watched.mark, stop) {
            case .taken(let lease): return lease
            case .busy(let holder): throw MigrationError.busy(place.namespace, holder)
            case .outdated(let last): throw OutdatedEpoch(last: last)
            case .doubtful(let holder, let mark):
                // Another one than was watched: somebody is alive.
                guard watched.mark == nil, try await isSilent(mark, at: place, holder, holding: other, stop) else {
                    throw MigrationError.busy(place.namespace, holder)
                }
                watched.mark = mark
                watched.warnings.append(
                    "the lease of \(place.namespace) that run \(holder.run) has left ended later than one can; nobody"
                        + " renewed it while it was watched, so it was taken over"
                )
            }
        }
    }

    private func acquire(
        _ place: Place,
        as tier: Tier,
        epoch: Int64?,
        unrenewed: Lease.Mark?,
        _ stop: StopRequest
    ) async throws -> Lease.Acquisition {
        let (run, locks, seats) = (run, locks, seats)
        return try await retrying(for: patience, stop: stop) {
            try await place.connection.withClient { client in
                try Lease.take(
                    place.namespace,
                    uuid: place.uuid,
                    as: tier,
                    run: run,
                    sessions: place.sessions,
                    in: locks,
                    seats: seats,
                    epoch: epoch,
                    unrenewed: unrenewed,
                    with: client
                )
            }
        }
    }

    /// Watches a lease that ends later than one can; false when somebody renews it, or the run is to stop.
    ///
    /// A living holder renews it well within that time, and then it ends when it should: the next look finds it so.
    private func isSilent(
        _ mark: Lease.Mark,
        at place: Place,
        _ holder: LeaseHolder,
        holding other: Lease?,
        _ stop: StopRequest
    ) async throws -> Bool {
        onDoubt(.busy(place.namespace, holder))
        let (locks, end) = (locks, ContinuousClock.now + watch)
        while ContinuousClock.now < end {
            await stop.sleep(for: min(.seconds(1), end - .now))
            guard stop.reason == nil else { return false }
            let now = try await retrying(for: patience, stop: stop) {
                if let other { try await hot.connection.withClient { try other.confirm(with: $0) } }
                return try await place.connection.withClient { client in
                    try Lease.lock(of: place.namespace, in: locks, with: client).map(Lease.Mark.init)
                }
            }
            guard now == mark else { return false }
        }
        return true
    }

    /// Ends what movers may have left open: an abort that did not reach the server leaves a transaction in the way of
    /// every writer for a minute.
    ///
    /// False when no server could be asked. Then the lease stays, for the next run to take over from a dead process,
    /// which kills the sessions that it names.
    private func endSessions(_ place: Place) async -> Bool {
        do {
            try await place.connection.withClient { try $0.kill(place.sessions) }
            return true
        } catch let error as MongoError where !error.isTransient {
            return true  // Refused: waiting would not help.
        } catch {
            return false
        }
    }

    /// Gives a lease back.
    ///
    /// One that can't be given back expires by itself.
    private func release(_ lease: Lease, _ place: Place) async {
        try? await place.connection.withClient { try lease.release(with: $0) }
    }
}

extension LeaseKeeper {
    /// What takes the leases of a collection's two namespaces for work that opens no transactions in advance.
    init(of collection: CollectionConfiguration, in store: StateStore, _ tiers: Tiers, run: String) async throws {
        func place(_ namespace: Namespace, _ pool: ConnectionPool) async throws -> Place {
            let uuid = try await pool.main.withClient { try CollectionIdentity.currentUUID(of: namespace, with: $0) }
            return Place(namespace: namespace, uuid: uuid, connection: try pool.makeConnection(), sessions: [])
        }
        self.init(
            locks: store.locks,
            seats: store.seats,
            hot: try await place(collection.hot, tiers.hot),
            cold: try await place(collection.cold, tiers.cold),
            run: run,
            patience: .seconds(10)
        )
    }
}
