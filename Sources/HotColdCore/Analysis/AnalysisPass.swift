internal import Mongo

/// The questions that `analyze` puts to the servers about one collection, and what it makes of the answers.
struct AnalysisPass: Sendable {
    private let collection: CollectionConfiguration
    private let options: AnalysisOptions
    private let asOf: Int64
    private let filter: PolicyFilter
    /// The policy with the thresholds to try.
    private let variants: [PolicyFilter]
    private let buckets: AgeBuckets

    init(_ collection: CollectionConfiguration, _ options: AnalysisOptions, asOf: Int64) {
        self.collection = collection
        self.options = options
        self.asOf = asOf
        filter = PolicyFilter(collection.policy, at: asOf)
        variants = options.whatIfDays.map { PolicyFilter(collection.policy.movingAfter(days: $0), at: asOf) }
        buckets = AgeBuckets(at: asOf)
    }

    private var policy: Policy { collection.policy }

    // MARK: The hot tier

    /// Everything but the cold tier.
    func hot(
        _ facts: CollectionFacts,
        holds: Holds,
        at now: Int64,
        with client: borrowing Client
    ) throws -> CollectionAnalysis {
        var analysis = CollectionAnalysis(collection, asOf: asOf)
        guard facts.form != .missing else {
            analysis.warnings.append("\(collection.hot) does not exist; there is nothing to analyze")
            return analysis
        }
        let grid = DateGrid([filter] + variants, moments: buckets.moments)
        let census = try PolicyCensusTaker(
            namespace: collection.hot,
            filters: [filter] + variants,
            grid: grid,
            holds: holds,
            sample: options.sample
        ).take(at: now, with: client)
        analysis.take(census, filter, variants, buckets)
        analysis.hot.exists = true
        analysis.estimateGain(facts)
        try findIndex(facts, &analysis, with: client)
        return analysis
    }

    private func findIndex(
        _ facts: CollectionFacts,
        _ analysis: inout CollectionAnalysis,
        with client: borrowing Client
    ) throws {
        guard facts.form == .collection else {
            analysis.warnings.append("\(collection.hot) is a \(facts.form.rawValue): nothing can be migrated from it")
            return
        }
        let scan = ScanPlanner(facts: facts, selection: filter.eligible)
        let order = try scan.order(by: policy.indexableSortField, with: client)
        analysis.servingIndex = try scan.servingIndexes(order, with: client).first
        guard analysis.servingIndex == nil else { return }
        let fields = policy.fieldsToIndex
        analysis.missingIndexes = [
            CollectionAnalysis.MissingIndex(
                fields: fields,
                command: MongoShell.createIndex(on: fields, in: collection.hot, besides: facts.indexes.map(\.name))
            )
        ]
    }

    // MARK: The cold tier

    /// What the archive holds.
    func cold(_ facts: CollectionFacts, with client: borrowing Client) throws -> CollectionAnalysis.Tier {
        var tier = CollectionAnalysis.Tier(
            namespace: collection.cold,
            exists: facts.form != .missing,
            volume: CollectionAnalysis.Volume()
        )
        guard tier.exists else { return tier }
        let aggregate: BSONDocument = [
            "aggregate": .string(collection.cold.collection), "pipeline": [policy.sumStage], "cursor": [:],
        ]
        guard let row = try client.all(aggregate, on: collection.cold.database).first else { return tier }
        let sum = policy.sum(row)
        tier.volume = CollectionAnalysis.Volume(sum)
        tier.dates = CollectionAnalysis.Dates(sum)
        return tier
    }
}

extension Policy {
    /// The threshold that decides when documents move, in days.
    var thresholdDays: Int { kind == .accessBased ? hotAccessDays : coldThresholdDays }

    /// The policy with another threshold.
    fileprivate func movingAfter(days: Int) -> Policy {
        var policy = self
        switch kind {
        case .accessBased: policy.hotAccessDays = days
        case .timeBased, .hybrid:
            policy.coldThresholdDays = days
            policy.hotThresholdDays = min(hotThresholdDays, days)
        }
        return policy
    }
}
