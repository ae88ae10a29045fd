public import Mongo

/// Reads dates where a query compares them with a field that holds dates, as that field has them.
///
/// `{"last_accessed": {"$gte": "2024-11-01"}}` matches nothing as it stands: the server never finds a text below a date,
/// nor a date below a number. Nobody who writes it means that.
public struct QueryDates: Sendable {
    /// A comparison that can't be meant: it would match nothing, or everything.
    public struct Mistake: Error, Equatable, CustomStringConvertible {
        /// What is wrong, and what is right.
        public let description: String
    }

    private let fields: Set<ExactName>
    private let type: Policy.DateType

    /// For the date fields of a policy.
    public init(_ policy: Policy) {
        fields = Set([policy.dateField, policy.accessField].compactMap { $0.map { ExactName($0.description) } })
        type = policy.dateType
    }

    /// The query with dates, and ISO-8601 texts, as the fields have them.
    ///
    /// - Throws: `Mistake` for a text below or above which no date is, or `BSONError` for a query that is malformed.
    public func reading(_ query: BSONDocument) throws -> BSONDocument { try reading(query, below: "") }

    private func reading(_ query: BSONDocument, below prefix: String) throws -> BSONDocument {
        try query.mappingValues { name, value in
            switch name {
            case "$and", "$or", "$nor":
                guard let parts = value.array else { return value }
                return .array(try parts.map { try $0.document.map { .document(try reading($0, below: prefix)) } ?? $0 })
            case _ where fields.contains(ExactName(prefix + name)):
                return try Comparison(field: prefix + name, type: type).reading(value)
            default: return try readingElements(of: value, below: "\(prefix)\(name).")
            }
        }
    }

    /// A condition on the elements of an array that has the field further in.
    private func readingElements(of value: BSONValue, below prefix: String) throws -> BSONValue {
        guard value.type == .document, let operators = value.document else { return value }
        let document = try operators.mappingValues { name, value in
            guard name == "$elemMatch", let condition = value.document else { return value }
            return .document(try reading(condition, below: prefix))
        }
        return .document(document)
    }
}

/// What a field that holds dates is compared with.
private struct Comparison {
    let field: String
    let type: Policy.DateType

    /// A value, or a document of operators.
    func reading(_ value: BSONValue) throws -> BSONValue {
        guard value.type == .document, let operators = value.document else { return try date(value, "$eq") }
        let document = try operators.mappingValues { name, value in
            switch name {
            case "$eq", "$ne", "$gt", "$gte", "$lt", "$lte": return try date(value, name)
            case "$in", "$nin": return try value.array.map { .array(try $0.map { try date($0, name) }) } ?? value
            case "$not", "$elemMatch": return try reading(value)
            default: return value
            }
        }
        return .document(document)
    }

    /// A value that is compared with dates.
    ///
    /// Other texts and values than dates are sentinels where equality is asked for. Below and above them nothing is a date.
    private func date(_ value: BSONValue, _ name: String) throws -> BSONValue {
        let isRange = ["$gt", "$gte", "$lt", "$lte"].contains(name)
        switch value.type {
        case .string:
            let text = value.string ?? ""
            guard let moment = ISO8601.milliseconds(from: Array(text.utf8)) else {
                guard isRange else { return value }
                throw mistake("\"\(quotation(of: text))\" is no date", "write 2025-05-01 or 2025-05-01T08:30:00Z")
            }
            // Only the application knows how it writes its texts.
            return type == .iso8601 ? value : written(moment, name) ?? value
        case .date:
            guard let moment = value.dateMilliseconds else { return value }
            if type == .iso8601, isRange { throw mistake("a date is no text", "write it as the documents have it") }
            return written(moment, name) ?? value
        default:
            guard isRange, !type.isOrdered(with: value.type) else { return value }
            throw mistake("\(json(of: value)) is no date", "write 2025-05-01 or 2025-05-01T08:30:00Z")
        }
    }

    private func json(of value: BSONValue) -> String {
        quotation(of: StructuredValue(extendedJSON: value).json(.compact))
    }

    /// A moment as the field has it; nil where there is no one value for it.
    private func written(_ moment: Int64, _ name: String) -> BSONValue? {
        switch type {
        case .date: return .date(milliseconds: moment)
        case .epochMillis: return .int64(moment)
        case .epochSeconds:
            return moment.isMultiple(of: 1000) ? .int64(moment / 1000) : .double(Double(moment) / 1000)
        case .objectID:
            // Of the many that a second has, the one at that end which the comparison is about.
            switch name {
            case "$gte", "$lt": return .objectID(ofSecond: moment.roundedUpSeconds, isLast: false)
            case "$gt", "$lte": return .objectID(ofSecond: moment.flooredDivision(by: 1000).quotient, isLast: true)
            default: return nil
            }
        case .iso8601: return nil
        }
    }

    private func mistake(_ what: String, _ remedy: String) -> QueryDates.Mistake {
        let place = "\(quotation(of: field)) holds dates (\(type.rawValue))"
        return QueryDates.Mistake(description: "\(what), and \(place): \(remedy)")
    }
}

extension BSONValue {
    /// The first or the last that can be made in a second since 1970.
    fileprivate static func objectID(ofSecond second: Int64, isLast: Bool) -> BSONValue {
        // Before 1970 there is none: all are later.
        let time = UInt32(clamping: second)
        let bytes = [UInt8](repeating: isLast && second >= 0 ? 0xFF : 0, count: 8)
        return .objectID([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: time >> $0) } + bytes)
    }
}

extension BSONDocument {
    /// The document with other values.
    fileprivate func mappingValues(_ transform: (String, BSONValue) throws -> BSONValue) throws -> BSONDocument {
        BSONDocument(try elements().map { ($0.name, try transform($0.name, $0.value)) })
    }
}

extension Policy.DateType {
    /// Whether values of a type are above or below what a field of dates holds: the server compares none of different types,
    /// but numbers, and what stands before and after everything.
    fileprivate func isOrdered(with other: BSONType) -> Bool {
        if [.null, .minKey, .maxKey].contains(other) || bsonTypes.contains(other) { return true }
        return other == .decimal128 && bsonTypes.contains(.double)
    }
}
