internal import Mongo

/// The leases of a collection's two namespaces, taken hot first, renewed while a body runs, given back after it.
struct LeaseKeeper: Sendable {
    let locks: Namespace
    let namespaces: [Namespace]
    let run: String
    let sessions: [BSONDocument]
    let connection: Connection
    /// How long to wait for a server that is away.
    let patience: Duration

    /// Runs a body under the leases.
    ///
    /// When one is lost the stop request is made and the body is expected to end.
    ///
    /// - Throws: `MigrationError.busy`, or what the body throws.
    func holding<Success: Sendable>(
        stop: StopRequest,
        _ body: @Sendable () async throws -> Success
    ) async throws -> Success {
        let leases = try await take(stop)
        let result: Result<Success, any Error>
        do { result = .success(try await keeping(leases, stop: stop, body)) } catch { result = .failure(error) }
        if await endSessions() { await release(leases) }
        return try result.get()
    }

    private func keeping<Success: Sendable>(
        _ leases: [Lease],
        stop: StopRequest,
        _ body: @Sendable () async throws -> Success
    ) async throws -> Success {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await beat(leases, stop: stop) }
            let result = try await body()
            group.cancelAll()
            return result
        }
    }

    /// Renews the leases until cancelled, or until one is lost.
    private func beat(_ leases: [Lease], stop: StopRequest) async {
        var renewed = ContinuousClock.now
        while true {
            do { try await Task.sleep(for: Lease.heartbeat) } catch { return }  // Cancelled: the body has ended.
            let start = ContinuousClock.now
            do {
                for lease in leases {
                    guard try await connection.withClient({ try lease.renew(with: $0) }) else {
                        return stop.request(.leaseLost)
                    }
                }
                renewed = start
            } catch {
                // A server that is away is the movers' to judge; but a lease that nobody could renew is no longer ours.
                guard ContinuousClock.now - renewed < Lease.lifetime else {
                    return stop.request(.leaseLost)
                }
            }
        }
    }

    private func take(_ stop: StopRequest) async throws -> [Lease] {
        var leases: [Lease] = []
        for namespace in namespaces {
            do {
                let (run, sessions, locks) = (run, sessions, locks)
                let acquisition = try await retrying(for: patience, stop: stop) {
                    try await connection.withClient { client in
                        try Lease.take(namespace, run: run, sessions: sessions, in: locks, with: client)
                    }
                }
                switch acquisition {
                case .taken(let lease): leases.append(lease)
                case .busy(let holder): throw MigrationError.busy(namespace, holder)
                }
            } catch {
                await release(leases)
                throw error
            }
        }
        return leases
    }

    /// Ends what movers may have left open: an abort that did not reach the server leaves a transaction in the way of
    /// every writer for a minute.
    ///
    /// False when no server could be asked. Then the leases stay, for the next run to take over from a dead process,
    /// which kills the sessions that they name.
    private func endSessions() async -> Bool {
        let sessions = sessions
        do {
            try await connection.withClient { client in
                _ = try client.run(["killSessions": .array(sessions.map(BSONValue.document))], on: "admin")
            }
            return true
        } catch let error as MongoError where !error.isTransient {
            return true  // Refused: waiting would not help.
        } catch {
            return false
        }
    }

    /// Gives the leases back.
    ///
    /// One that can't be given back expires by itself.
    private func release(_ leases: [Lease]) async {
        for lease in leases.reversed() { try? await connection.withClient { try lease.release(with: $0) } }
    }
}
