internal import Mongo

/// A comparison in a policy's `filter` or `exclude`: of a field with a value.
///
/// The server compares values of one type, numbers of all kinds being one; in `$expr` it puts one type before the other.
/// An `exclude` that compares a date with a text protects nothing, or everything, and says nothing.
struct QueryComparison: Hashable, Sendable {
    /// The key of the configuration that has it.
    let key: String
    /// The field.
    let path: FieldPath
    /// What it is compared with.
    let value: BSONValue

    /// The comparisons of a policy's queries with values of types that applications mix up: texts, numbers, dates,
    /// ObjectIds and booleans.
    static func all(of policy: Policy) -> [QueryComparison] {
        [("filter", policy.filter), ("exclude", policy.exclude)].flatMap { key, query in
            query.map { all(in: $0, key) } ?? []
        }
    }

    private static func all(in query: BSONDocument, _ key: String) -> [QueryComparison] {
        elements(of: query).flatMap { name, value -> [QueryComparison] in
            switch name {
            case "$and", "$or", "$nor": return (value.array ?? []).compactMap(\.document).flatMap { all(in: $0, key) }
            case "$expr": return all(inExpression: value, key)
            default:
                guard let path = FieldPath(name) else { return [] }
                return values(in: value).map { QueryComparison(key: key, path: path, value: $0) }
            }
        }
    }

    private static let orderings: Set = ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]

    /// Those of an aggregation expression of a field with a constant, however deep.
    private static func all(inExpression expression: BSONValue, _ key: String) -> [QueryComparison] {
        guard let parts = expression.document else { return [] }
        return elements(of: parts).flatMap { name, value -> [QueryComparison] in
            guard orderings.contains(name), let sides = value.array, sides.count == 2 else {
                return all(inExpression: value, key)
            }
            let fields = sides.compactMap { $0.string.flatMap(FieldPath.init(reference:)) }
            let constants = sides.filter { $0.isMixedUp && $0.string?.hasPrefix("$") != true }
            guard let path = fields.first, let value = constants.first else {
                return sides.flatMap { all(inExpression: $0, key) }
            }
            return [QueryComparison(key: key, path: path, value: value)]
        }
    }

    /// What a condition compares its field with.
    private static func values(in condition: BSONValue) -> [BSONValue] {
        let operators = condition.type == .document ? elements(of: condition.document ?? [:]) : []
        guard operators.contains(where: { $0.name.hasPrefix("$") }) else { return [condition].filter(\.isMixedUp) }
        return operators.flatMap { name, value -> [BSONValue] in
            switch name {
            case _ where orderings.contains(name): [value].filter(\.isMixedUp)
            case "$in", "$nin": (value.array ?? []).filter(\.isMixedUp)
            case "$not": values(in: value)
            default: []
            }
        }
    }

    private static func elements(of document: BSONDocument) -> [(name: String, value: BSONValue)] {
        ((try? document.elements()) ?? []).map { ($0.name, $0.value) }  // Parsed from JSON: never malformed.
    }
}

extension FieldPath {
    /// The path that an expression names: `$created_at`.
    fileprivate init?(reference: String) {
        guard reference.hasPrefix("$"), !reference.hasPrefix("$$") else { return nil }
        self.init(String(reference.dropFirst()))
    }
}

extension BSONValue {
    /// Whether it is of a type that applications mix up with others.
    fileprivate var isMixedUp: Bool { type.bracket != nil }
}

extension BSONType {
    /// The aliases of the types that the server compares with this one; nil for types that nobody takes for another.
    fileprivate var bracket: Set<String>? {
        switch self {
        case .int32, .int64, .double, .decimal128: ["int", "long", "double", "decimal"]
        case .string, .symbol: ["string", "symbol"]
        case .date, .objectID, .bool: [alias]
        default: nil
        }
    }
}

/// What a sample says of the comparisons in `filter` and `exclude`.
struct ComparisonRules {
    /// The hot collection.
    let namespace: Namespace
    /// The comparisons, each with how many sampled documents hold what type there.
    let sampled: [(comparison: QueryComparison, types: [String: Int])]

    /// Findings about the comparisons that no sampled document could match.
    var findings: [Finding] { sampled.compactMap { finding($0.comparison, $0.types) } }

    private func finding(_ comparison: QueryComparison, _ types: [String: Int]) -> Finding? {
        let held = types.filter { !["missing", "null", "undefined"].contains($0.key) }
        // Of an array each element is compared, and what is in it is not known.
        guard let bracket = comparison.value.type.bracket, !held.isEmpty, held["array"] == nil,
            bracket.isDisjoint(with: held.keys)
        else { return nil }
        let value = quotation(of: StructuredValue(extendedJSON: comparison.value).json(.compact))
        let names = held.keys.sorted().joined(separator: ", ")
        let count = held.values.reduce(0, +)
        let documents = "\(count.grouped) sampled document\(count == 1 ? "" : "s")"
        return Finding(
            .warning,
            .typeMismatch,
            on: namespace,
            "\(comparison.key) compares \(comparison.path) with \(value) (\(comparison.value.type.alias)), and"
                + " \(documents) \(count == 1 ? "has" : "have") it as \(names)",
            meaning: "a comparison of different types says nothing about the values",
            remedy: remedy(comparison.value, Set(held.keys))
        )
    }

    private func remedy(_ value: BSONValue, _ held: Set<String>) -> String {
        if held == ["date"], let text = value.string, ISO8601.milliseconds(from: Array(text.utf8)) != nil {
            return #"write {"$date": "\#(text)"}"#
        }
        return "write the value with the type that the documents have"
    }
}
