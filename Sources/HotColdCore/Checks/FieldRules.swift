internal import Mongo

/// What a sample says of the fields that a policy goes by: what is no date leaves its document unclassified, in hot.
struct FieldRules {
    /// The hot collection.
    let namespace: Namespace
    /// What decides about its documents.
    let policy: Policy
    /// What some of them hold.
    let sample: FieldSample
    /// Whether no document of the collection can be classified.
    var isHopeless = false
    /// Whether documents would move with dates that are too early.
    var earlyDates = EarlyDates.none
    /// Whether an operator has confirmed such dates.
    var allowsEarlyDates = false

    /// Findings about every field; one about the collection where there is nothing in it.
    var findings: [Finding] {
        guard sample.documents > 0 else {
            return [
                Finding(
                    .notice,
                    .emptyCollection,
                    on: namespace,
                    "\(namespace) is empty",
                    meaning: "there is nothing to move, and no document to judge the policy's fields by"
                )
            ]
        }
        let findings = sample.fields.flatMap(findings)
        let comparisons = ComparisonRules(namespace: namespace, sampled: sample.compared).findings
        return (isHopeless ? findings.map(Self.inVain) : findings) + [unsearched].compactMap(\.self) + comparisons
    }

    /// Runs of a policy that classifies nothing would succeed every night.
    private static func inVain(_ finding: Finding) -> Finding {
        var finding = finding
        finding.severity = .error
        finding.meaning = "no document of the collection can be classified, so nothing ever moves"
        return finding
    }

    private func findings(_ field: FieldSample.Field) -> [Finding] {
        let absent = field.count(\.isAbsent)
        if absent == sample.documents { return isAbsenceMeant(of: field.field) ? [] : [notFound(field.field)] }
        return [wrongTypes(field), insideArray(field), tooEarly(field), tooLate(field)].compactMap(\.self)
            + (absent > 0 && !isAbsenceMeant(of: field.field) ? [missing(field.field, absent)] : [])
    }

    /// Whether a document can do without the field: `use_date` has the date stand in for an access, and the other way
    /// round the date does not matter where there is an access.
    private func isAbsenceMeant(of field: DatedField) -> Bool {
        guard policy.missing == .useDate else { return false }
        return field == policy.datedAccessField || policy.kind == .accessBased
    }

    private func notFound(_ field: DatedField) -> Finding {
        let nearest = nearestMatch(to: field.path.components[0], among: sample.names)
        return Finding(
            .warning,
            .fieldNotFound,
            on: namespace,
            "none of \(sampled) has \(field.path)",
            meaning: "a document without it is unclassified and stays in hot; where none has it, nothing ever moves",
            remedy: nearest.map { "did you mean \($0)? " }.map { $0 + Self.checkName } ?? Self.checkName,
            command: "\(MongoShell.collection(namespace)).findOne()"
        )
    }

    private static let checkName = "check the field's name in the configuration"

    private func missing(_ field: DatedField, _ count: Int) -> Finding {
        let isAccess = field == policy.datedAccessField
        return Finding(
            .notice,
            .fieldMissing,
            on: namespace,
            "\(count.grouped) of \(sampled) \(count == 1 ? "has" : "have") no \(field.path)",
            meaning: "documents without it are unclassified and stay in hot",
            remedy: isAccess && policy.dateField != nil
                ? #"set "missing": "use_date" if they count as accessed at their date"# : nil
        )
    }

    private func wrongTypes(_ field: FieldSample.Field) -> Finding? {
        let types = field.counts.compactMap { content, count -> (type: String, count: Int)? in
            guard case .other(let type) = content, !content.isAbsent else { return nil }
            return (type, count)
        }
        .sorted { ($1.count, $0.type) < ($0.count, $1.type) }
        guard !types.isEmpty else { return nil }
        let total = types.reduce(0) { $0 + $1.count }
        let list = types.map(\.type).joined(separator: ", ")
        let fitting = fittingDateTypes(field, types.map(\.type))
        return Finding(
            .warning,
            .wrongType,
            on: namespace,
            "\(total.grouped) of \(sampled) \(total == 1 ? "has" : "have") \(field.field.path) as \(list), and not as"
                + " \(policy.dateType.phrase)",
            meaning: "such documents are unclassified and stay in hot",
            remedy: fitting.isEmpty
                ? "look at some; whether they may be converted only the applications know that read them"
                : "set date_type to \(fitting.joined(separator: " or ")), if that is what they are",
            command: fitting.isEmpty ? examples(of: field.field.path, as: types.map(\.type)) : nil
        )
    }

    /// Shows values of some types.
    private func examples(of path: FieldPath, as types: [String]) -> String {
        let (name, list) = (MongoShell.quoted("\(path)"), types.map(MongoShell.quoted).joined(separator: ", "))
        return "\(MongoShell.collection(namespace)).find({\(name): {$type: [\(list)]}}, {\(name): 1}).limit(10)"
    }

