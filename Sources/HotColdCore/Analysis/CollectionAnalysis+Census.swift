internal import Mongo

/// What an analysis makes of the numbers that a census has.
extension CollectionAnalysis {
    /// Takes over what a census counted.
    mutating func take(
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
    mutating func estimateGain(_ facts: CollectionFacts) {
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
