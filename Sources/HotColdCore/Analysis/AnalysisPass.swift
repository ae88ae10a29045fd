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
                command: MongoShell.createIndex(on: fields, in: collection.hot)
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
        let sums: BSONDocument = [
            "_id": .null, "documents": ["$sum": 1], "bytes": ["$sum": ["$bsonSize": "$$ROOT"]],
            "oldest": ["$min": policy.dateExpression], "newest": ["$max": policy.dateExpression],
        ]
        let aggregate: BSONDocument = [
            "aggregate": .string(collection.cold.collection), "pipeline": [["$group": .document(sums)]],
            "cursor": [:],
        ]
        guard let row = try client.all(aggregate, on: collection.cold.database).first else { return tier }
        tier.volume.documents = Int(row["documents"]?.integer ?? 0)
        tier.volume.bytes = row["bytes"]?.integer ?? 0
        if let oldest = row["oldest"].flatMap(policy.date(fromExpression:)),
            let newest = row["newest"].flatMap(policy.date(fromExpression:))
        {
            tier.dates = CollectionAnalysis.Dates(oldest: oldest, newest: newest)
        }
        return tier
    }
}

extension CollectionAnalysis {
    /// Takes over what a census counted.
    fileprivate mutating func take(
        _ census: PolicyCensus,
        _ filter: PolicyFilter,
        _ variants: [PolicyFilter],
        _ buckets: AgeBuckets
    ) {
        let policy = filter.policy
        let everything = census.all.sum()
        hot.volume = Volume(everything)
        hot.dates = Dates(everything)
        for temperature in Temperature.allCases {
            distribution[temperature] = Volume(census.documents(filter.conditions[temperature]))
        }
        eligible = Volume(census.eligible)
        eligibleDates = Dates(census.eligible)
        held = census.held.sum { census.grid.holds(filter.conditions.cold, in: $0) }.documents
        // The passes see different moments of a collection in use.
        filteredOut = max(0, (distribution[.cold]?.documents ?? 0) - eligible.documents - held)
        if let field = policy.datedDateField { ages = buckets.histogram(of: field, standIn: nil, census) }
        if let field = policy.datedAccessField {
            idles = buckets.histogram(of: field, standIn: policy.accessStandIn, census)
        }
        unexpectedTypes = census.unexpectedTypes
        for field in policy.decidingFields { warnUnlessUsable(field.path) }
        whatIfs = zip(variants, variants.map(\.policy.thresholdDays)).map { variant, days in
            WhatIf(days: days, volume: Volume(census.movable(variant.conditions.cold)))
        }
        sampled = census.sampled
    }

    /// Warns of a field that makes every document unclassified: a misspelt path, or another type.
    private mutating func warnUnlessUsable(_ field: FieldPath) {
        let found = unexpectedTypes.filter { $0.field == field }
        guard hot.volume.documents > 0, found.reduce(0, { $0 + $1.documents }) >= hot.volume.documents else { return }
        let others = found.filter { $0.reason == .wrongType }.map(\.type)
        let hint =
            others.isEmpty
            ? "is it spelt as in the documents?"
            : "there is \(others.joined(separator: ", ")) where date_type is \(collection.policy.dateType.rawValue)"
        warnings.append("no document of \(hot.namespace) has a usable date in \(field): \(hint)")
    }

    /// Estimates what a migration gives back from what the collection takes.
    fileprivate mutating func estimateGain(_ facts: CollectionFacts) {
        func share(_ part: Double, _ whole: Double, of bytes: Int64) -> Int64 {
            whole > 0 ? Int64((Double(bytes) * min(1, part / whole)).rounded()) : 0
        }
        let (moving, all) = (eligible, hot.volume)
        gain.data = moving.bytes
        gain.storage = share(Double(moving.bytes), Double(all.bytes), of: facts.usage.storageBytes)
        gain.indexes = share(Double(moving.documents), Double(all.documents), of: facts.usage.indexBytes)
    }
}

extension PolicyCensus {
    /// Fields without usable dates, most documents first.
    fileprivate var unexpectedTypes: [CollectionAnalysis.UnexpectedType] {
        var found: [CollectionAnalysis.UnexpectedType] = []
        for (index, axis) in grid.axes.enumerated() {
            var counts: [String: Int] = [:]
            for cell in all {
                if case .type(let name) = cell.positions[index] { counts[name, default: 0] += cell.sum.documents }
            }
            for (name, documents) in counts {
                let reason: CollectionAnalysis.UnexpectedType.Reason =
                    switch name {
                    case "missing": .missing
                    case "null": .null
                    default: axis.field.type.bsonTypes.contains { $0.alias == name } ? .noDate : .wrongType
                    }
                found.append(
                    CollectionAnalysis.UnexpectedType(
                        field: axis.field.path,
                        type: name,
                        reason: reason,
                        documents: documents
                    )
                )
            }
        }
        return found.sorted {
            ($1.documents, $0.field.description, $0.type) < ($0.documents, $1.field.description, $1.type)
        }
    }
}

extension Policy {
    /// The threshold that decides when documents move, in days.
    fileprivate var thresholdDays: Int { kind == .accessBased ? hotAccessDays : coldThresholdDays }

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
