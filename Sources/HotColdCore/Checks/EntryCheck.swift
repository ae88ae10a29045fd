internal import Mongo

/// The check of one entry: asks the servers part by part, so that what the user may not see leaves the rest.
struct EntryCheck {
    /// What was found so far.
    private(set) var found: CheckReport.Entry
    /// About how many bytes the policy would move.
    private(set) var bytesToMove: Int64 = 0

    private let entry: CollectionConfiguration
    private let connections: CheckedConnections
    private let servers: (hot: ServerFacts?, cold: ServerFacts?)
    private let store: StateStore

    /// Prepares the check of an entry.
    ///
    /// - Parameters:
    ///   - hot: what the hot deployment says of itself; nil where it is away.
    ///   - cold: the same of the cold one.
    init(
        _ entry: CollectionConfiguration,
        _ connections: CheckedConnections,
        hot: ServerFacts?,
        cold: ServerFacts?,
        store: StateStore
    ) {
        self.entry = entry
        self.connections = connections
        servers = (hot, cold)
        self.store = store
        found = CheckReport.Entry(entry)
    }

    /// Looks at everything that can be reached.
    ///
    /// - Throws: `MongoError` where a server is lost.
    mutating func run() async throws {
        found.findings += EntryRules.findings(entry)
        let hot = try await facts(of: entry.hot, as: .hot, in: connections.hot)
        let cold = try await facts(of: entry.cold, as: .cold, in: connections.cold)
        judge(hot, cold)
        checkPrivileges()
        if let hot, hot.form == .collection, !hot.isCapped, let pool = connections.hot {
            try await look(into: hot, in: pool)
        }
        if let tiers = connections.tiers {
            let (entry, store) = (entry, store)
            let seen = try await look(at: .runs) {
                let history = try await TierHistory.read(entry, in: store, of: tiers)
                var loss: String?
                if let cold { loss = try await ArchiveMemory.objection(to: cold, of: entry, in: store, of: tiers) }
                let adoption = AdoptionAdvice(entry, renamed: loss == nil ? nil : cold?.renamed, history)
                let findings = [loss, history.objection].compactMap(\.self)
                    .map { EntryRules.tiersChanged(entry, $0, adoption) }
                return findings + RunRules.findings(try await RunFacts.read(entry, store, in: tiers), of: entry)
            }
            found.findings += seen ?? []
        }
    }

    // MARK: Parts

    private mutating func facts(
        of namespace: Namespace,
        as tier: Tier,
        in pool: ConnectionPool?
    ) async throws -> CollectionFacts? {
        guard let pool else { return nil }
        do {
            guard let tiers = connections.tiers else { return try await CollectionFacts.read(namespace, in: pool) }
            return try await CollectionFacts.read(namespace, as: tier, in: store, of: tiers)
        } catch let error as MongoError where error.hidesSomething {
            found.findings.append(Self.notChecked("\(namespace) and its options", error))
            return nil
        }
    }

    private mutating func judge(_ hot: CollectionFacts?, _ cold: CollectionFacts?) {
        let checks = SafetyChecks(
            source: hot,
            target: cold,
            // Configurations of one deployment whose tiers meet are found as a whole.
            sharesDeployment: false,
            hasTransactions: connections.tiers?.topology != .standalone,
            direction: .migrate,
            policy: entry.policy,
            allowsTTL: false
        )
        // Of the server that is said once.
        found.findings += checks.findings.filter { $0.code != .noTransactions }
        if let hot {
            let restore = SafetyChecks.target(hot, source: cold, .restore, allowsTTL: false)
            found.findings += restore.map(\.ofRestore)
            if let cold, cold.form == .missing, hot.form != .missing {
                found.findings.append(EntryRules.created(entry, like: hot))
            }
        }
        if hot != nil, cold != nil { found.checked.append(.collections) }
    }

