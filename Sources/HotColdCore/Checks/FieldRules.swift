internal import Mongo

/// What a sample says of the fields that a policy goes by: what is no date leaves its document unclassified, in hot.
struct FieldRules {
    /// The hot collection.
    let namespace: Namespace
    /// What decides about its documents.
    let policy: Policy
    /// What some of them hold.
    let sample: FieldSample

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
        return sample.fields.flatMap(findings)
    }

    private func findings(_ field: FieldSample.Field) -> [Finding] {
        let absent = field.count(\.isAbsent)
        if absent == sample.documents { return isAbsenceMeant(of: field.field) ? [] : [notFound(field.field)] }
        return [wrongTypes(field), insideArray(field)].compactMap(\.self)
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
        let canConvert = fitting.isEmpty && policy.dateType == .date && types.contains { $0.type == "string" }
        return Finding(
            .warning,
            .wrongType,
            on: namespace,
            "\(total.grouped) of \(sampled) \(total == 1 ? "has" : "have") \(field.field.path) as \(list), and not as"
                + " \(policy.dateType.phrase)",
            meaning: "such documents are unclassified and stay in hot",
            remedy: fitting.isEmpty
                ? "convert them to what date_type says"
                : "set date_type to \(fitting.joined(separator: " or ")), if that is what they are",
            command: canConvert ? conversion(of: field.field.path) : nil
        )
    }

    /// Other values of `date_type` that fit all that is there; none where some of it fits the configured one.
    private func fittingDateTypes(_ field: FieldSample.Field, _ types: [String]) -> [String] {
        guard field.count({ $0 == .date }) == 0 else { return [] }
        return Policy.DateType.allCases.filter { candidate in
            candidate != policy.dateType && Set(types).isSubset(of: candidate.bsonTypes.map(\.alias))
        }
        .map(\.rawValue)
    }

    private func conversion(of path: FieldPath) -> String {
        let (name, value) = (MongoShell.quoted("\(path)"), MongoShell.quoted("$\(path)"))
        let update = "[{$set: {\(name): {$convert: {input: \(value), to: \"date\", onError: \(value)}}}}]"
        return "\(MongoShell.collection(namespace)).updateMany({\(name): {$type: \"string\"}}, \(update))"
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