    /// Other values of `date_type` that fit all that is there; none where some of it fits the configured one.
    private func fittingDateTypes(_ field: FieldSample.Field, _ types: [String]) -> [String] {
        guard field.count(\.isDate) == 0 else { return [] }
        return Policy.DateType.allCases.filter { candidate in
            candidate != policy.dateType && Set(types).isSubset(of: candidate.bsonTypes.map(\.alias))
        }
        .map(\.rawValue)
    }

    private func insideArray(_ field: FieldSample.Field) -> Finding? {
        let count = field.count { $0 == .insideArray }
        guard count > 0 else { return nil }
        return Finding(
            .warning,
            .fieldInArray,
            on: namespace,
            "\(count.grouped) of \(sampled) \(count == 1 ? "has" : "have") \(field.field.path) inside an array",
            meaning: "there can be several values, so they are unclassified and stay in hot",
            remedy: "name a field outside of arrays, or write the deciding date to one"
        )
    }

    // MARK: Plausibility

    /// Dates before what is plausible: to a policy they are as cold as can be.
    private func tooEarly(_ field: FieldSample.Field) -> Finding? {
        guard case .some(let earlyDate) = earlyDates, earlyDate.field == field.field else { return nil }
        let count = field.implausible(.before).documents
        let documents = count == 0 ? "documents have" : "\(count.grouped) of \(sampled) \(count == 1 ? "has" : "have")"
        return Finding(
            allowsEarlyDates ? .notice : .error,
            .implausibleDates,
            on: namespace,
            "\(documents) \(field.field.path) before 1980, \(earlyDate.example)",
            meaning: allowsEarlyDates
                ? "they move, as an operator has confirmed"
                : "they are cold at any age, and migrate asks for --confirm",
            remedy: earlyDate.unit.flatMap(remedy)
                ?? "if they stand for no date, keep them in hot: \(exclusion(of: field.field.path))"
        )
    }

    /// Dates that nobody could look for.
    private var unsearched: Finding? {
        guard case .unknown = earlyDates, let objection = earlyDates.objection else { return nil }
        return Finding(
            allowsEarlyDates ? .notice : .error,
            .implausibleDates,
            on: namespace,
            objection,
            meaning: allowsEarlyDates
                ? "such documents move, as an operator has confirmed"
                : "such documents are cold at any age, and migrate asks for --confirm"
        )
    }

    /// Dates after what is plausible: they never become cold.
    private func tooLate(_ field: FieldSample.Field) -> Finding? {
        let late = field.implausible(.after)
        guard late.documents > 0 else { return nil }
        let isEverything = late.documents == sample.documents && late.unit != nil
        return Finding(
            isEverything ? .error : late.unit == nil ? .notice : .warning,
            .implausibleDates,
            on: namespace,
            "\(late.documents.grouped) of \(sampled) \(late.documents == 1 ? "has" : "have") \(field.field.path) after 2100",
            meaning: "they never become cold",
            remedy: late.unit.flatMap(remedy)
        )
    }

    /// What to do about numbers that say plausible dates in another unit.
    private func remedy(_ unit: PlausibleDates.Unit) -> String {
        if policy.dateType == .date {
            return
                "as \(unit.rawValue) they would not be: see whether the application takes them for milliseconds still"
        }
        guard let dateType = unit.dateType else {
            return
                "they seem to be \(unit.rawValue), which no date_type reads: have the application write a date beside them"
        }
        return "set date_type to \(dateType.rawValue), if that is what they are"
    }

    private func exclusion(of path: FieldPath) -> String {
        let condition = #"{"\#(path)": {"$lt": "1980-01-01T00:00:00Z"}}"#
        return policy.exclude == nil
            ? #""exclude": \#(condition)"# : #""exclude": {"$or": [what it has, \#(condition)]}"#
    }

    /// The sample in words.
    private var sampled: String {
        let documents = "document\(sample.documents == 1 ? "" : "s")"
        return "\(sample.documents.grouped)\(sample.isWhole ? "" : " randomly sampled") \(documents)"
    }
}

extension Policy.DateType {
    /// What a field of this type holds.
    fileprivate var phrase: String {
        switch self {
        case .date: "a date"
        case .iso8601: "a date in ISO 8601"
        case .epochSeconds: "seconds since 1970"
        case .epochMillis: "milliseconds since 1970"
        case .objectID: "an ObjectId"
        }
    }
}

extension FieldRules {
    /// Looks at a collection.
    static func read(
        _ entry: CollectionConfiguration,
        _ hot: CollectionFacts,
        _ filter: PolicyFilter,
        in store: StateStore,
        with client: borrowing Client
    ) throws -> FieldRules {
        let sight = PolicySight(filter: filter, source: hot.namespace)
        let early = try sight.earlyDates(in: filter.eligible, with: client)
        return FieldRules(
            namespace: hot.namespace,
            policy: entry.policy,
            sample: try FieldSample.take(of: hot, filter, with: client),
            isHopeless: try sight.isBlind(with: client),
            earlyDates: early,
            allowsEarlyDates: try early != .none
                && ShareGuard.allowsEarlyDates(entry, uuid: hot.uuid, in: store, with: client)
        )
    }
}