    private mutating func checkPrivileges() {
        let topology = connections.tiers?.topology ?? .twoClusters
        let hotNeeds = PrivilegeNeeds.hot(entry)
        let coldNeeds = PrivilegeNeeds.cold(entry, topology)
        if let server = servers.hot {
            let needs = hotNeeds + (server.server == .both ? coldNeeds : [])
            found.findings += PrivilegeRules.findings(needs, server.access)
        }
        if let server = servers.cold, server.server == .cold {
            found.findings += PrivilegeRules.findings(coldNeeds, server.access)
        }
        if [servers.hot, servers.cold].contains(where: { $0?.user != nil && $0?.hasAccessControl == true }) {
            found.checked.append(.privileges)
        }
    }

    /// Indexes, and what documents hold: whatever needs the policy's filter.
    private mutating func look(into hot: CollectionFacts, in pool: ConnectionPool) async throws {
        let filter = PolicyFilter(entry.policy, at: connections.clock.now)
        do {
            let indexes = try await look(at: .indexes) {
                try await pool.main.withClient { try Self.indexes(of: hot, filter, with: $0) }
            }
            found.findings += indexes ?? []
            let (entry, store) = (entry, store)
            let rules = try await look(at: .fields) {
                try await pool.main.withClient { try FieldRules.read(entry, hot, filter, in: store, with: $0) }
            }
            guard let rules else { return }
            found.findings += rules.findings
            let sample = rules.sample
            if hot.usage.documents == 0, sample.documents > 0 {
                found.findings.append(EntryRules.wrongCount(hot.namespace))
            }
            found.sampled = sample.documents
            found.sampledEligible = sample.eligible
            bytesToMove = sample.bytesToMove(ofDocuments: Int(hot.usage.documents))
        } catch let error as MongoError where error.isMalformedRequest {
            found.findings.append(Self.filterRefused(error, hot.namespace))
        }
    }

    private static func indexes(
        of hot: CollectionFacts,
        _ filter: PolicyFilter,
        with client: borrowing Client
    ) throws -> [Finding] {
        let scan = ScanPlanner(facts: hot, selection: filter.eligible)
        let field = filter.policy.indexableSortField
        let order = try scan.order(by: field, with: client)
        return IndexRules.findings(
            hot.namespace,
            filter.policy,
            serving: try scan.servingIndexes(order, with: client).first,
            among: hot.indexes.map(\.name),
            withoutOrder: scan.indexWithoutOrder(order, by: field)
        )
    }

    /// Looks at something; nil, which is noted, where the user may not see it.
    private mutating func look<Seen>(
        at aspect: CheckReport.Aspect,
        _ body: () async throws -> Seen
    ) async throws -> Seen? {
        do {
            let seen = try await body()
            found.checked.append(aspect)
            return seen
        } catch let error as MongoError where error.hidesSomething {
            found.findings.append(Self.notChecked(aspect.phrase, error))
            return nil
        }
    }

    private static func notChecked(_ what: String, _ error: MongoError) -> Finding {
        // The server's words for it quote the whole command.
        Finding(
            .notice,
            .notChecked,
            "could not look at \(what): \(error.isRefusal ? "the user may not" : "\(error)")",
            meaning: "what there is to be said of it is missing here",
            remedy: error.isRefusal ? nil : error.advice
        )
    }

    private static func filterRefused(_ error: MongoError, _ namespace: Namespace) -> Finding {
        let refusal = MigrationError.selectionRefused(error)
        return Finding(
            .error,
            .filterRefused,
            on: namespace,
            "\(refusal)",
            meaning: "nothing can be selected",
            remedy: refusal.hint
        )
    }
}

extension Finding {
    /// The same about a restore, which is not what `check` is about first of all: what would be refused is a warning.
    fileprivate var ofRestore: Finding {
        guard severity == .error else { return self }
        var finding = self
        finding.severity = .warning
        finding.meaning = "a restore is refused"
        return finding
    }
}

extension MongoError {
    /// Whether a part of the check can't be made while the others can: the user may not, it takes too long, or more
    /// memory than the server gives (ExceededMemoryLimit, QueryExceededMemoryLimitNoDiskUseAllowed).
    fileprivate var hidesSomething: Bool {
        isRefusal || kind == .server && [Code.maxTimeExpired, 146, 292].contains(code)
    }
}
