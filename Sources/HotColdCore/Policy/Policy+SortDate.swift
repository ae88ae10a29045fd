internal import Mongo

extension Policy {
    /// The field that says how old a document is in reports.
    var sortDate: DatedField { DatedField(path: sortField, type: dateType) }

    /// The date that orders documents from old to new, in milliseconds since 1970 UTC; nil where it is not usable.
    func date(of document: BSONDocument) -> Int64? {
        guard case .date(let milliseconds) = sortDate.read(document).found else { return nil }
        return milliseconds
    }

    /// The same date as an aggregation expression, null where it is not usable.
    var dateExpression: BSONValue { sortDate.moment }

    /// The date in a value that `dateExpression` gave.
    func date(fromExpression value: BSONValue) -> Int64? {
        if let milliseconds = value.dateMilliseconds { return milliseconds }
        return Policy.date(of: value, dateType)
    }

    /// A `$group` stage whose one row `sum(_:)` reads; there is none of no documents.
    var sumStage: BSONValue {
        [
            "$group": [
                "_id": .null, "documents": ["$sum": 1], "bytes": ["$sum": ["$bsonSize": "$$ROOT"]],
                "oldest": ["$min": dateExpression], "newest": ["$max": dateExpression],
            ]
        ]
    }

    /// Documents, their bytes and the extremes of their dates, from a row of `sumStage`.
    func sum(_ row: BSONDocument) -> DateGrid.Sum {
        DateGrid.Sum(
            documents: Int(row["documents"]?.quantity ?? 0),
            bytes: row["bytes"]?.quantity ?? 0,
            oldest: row["oldest"].flatMap(date(fromExpression:)),
            newest: row["newest"].flatMap(date(fromExpression:))
        )
    }

    private static func date(of value: BSONValue, _ type: DateType) -> Int64? {
        guard let path = FieldPath("value") else { return nil }
        guard case .date(let milliseconds) = DatedField(path: path, type: type).read(["value": value]).found else {
            return nil
        }
        return milliseconds
    }

    /// The field whose index gives the oldest first, where such an index can have an entry for every eligible document
    /// in that order: text does not sort by time, and documents that count by another field are in no such order.
    var indexableSortField: FieldPath? {
        dateType == .iso8601 || kind == .accessBased && missing == .useDate ? nil : sortField
    }
}
