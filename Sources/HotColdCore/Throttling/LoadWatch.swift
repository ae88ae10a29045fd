internal import Mongo
internal import ThreadSafety

/// Looks at the servers once a second beside a run, and knows what they ask of it.
///
/// What it has learnt from one collection of a run it knows at the next.
final class LoadWatch: Sendable {
    /// How often it looks.
    static let interval = Duration.seconds(1)

    private struct State {
        var places: [Place] = []
        var strains: [Strain] = []
        var task: Task<Void, Never>?
    }

    private let tiers: Tiers
    private let state = Locked(State())

    /// Looks at nothing yet.
    init(_ tiers: Tiers) { self.tiers = tiers }

    /// Looks at once, and goes on looking until `end()`.
    ///
    /// A server that is away asks for nothing: the movers are the ones to wait for it.
    ///
    /// - Throws: `MongoError` where no connection can be made.
    func begin(for plan: MigrationPlan) async throws {
        guard plan.options.throttle.looksAtServers else { return }
        try prepare(for: plan)
        await look()
        let task = Task { [weak self] in
            while true {
                do { try await Task.sleep(for: Self.interval) } catch { return }  // Cancelled: the run has ended.
                guard let self else { return }
                await self.look()
            }
        }
        state.withLock { $0.task = task }
    }

    /// Looks no more.
    ///
    /// Does not wait for a look that is under way: a server that is away must not hold up the end of a run.
    func end() {
        state.withLock { state in
            state.task?.cancel()
            (state.task, state.strains) = (nil, [])
        }
    }

    /// What the servers ask for.
    var strains: [Strain] { state.withLock(\.strains) }

    /// What an operator has to know of the servers, beside what the run did less for.
    var warnings: [String] { [blindness, absences].compactMap(\.self) }

    private var absences: String? {
        let names = state.withLock(\.places).reduce(into: Set<String>()) { $0.formUnion($1.absent) }.sorted()
        guard !names.isEmpty else { return nil }
        return """
            down, or not in service, and not waited for, since a majority had what was moved without: \
            \(names.joined(separator: ", "))
            """
    }

    private var blindness: String? {
        let blind = state.withLock(\.places).filter { !$0.probe.hidden.isEmpty }.map { place in
            "\(place.probe.server.rawValue): " + place.probe.hidden.map(\.rawValue).joined(separator: ", ")
        }
        guard !blind.isEmpty else { return nil }
        return """
            the user may not see how busy the servers are, so the run minds only what it can see; not seen, \
            \(blind.joined(separator: "; ")) (the role clusterMonitor lets it)
            """
    }

    // MARK: Places

    /// A deployment, and what is minded there.
    private struct Place: Sendable {
        var probe: LoadProbe
        var rules: LoadRules
        var fairShare: FairShare?
        private var seen: [Strain] = []
        private var hasFailed = false
        /// Members that were down at some time.
        private(set) var absent: Set<String> = []

        init(probe: LoadProbe, rules: LoadRules, fairShare: FairShare?) {
            (self.probe, self.rules, self.fairShare) = (probe, rules, fairShare)
        }

        mutating func strains() async -> [Strain] {
            do {
                let load = try await probe.look()
                seen = rules.strains(load)
                fairShare?.learn(load)
                absent.formUnion(load.excusedMembers)
                hasFailed = false
            } catch {
                // An election lasts for a look: a pause is not over since the one who was asked is no longer there.
                if hasFailed { seen = [] }
                hasFailed = true
            }
            return seen + [fairShare?.strain].compactMap(\.self)
        }
    }

    private func look() async {
        var places = state.withLock(\.places)
        var seen: [Strain] = []
        for index in places.indices { seen += await places[index].strains() }
        state.withLock { state in
            // What was seen after the end is not what the next collection has to mind.
            if !Task.isCancelled { (state.places, state.strains) = (places, seen) }
        }
    }

    private func prepare(for plan: MigrationPlan) throws {
        let settings = plan.options.throttle
        func rules(isTarget: Bool) -> LoadRules { LoadRules(settings: settings, isTarget: isTarget) }
        let isMigration = plan.direction == .migrate
        let rulesOfPlaces =
            tiers.areOne ? [rules(isTarget: true)] : [rules(isTarget: !isMigration), rules(isTarget: isMigration)]
        try state.withLock { state in
            guard !state.places.isEmpty else {
                let limit = settings.maximumProcessorShare
                let probes = try makeProbes(plan.collection, mindingProcessors: limit > 0)
                state.places = zip(probes, rulesOfPlaces).map { probe, rules in
                    Place(probe: probe, rules: rules, fairShare: limit > 0 ? FairShare(limit: limit) : nil)
                }
                return
            }
            let databases = [plan.collection.hot.database, plan.collection.cold.database]
            for index in state.places.indices {
                state.places[index].rules = rulesOfPlaces[index]
                state.places[index].probe.database = databases[index]
            }
        }
    }

    private func makeProbes(_ collection: CollectionConfiguration, mindingProcessors: Bool) throws -> [LoadProbe] {
        let hot = try LoadProbe(
            tiers.hot,
            as: tiers.areOne ? .both : .hot,
            database: collection.hot.database,
            mindingProcessors: mindingProcessors
        )
        guard !tiers.areOne else { return [hot] }
        let cold = try LoadProbe(
            tiers.cold,
            as: .cold,
            database: collection.cold.database,
            mindingProcessors: mindingProcessors
        )
        return [hot, cold]
    }
}
