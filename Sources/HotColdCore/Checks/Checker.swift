internal import Mongo

/// Looks for everything that would make a migration fail or surprise; writes nothing, anywhere.
///
/// ```swift
/// let report = try await Checker(configuration).check(configuration.collections)
/// print(report.findings.count(.error))
/// ```
public struct Checker: Sendable {
    private let configuration: Configuration

    /// Creates a checker for the collections of a configuration.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Looks at the deployments and at these entries.
    ///
    /// A deployment that does not answer is a finding, and what is on the other one is still looked at.
    ///
    /// - Throws: `MigrationError` where none answers, or one is lost on the way.
    public func check(_ entries: [CollectionConfiguration]) async throws -> CheckReport {
        do {
            let connections = try await CheckedConnections.make(configuration)
            return try await check(entries, connections)
        } catch {
            throw MigrationError(error)
        }
    }

    private func check(
        _ entries: [CollectionConfiguration],
        _ connections: CheckedConnections
    ) async throws -> CheckReport {
        var servers: [ServerFacts] = []
        for (server, pool) in connections.servers {
            let database = server == .hot ? configuration.hot.database : configuration.cold.database
            servers.append(try await ServerFacts.read(pool, as: server, database: database))
        }
        let hot = servers.first { $0.server != .cold }
        let cold = servers.first { $0.server != .hot }
        let store = StateStore(configuration)
        var findings = connections.findings + servers.flatMap(ServerRules.findings)
        if let hot, let cold, hot.server != cold.server { findings += ServerRules.findings(hot: hot, cold: cold) }
        findings += try await privileges(hot, cold, store, connections)
        var report = CheckReport(timestamp: connections.clock.now, servers: servers, serverFindings: [], entries: [])
        let meeting = connections.tiers?.areOne == true ? configuration.namespacesThatMeet() : []
        var bytes: Int64 = 0
        for entry in entries {
            var check = EntryCheck(entry, connections, hot: hot, cold: cold, store: store)
            try await check.run()
            var found = check.found
            found.findings =
                (meeting.filter { $0.collection?.isExactly(entry.name) == true }
                + found.findings.map { $0.inEntry(entry.name) }).worstFirst
            report.entries.append(found)
            bytes += check.bytesToMove
        }
        if let cold {
            findings += SpaceRules.findings(moving: bytes, to: cold, from: hot, areOne: cold.server == .both)
        }
        report.serverFindings = findings.worstFirst
        return report
    }

    /// What is missing on the state databases, which all entries need.
    private func privileges(
        _ hot: ServerFacts?,
        _ cold: ServerFacts?,
        _ store: StateStore,
        _ connections: CheckedConnections
    ) async throws -> [Finding] {
        var findings: [Finding] = []
        if let hot, hot.hasAccessControl, let pool = connections.hot {
            let changesJournal = try await pool.main.withClient { client in
                do {
                    return try store.changesJournal(with: client)
                } catch let error as MongoError where error.isRefusal {
                    return false  // Then worse is missing.
                }
            }
            let needs = PrivilegeNeeds.hotState(
                store,
                hasTransactions: [hot, cold].allSatisfy { $0?.isReplicaSet != false },
                changesJournal: changesJournal
            )
            findings += PrivilegeRules.findings(needs, hot.access).map { $0.on(hot.server) }
        }
        if let cold, cold.server == .cold {
            let needs = PrivilegeNeeds.coldState(store)
            findings += PrivilegeRules.findings(needs, cold.access).map { $0.on(cold.server) }
        }
        return findings
    }
}
