internal import Mongo

/// The deployments of both tiers, as far as they answer.
struct CheckedConnections: Sendable {
    /// Both tiers; nil where one of them is away or can't be worked with.
    var tiers: Tiers?
    /// The connections to the hot deployment; nil where it can't be worked with.
    var hot: ConnectionPool?
    /// Those to the cold one; the same where both are one.
    var cold: ConnectionPool?
    /// The clock of one that answers.
    let clock: ServerClock
    /// What stands against working with them.
    let findings: [Finding]

    /// The deployments to look at.
    var servers: [(server: Finding.Server, pool: ConnectionPool)] {
        if let tiers { return tiers.deployments }
        return [hot.map { (.hot, $0) }, cold.map { (.cold, $0) }].compactMap(\.self)
    }

    /// Connects to both at once, so that one that is away costs its timeout once.
    ///
    /// - Throws: `MigrationError` where none answers.
    static func make(_ configuration: Configuration) async throws -> CheckedConnections {
        let (hotURI, coldURI) = (configuration.hot.uri, configuration.cold.uri)
        guard hotURI != coldURI else {
            let both = try await Tiers.Connected(to: hotURI, as: .both)
            if let role = both.deployment.shardingRole {
                return CheckedConnections(clock: both.clock, findings: [role.finding.on(.both)])
            }
            return CheckedConnections(Tiers(both))
        }
        async let hotAnswer = answer(of: hotURI, as: .hot)
        async let coldAnswer = answer(of: coldURI, as: .cold)
        return try await combine(hotAnswer, coldAnswer)
    }

    private init(_ tiers: Tiers) {
        self.init(tiers: tiers, hot: tiers.hot, cold: tiers.cold, clock: tiers.clock, findings: [])
    }

    private init(
        tiers: Tiers? = nil,
        hot: ConnectionPool? = nil,
        cold: ConnectionPool? = nil,
        clock: ServerClock,
        findings: [Finding]
    ) {
        self.tiers = tiers
        self.hot = hot
        self.cold = cold
        self.clock = clock
        self.findings = findings
    }

    private typealias Answer = Result<Tiers.Connected, MigrationError>

    private static func answer(of uri: ConnectionString, as server: Finding.Server) async -> Answer {
        do { return .success(try await Tiers.Connected(to: uri, as: server)) } catch {
            return .failure(MigrationError(error))
        }
    }

    private static func combine(_ hot: Answer, _ cold: Answer) async throws -> CheckedConnections {
        if case .failure(let error) = hot, case .failure = cold { throw error }
        let findings = finding(hot).map { [$0.on(.hot)] } ?? []
        let all = findings + (finding(cold).map { [$0.on(.cold)] } ?? [])
        let answers = [hot, cold].compactMap { try? $0.get() }  // The errors of the others are in the findings.
        if all.isEmpty, answers.count == 2 { return CheckedConnections(try await Tiers(answers[0], answers[1])) }
        guard let clock = answers.first?.clock else { preconditionFailure("one of them has answered") }
        return CheckedConnections(hot: usable(hot), cold: usable(cold), clock: clock, findings: all)
    }

    private static func finding(_ answer: Answer) -> Finding? {
        switch answer {
        case .success(let connected): connected.deployment.shardingRole?.finding
        case .failure(let error): ServerRules.unreachable(error)
        }
    }

    private static func usable(_ answer: Answer) -> ConnectionPool? {
        guard case .success(let connected) = answer, connected.deployment.shardingRole == nil else { return nil }
        return connected.pool
    }
}
