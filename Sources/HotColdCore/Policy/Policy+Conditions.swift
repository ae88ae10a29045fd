internal import Mongo

/// The temperatures of a policy as conditions: the one definition behind the evaluator and the server's filters.
struct PolicyConditions: Hashable, Sendable {
    /// Moves.
    let cold: Condition
    /// Stays: young or in use.
    let hot: Condition
    /// Stays: neither hot nor cold.
    let warm: Condition
    /// Has the dates that decide.
    let classified: Condition
    /// Has a date that makes it old, and lies before what is plausible.
    let early: Condition
    /// Cannot be said.
    var unclassified: Condition { .not(classified) }

    /// The table of the design's section 2.
    init(_ policy: Policy, _ cutoffs: Cutoffs) {
        switch policy.kind {
        case .timeBased:
            cold = policy.age(before: cutoffs.cold)
            hot = policy.age(from: cutoffs.hot)
            warm = policy.age(from: cutoffs.cold, before: cutoffs.hot)
            classified = policy.age()
            early = policy.age(before: PlausibleDates.range.lowerBound)
        case .accessBased:
            cold = policy.idle(before: cutoffs.access)
            hot = policy.idle(from: cutoffs.access)
            warm = .never
            classified = policy.idle()
            early = policy.idle(before: PlausibleDates.range.lowerBound)
        case .hybrid:
            cold = .all([policy.age(before: cutoffs.cold), policy.idle(before: cutoffs.access)])
            // Both fields must be usable although one of them decides.
            hot = .any([
                .all([policy.age(from: cutoffs.hot), policy.idle()]),
                .all([policy.age(), policy.idle(from: cutoffs.access)]),
            ])
            warm = .all([
                policy.age(from: cutoffs.cold, before: cutoffs.hot), policy.idle(before: cutoffs.access),
            ])
            classified = .all([policy.age(), policy.idle()])
            early = policy.age(before: PlausibleDates.range.lowerBound)
        }
    }

    /// The condition of one temperature.
    subscript(temperature: Temperature) -> Condition {
        switch temperature {
        case .cold: cold
        case .hot: hot
        case .warm: warm
        case .unclassified: unclassified
        }
    }
}

extension Policy {
    /// The date field with its type, where one is configured.
    var datedDateField: DatedField? { dateField.map { DatedField(path: $0, type: dateType) } }
    /// The access field with its type, where one is configured.
    var datedAccessField: DatedField? { accessField.map { DatedField(path: $0, type: dateType) } }

    /// The field whose index gives the oldest first: the date where it decides, else the last access.
    ///
    /// - Precondition: the policy has the fields that its kind needs.
    public var sortField: FieldPath {
        guard let field = kind == .accessBased ? accessField : dateField else {
            preconditionFailure("a \(kind.rawValue) policy needs the field that it goes by")
        }
        return field
    }

    /// The date lies in a range; without one, that it is usable.
    fileprivate func age(from: Int64? = nil, before: Int64? = nil) -> Condition {
        guard let field = datedDateField else { preconditionFailure("a \(kind.rawValue) policy needs a date field") }
        // Equal thresholds leave nothing between them: the server need not look for it.
        if let from, let before, from >= before { return .never }
        return .dated(field, from: from, before: before)
    }

    /// The last access lies in a range, or what stands in for it does; without a range, that it is usable.
    fileprivate func idle(from: Int64? = nil, before: Int64? = nil) -> Condition {
        guard let field = datedAccessField else {
            preconditionFailure("a \(kind.rawValue) policy needs an access field")
        }
        let accessed = Condition.dated(field, from: from, before: before)
        guard let standIn = accessStandIn else { return accessed }
        return .any([accessed, .all([.absent(field), .dated(standIn, from: from, before: before)])])
    }

    /// The fields whose values decide, at most two, without repetition.
    var decidingFields: [DatedField] {
        let candidates =
            switch kind {
            case .timeBased: [datedDateField]
            case .accessBased: [datedAccessField, accessStandIn]
            case .hybrid: [datedDateField, datedAccessField]
            }
        let fields = candidates.compactMap(\.self)
        return fields.first == fields.last ? Array(fields.prefix(1)) : fields
    }

    /// The fields that say how old a document is.
    var fieldsOfAge: [DatedField] { kind == .accessBased ? decidingFields : [datedDateField].compactMap(\.self) }

    /// The field that says the last access where the access field is missing or null.
    var accessStandIn: DatedField? { missing == .useDate ? datedDateField : nil }

    /// What `filter` and `exclude` ask of documents that move, whatever their dates, as match filters; empty where they
    /// are not configured.
    var admission: [BSONValue] {
        [filter.map(BSONValue.document), exclude.map { ["$nor": [.document($0)]] }].compactMap(\.self)
    }
}
