public import Mongo

/// Finds out what a run would do, and writes nothing doing so.
public struct MigrationPlanner: Sendable {
    /// Batches aim at this many bytes: a transaction stays short and the movers' memory small.
    static let batchBytes = 4 << 20

    private let tiers: Tiers
    private let configuration: Configuration
    private let durability = DurabilityMemory()

    /// Creates a planner for the collections of a configuration.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        self.configuration = configuration
    }

    /// The server's time when the planner was made, in milliseconds since 1970 UTC: the `now` of the whole run.
    public var now: Int64 { tiers.clock.start }

    /// The server's clock.
    public var serverClock: ServerClock { tiers.clock }

    /// Plans a migration of a collection.
    ///
    /// - Parameters:
    ///   - asOf: counts ages from another time than now; for a dry run.
    ///   - detailed: also counts bytes, dates and what stays; a full pass over the collection.
    ///   - ids: only of these, as far as the policy calls them cold; nil for all.
    /// - Throws: `MigrationError`.
    public func migration(
        of collection: CollectionConfiguration,
        among ids: [BSONValue]? = nil,
        options: MoveOptions,
        asOf: Int64? = nil,
        detailed: Bool,
        stop: StopRequest = StopRequest()
    ) async throws -> MigrationPlan {
        let moment = asOf ?? now
        var options = options
        // Part of a collection has no usual share, and neither has another day.
        if ids != nil || asOf != nil { options.allowsUnusualShare = true }
        let eligible = PolicyFilter(collection.policy, at: moment).eligible
        return try await plan(
            collection,
            .migrate,
            selection: ids.map { ["$and": [.document(.matching(ids: $0)), .document(eligible)]] } ?? eligible,
            requested: [],
            options: options,
            asOf: moment,
            detailed: detailed,
            stop: stop
        )
    }

    /// Plans a restore.
    ///
    /// - Throws: `MigrationError`.
    public func restore(
        _ selection: RestoreSelection,
        of collection: CollectionConfiguration,
        options: MoveOptions,
        detailed: Bool,
        stop: StopRequest = StopRequest()
    ) async throws -> MigrationPlan {
        let query: BSONDocument
        let requested: [RequestedID]
        switch selection {
        case .query(let document): (query, requested) = (document, [])
        case .ids(let ids): (query, requested) = (.matching(ids: ids.flatMap(\.candidates)), ids)
        }
        return try await plan(
            collection,
            .restore,
            selection: query,
            requested: requested,
            options: options,
            asOf: now,
            detailed: detailed,
            stop: stop
        )
    }

    private func plan(
        _ collection: CollectionConfiguration,
        _ direction: Direction,
        selection: BSONDocument,
        requested: [RequestedID],
        options: MoveOptions,
        asOf: Int64,
        detailed: Bool,
        stop: StopRequest
    ) async throws -> MigrationPlan {
        let (state, start) = (StateStore(configuration), ContinuousClock.now)
        do {
            return try await retrying(for: options.retryFor, stop: stop) {
                let hot = try await CollectionFacts.read(collection.hot, as: .hot, in: state, of: tiers)
                let cold = try await CollectionFacts.read(collection.cold, as: .cold, in: state, of: tiers)
                let (source, target) = direction == .migrate ? (hot, cold) : (cold, hot)
                let durability = try await durabilityFindings(options)
                let checks = SafetyChecks(
                    source: source,
                    target: target,
                    sharesDeployment: tiers.areOne,
                    hasTransactions: tiers.topology != .standalone,
                    direction: direction,
                    policy: collection.policy,
                    allowsTTL: options.allowsTTL
                )
                var plan = MigrationPlan(
                    collection: collection,
                    direction: direction,
                    topology: tiers.topology,
                    asOf: asOf,
                    clock: tiers.clock,
                    selection: selection,
                    order: .natural,
                    servingIndex: nil,
                    batchSize: Self.batchSize(collection.batchSize, average: source.averageDocumentBytes),
                    target: target.form == .missing && source.form != .missing
                        ? .create(Self.creation(collection, hot: hot, direction)) : .exists,
                    census: Census(),
                    missingIDs: [],
                    warnings: checks.warnings + durability.warnings,
                    refusals: checks.refusals + durability.refusals,
                    options: options
                )
                plan.uuids = (hot.uuid, cold.uuid)
                let judged = try await remembered(plan, cold, state: state)
                plan = try await completed(judged, source, requested: requested, state: state, detailed: detailed)
                EngineLog.tell("\(plan.summary); \(EngineLog.seconds(since: start))")
                return plan
            }
        } catch {
            throw MigrationError(error)
        }
    }

    /// What is to be said of whether the servers keep what they acknowledge.
    private func durabilityFindings(_ options: MoveOptions) async throws -> [Finding] {
        try await durability.of(tiers).flatMap { server, durability in
            let findings = DurabilityRules.findings(durability, isAllowed: options.allowsNondurable)
            return (findings + DurabilityRules.unseen(durability)).map { $0.on(server) }
        }
    }

    /// The plan with what the tiers' history has against it.
    private func remembered(
        _ plan: MigrationPlan,
        _ cold: CollectionFacts,
        state: StateStore
    ) async throws -> MigrationPlan {
        guard !plan.options.allowsOtherTiers else { return plan }
        var plan = plan
        let loss = try await ArchiveMemory.objection(to: cold, of: plan.collection, in: state, of: tiers)
        if let loss { plan.object(loss) }
        let history = try await TierHistory.read(plan.collection, in: state, of: tiers)
        plan.adoption = AdoptionAdvice(plan.collection, renamed: loss == nil ? nil : cold.renamed, history)
        guard let objection = history.objection else { return plan }
        plan.object(objection)
        // What was an archive may be one still, with a mover of its own cluster at work: nobody can confirm that away.
        let (register, hot) = (SeatRegister(store: state, patience: .zero), plan.collection.hot)
        plan.refusals += try await tiers.hot.main.withClient { client in
            let identity = try CollectionIdentity.read(hot, with: client)
            return try [register.foreignSeat(at: [identity], with: client)].compactMap(\.self)
        }
        return plan
    }

    /// The plan with what the source's server says about the selection.
    private func completed(
        _ plan: MigrationPlan,
        _ source: CollectionFacts,
        requested: [RequestedID],
        state: StateStore,
        detailed: Bool
    ) async throws -> MigrationPlan {
        guard plan.refusals.isEmpty, source.form != .missing else {
            var plan = plan
            plan.missingIDs = requested.map(\.text)
            return plan
        }
        return try await tiers.source(plan.direction).main.withClient { client in
            var plan = plan
            // What no index serves takes a pass over the collection.
            try client.patiently {
                try Self.look(
                    at: source,
                    for: &plan,
                    requested: requested,
                    state: state,
                    detailed: detailed,
                    with: client
                )
            }
            return plan
        }
    }

    /// Asks the server about the selection: order, index, numbers.
    private static func look(
        at source: CollectionFacts,
        for plan: inout MigrationPlan,
        requested: [RequestedID],
        state: StateStore,
        detailed: Bool,
        with client: borrowing Client
    ) throws {
        do {
            // As the movers will read: with an index hinted, which `$text` and `$near` don't bear.
            let reader = BatchReader(comment: "hotcold")
            _ = try reader.open([], matching: plan.selection, in: plan.source, with: client)
            try count(source, for: &plan, state: state, detailed: detailed, with: client)
        } catch let error as MongoError where error.isMalformedRequest {
            throw plan.direction == .migrate ? MigrationError.selectionRefused(error) : .queryRefused(error)
        }
        if plan.direction == .migrate {
            let findings = IndexRules.findings(
                plan.source,
                plan.collection.policy,
                serving: plan.servingIndex,
                among: source.indexes.map(\.name)
            )
            plan.warnings += findings.map(\.summary)
        }
        var scan = ScanPlanner(facts: source, selection: plan.selection)
        if plan.direction == .migrate, !plan.options.onlyDuplicates {
            var size = SourceSize(source)
            try size.settle(for: plan.census, with: client)
            plan.sourceDocuments = size.documents
            try doubt(&plan, source, with: state, client)
            guard plan.refusals.isEmpty else { return }
            scan = ScanPlanner(facts: source.having(documents: size.documents), selection: plan.selection)
            try compare(&plan, size, with: state, client)
        }
        plan.order = scan.order(plan.order, moving: plan.census.eligible, options: plan.options)
        if case .natural = plan.order, plan.options.limit != nil, plan.direction == .migrate {
            plan.warnings.append("--limit takes documents in natural order: no index gives the oldest first")
        }
        for id in requested {
            let found = try documents(id, in: plan.source, with: client)
            if found.isEmpty { plan.missingIDs.append(id.text) }
            // Restored, both are where they are wanted; given up, one would be lost that nobody meant.
            if found.count > 1, plan.options.onConflict != .skip {
                plan.refusals.append(unclear(id, found, in: plan.source))
            }
        }
    }

    /// Finds the order of the scan and counts along its index; by another one where that is dropped meanwhile.
    private static func count(
        _ source: CollectionFacts,
        for plan: inout MigrationPlan,
        state: StateStore,
        detailed: Bool,
        with client: borrowing Client
    ) throws {
        let policy = plan.collection.policy
        let scan = ScanPlanner(facts: source, selection: plan.selection)
        // Duplicates are chosen by `_id`: an index on dates would only be in the way.
        let isOrdered = plan.direction == .migrate && !plan.options.onlyDuplicates
        while true {
            plan.order = try scan.order(by: isOrdered ? policy.indexableSortField : nil, with: client)
            plan.servingIndex = try scan.servingIndexes(plan.order, with: client).first
            do {
                plan.census = try CensusTaker(
                    source: plan.source,
                    filter: PolicyFilter(policy, at: plan.asOf),
                    selection: plan.selection,
                    order: plan.order,
                    direction: plan.direction,
                    holds: Holds(collection: state.holds, namespace: plan.collection.hot, uuid: plan.uuids.hot)
                ).take(detailed: detailed, at: plan.clock.now, with: client)
                return
            } catch let error as MongoError where error.isMalformedRequest {
                guard case .oldestFirst(let index, _) = plan.order, try !client.hasIndex(index, on: plan.source) else {
                    throw error
                }
            }
        }
    }

    /// Asks whether the policy has dates to go by, and whether they can be meant.
    private static func doubt(
        _ plan: inout MigrationPlan,
        _ source: CollectionFacts,
        with state: StateStore,
        _ client: borrowing Client
    ) throws {
        let sight = PolicySight(filter: PolicyFilter(plan.collection.policy, at: plan.asOf), source: plan.source)
        guard plan.census.eligible > 0 else {
            guard plan.census.held == 0, try sight.isBlind(with: client) else { return }
            let sample = try FieldSample.take(of: source, sight.filter, with: client)
            var rules = FieldRules(namespace: plan.source, policy: plan.collection.policy, sample: sample)
            rules.isHopeless = true
            plan.refusals += rules.findings.refusals
            return
        }
        let early = try sight.earlyDates(in: plan.selection, with: client)
        guard let objection = early.objection else { return }
        plan.hasEarlyDates = true
        guard !plan.options.allowsUnusualShare,
            try !ShareGuard.allowsEarlyDates(plan.collection, uuid: plan.uuids.hot, in: state, with: client)
        else { return }
        plan.object(objection)
    }

    /// Compares what would move with what the runs before found.
    private static func compare(
        _ plan: inout MigrationPlan,
        _ size: SourceSize,
        with state: StateStore,
        _ client: borrowing Client
    ) throws {
        guard !plan.options.allowsUnusualShare else { return }
        if plan.collection.unusualSharePercent < 100, let doubt = size.doubt(moving: plan.census.eligible) {
            plan.object(doubt)
        }
        let (policy, limit) = (plan.collection.policy, plan.options.limit)
        let history = try ShareGuard.read(plan.collection, uuid: plan.uuids.hot, in: state, with: client)
        guard let last = history.lastPolicy else {
            // The server's count may be too large: what would be nearly all is counted.
            let enough = ShareGuard.size(dwarfingFirst: plan.census.eligible)
            let documents = enough > 0 ? try size.counted(upTo: enough, with: client) : plan.sourceDocuments ?? 0
            let judgement = history.judgeFirst(moving: plan.census.eligible, limit: limit, of: documents)
            plan.isUnusual = judgement.isUnusual
            if let objection = judgement.objection { plan.object(objection) }
            return
        }
        let isChanged = .document(last) != policy.structured.bsonValue
        let beyond = isChanged ? try countBeyond(last, plan, with: client) : 0
        // What both policies call cold is compared with what was cold before.
        let rest = (plan.cold ?? 0) - beyond
        func judgements(of documents: Int) -> [ShareGuard.Judgement] {
            [
                history.judgeChange(moving: beyond, limit: limit, of: documents, to: policy),
                history.judge(cold: rest, limit: limit, of: documents, at: plan.clock.now),
            ]
        }
        // Of a collection that has no more documents than these, anything would be a large share.
        if judgements(of: max(beyond, rest)).contains(where: \.isUnusual) {
            let enough = history.size(dwarfing: max(beyond, history.new(of: rest)))
            plan.sourceDocuments = try size.counted(upTo: enough, with: client)
        }
        let judged = judgements(of: plan.sourceDocuments ?? 0)
        plan.isUnusual = judged.contains(where: \.isUnusual)
        if let objection = judged.lazy.compactMap(\.objection).first { plan.object(objection) }
    }

    /// How many documents move that would not by a policy of the history; all where that can't be read.
    private static func countBeyond(
        _ record: BSONDocument,
        _ plan: MigrationPlan,
        with client: borrowing Client
    ) throws -> Int {
        guard let last = Policy(record: record) else { return plan.census.eligible }
        let old = PolicyFilter(last, at: plan.asOf).eligible
        let aggregate: BSONDocument = [
            "aggregate": .string(plan.source.collection),
            "pipeline": [
                ["$match": ["$and": [.document(plan.selection), ["$nor": [.document(old)]]]]], ["$count": "documents"],
            ],
            "cursor": [:],
        ]
        let beyond = try client.all(aggregate, on: plan.source.database).first?["documents"]?.quantity ?? 0
        // What is on hold does not move.
        return min(Int(beyond), plan.census.eligible)
    }

    /// The `_id`s that an operator's text means.
    private static func documents(
        _ id: RequestedID,
        in namespace: Namespace,
        with client: borrowing Client
    ) throws -> [BSONValue] {
        let find: BSONDocument = [
            "find": .string(namespace.collection), "filter": .document(.matching(ids: id.candidates)),
            "projection": ["_id": 1],
        ]
        return try client.all(find.alongIDs, on: namespace.database).compactMap { $0["_id"] }
    }

    /// Why nothing is done where a text means several documents: what is decided about one must not hit another.
    private static func unclear(_ id: RequestedID, _ found: [BSONValue], in namespace: Namespace) -> MigrationError {
        let list = found.map { StructuredValue.bson($0).json(.compact) }.joined(separator: " and ")
        return .unsuitable(
            reason: "--id \(quotation(of: id.text)) means several documents of \(namespace): \(list)",
            hint: #"say which in JSON: --id '"42"' is a text, --id '{"$numberInt": "42"}' a number"#
        )
    }

    /// Documents in a batch: as configured, fewer where they are large.
    static func batchSize(_ configured: Int, average: Int?) -> Int {
        guard let average, average > 0 else { return configured }
        return max(1, min(configured, batchBytes / average))
    }

    /// Options of a collection that is made: hot's collation, so that equal `_id`s stay equal; a cold one compressed.
    private static func creation(
        _ collection: CollectionConfiguration,
        hot: CollectionFacts,
        _ direction: Direction
    ) -> BSONDocument {
        guard direction == .migrate else { return BSONDocument() }
        var options: BSONDocument = [
            "storageEngine": [
                "wiredTiger": ["configString": .string("block_compressor=\(collection.coldCompressor)")]
            ]
        ]
        if let collation = hot.collation { options = options.appending("collation", .document(collation)) }
        return options
    }
}
