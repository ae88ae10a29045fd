internal import Mongo
internal import Synchronization

/// Looks at the servers once a second beside a run, and knows what they ask of it.
final class LoadWatch: Sendable {
    /// How often it looks.
    static let interval = Duration.seconds(1)

    private struct State {
        var strains: [Strain] = []
        var warning: String?
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())

    /// Looks for the first time, and goes on looking until `end()`.
    ///
    /// A server that is away asks for nothing: the movers are the ones to wait for it.
    ///
    /// - Throws: `MongoError` where no connection can be made.
    static func start(over tiers: Tiers, for plan: MigrationPlan) async throws -> LoadWatch {
        guard plan.options.throttle.looksAtServers else { return LoadWatch([], seeing: []) }
        let limit = plan.options.throttle.maximumProcessorShare
        let fairShare = limit > 0 ? FairShare(limit: limit) : nil
        var hot = Place(
            probe: try LoadProbe(
                tiers.hot,
                as: tiers.areOne ? .both : .hot,
                database: plan.collection.hot.database
            ),
            rules: LoadRules(
                settings: plan.options.throttle,
                isTarget: tiers.areOne || plan.direction == .restore
            ),
            fairShare: fairShare
        )
        guard !tiers.areOne else {
            let strains = await hot.strains()
            return LoadWatch([hot], seeing: strains)
        }
        var cold = Place(
            probe: try LoadProbe(tiers.cold, as: .cold, database: plan.collection.cold.database),
            rules: LoadRules(settings: plan.options.throttle, isTarget: plan.direction == .migrate),
            fairShare: fairShare
        )
        let strains = await hot.strains() + cold.strains()
        return LoadWatch([hot, cold], seeing: strains)
    }

    /// A deployment, and what is minded there.
    private struct Place: Sendable {
        var probe: LoadProbe
        let rules: LoadRules
        var fairShare: FairShare?

        mutating func strains() async -> [Strain] {
            guard let load = try? await probe.look() else { return [] }
            fairShare?.learn(load)
            return rules.strains(load) + [fairShare?.strain].compactMap(\.self)
        }
    }

    private init(_ places: [Place], seeing strains: [Strain]) {
        guard !places.isEmpty else { return }
        let task = Task { [weak self] in
            var places = places
            while true {
                do { try await Task.sleep(for: Self.interval) } catch { return }  // Cancelled: the run has ended.
                var seen: [Strain] = []
                for index in places.indices { seen += await places[index].strains() }
                guard let self else { return }
                let warning = Self.warning(of: places)
                self.state.withLock { ($0.strains, $0.warning) = (seen, warning) }
            }
        }
        let warning = Self.warning(of: places)
        state.withLock { $0 = State(strains: strains, warning: warning, task: task) }
    }

    /// What the servers ask for.
    var strains: [Strain] { state.withLock(\.strains) }

    /// What can't be seen, as a warning; nil where everything can.
    var warning: String? { state.withLock(\.warning) }

    /// Looks no more.
    ///
    /// Does not wait for a look that is under way: a server that is away must not hold up the end of a run.
    func end() { state.withLock(\.task)?.cancel() }

    private static func warning(of places: [Place]) -> String? {
        let blind = places.filter { !$0.probe.hidden.isEmpty }.map { place in
            "\(place.probe.server.rawValue): " + place.probe.hidden.map(\.rawValue).joined(separator: ", ")
        }
        guard !blind.isEmpty else { return nil }
        return """
            the user may not see how busy the servers are, so the run minds only what it can see; not seen, \
            \(blind.joined(separator: "; ")) (the role clusterMonitor lets it)
            """
    }
}
