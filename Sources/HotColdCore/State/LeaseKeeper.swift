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

    /// Both leases, of one epoch.
    struct Leases: Sendable {
        let hot: Lease
        let cold: Lease

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
                guard try await place.connection.withClient({ try lease.renew(with: $0) }) else {
                    return stop.request(.leaseLost)
                }
                pause = Lease.heartbeat
            } catch {
                pause = .seconds(1)
            }
        }
    }

    private func take(_ stop: StopRequest) async throws -> Leases {
        var taken = try await take(hot, epoch: nil, stop)
        do {
            while true {
                do {
                    let second = try await take(cold, epoch: taken.epoch, stop)
                    return Leases(hot: taken, cold: second)
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

    private func take(_ place: Place, epoch: Int64?, _ stop: StopRequest) async throws -> Lease {
        let (run, locks, seats) = (run, locks, seats)
        let acquisition = try await retrying(for: patience, stop: stop) {
            try await place.connection.withClient { client in
                try Lease.take(
                    place.namespace,
                    uuid: place.uuid,
                    run: run,
                    sessions: place.sessions,
                    in: locks,
                    seats: seats,
                    epoch: epoch,
                    with: client
                )
            }
        }
        switch acquisition {
        case .taken(let lease): return lease
        case .busy(let holder): throw MigrationError.busy(place.namespace, holder)
        case .outdated(let last): throw OutdatedEpoch(last: last)
        }
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
