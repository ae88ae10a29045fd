public import Mongo

/// Reads plain strings as dates where a query compares them with a field that holds dates.
///
/// `{"last_accessed": {"$gte": "2024-11-01"}}` matches nothing as it stands: the server never finds a string below a
/// date. Nobody who writes it means that.
public struct QueryDates: Sendable {
    private let fields: Set<String>

    /// For the date fields of a policy; none where dates are not written as BSON dates.
    public init(_ policy: Policy) {
        let fields = [policy.dateField, policy.accessField].compactMap { $0?.description }
        self.fields = policy.dateType == .date ? Set(fields) : []
    }

    /// The query with ISO-8601 strings as dates where they are compared with one of the fields.
    ///
    /// - Throws: `BSONError` for a query that is malformed.
    public func reading(_ query: BSONDocument) throws -> BSONDocument {
        BSONDocument(
            try query.elements().map { element in
                let (name, value) = (element.name, element.value)
                switch name {
                case "$and", "$or", "$nor":
                    guard let parts = value.array else { return (name, value) }
                    return (name, .array(try parts.map { try $0.document.map { .document(try reading($0)) } ?? $0 }))
                case _ where fields.contains(name): return (name, try compared(value))
                default: return (name, value)
                }
            }
        )
    }

    /// What a field is compared with: a value, or a document of operators.
    private func compared(_ value: BSONValue) throws -> BSONValue {
        guard value.type == .document, let operators = value.document else { return date(value) }
        return .document(
            BSONDocument(
                try operators.elements().map { element in
                    switch element.name {
                    case "$eq", "$ne", "$gt", "$gte", "$lt", "$lte": (element.name, date(element.value))
                    case "$in", "$nin":
                        (element.name, element.value.array.map { .array($0.map(date)) } ?? element.value)
                    case "$not": (element.name, try compared(element.value))
                    default: (element.name, element.value)
                    }
                }
            )
        )
    }

    private func date(_ value: BSONValue) -> BSONValue {
        guard value.type == .string, let text = value.string else { return value }
        return ISO8601.milliseconds(from: Array(text.utf8)).map { .date(milliseconds: $0) } ?? value
    }
}
