import Mongo

/// What a policy asks of a document, in a form that can be put to a server or answered in memory.
///
/// Everything that hotcold says about temperatures is one of these trees, made in `Policy+Conditions.swift`. They
/// have two readings that must not differ: `matchFilter` (which an index can serve) and `holds(_:)`, which answers for a
/// document in memory and for all documents in a cell of a `DateGrid`. `PolicyAgreementTests` compares them.
indirect enum Condition: Hashable, Sendable {
    /// The field holds a date of its type, not before `from` and before `before`, in milliseconds since 1970.
    case dated(DatedField, from: Int64?, before: Int64?)
    /// The field is missing or null, and no array encloses it.
    case absent(DatedField)
    /// All hold.
    case all([Condition])
    /// At least one holds.
    case any([Condition])
    /// It does not hold.
    case not(Condition)

    /// Holds for no document.
    static var never: Condition { .any([]) }
}

extension Condition {
    /// Whether it holds, given what a document has at each field.
    func holds(_ found: (DatedField) -> Found) -> Bool {
        switch self {
        case .dated(let field, let from, let before):
            guard case .date(let moment) = found(field) else { return false }
            return from.map { moment >= $0 } ?? true && before.map { moment < $0 } ?? true
        case .absent(let field): return found(field).isAbsent
        case .all(let conditions): return conditions.allSatisfy { $0.holds(found) }
        case .any(let conditions): return conditions.contains { $0.holds(found) }
        case .not(let condition): return !condition.holds(found)
        }
    }

    /// The condition as a filter for `find` and `$match`.
    var matchFilter: BSONDocument {
        switch self {
        case .dated(let field, let from, let before): field.datedFilter(from: from, before: before)
        case .absent(let field): field.absentFilter
        case .all(let conditions) where conditions.isEmpty: [:]
        case .all(let conditions): ["$and": .array(conditions.map { .document($0.matchFilter) })]
        case .any(let conditions) where conditions.isEmpty: .matchingNothing
        case .any(let conditions): ["$or": .array(conditions.map { .document($0.matchFilter) })]
        case .not(let condition): ["$nor": [.document(condition.matchFilter)]]
        }
    }

    /// The filter for a range of one field where no array lies on its path; nil for other conditions.
    var boundsFilter: BSONDocument? {
        guard case .dated(let field, let from, let before) = self else { return nil }
        return field.boundsFilter(from: from, before: before)
    }
}

extension BSONDocument {
    /// A filter that no document matches, and for which the server looks at none: it would scan the whole collection
    /// for `{$alwaysFalse: 1}` and for `{$nor: [{}]}` (tried with 6.0.5).
    static var matchingNothing: BSONDocument { ["_id": ["$in": []]] }
}
