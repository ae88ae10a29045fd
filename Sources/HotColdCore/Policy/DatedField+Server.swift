import Mongo

extension DatedField {
    /// The field as an aggregation expression.
    private var reference: BSONValue { .string("$\(path)") }
    /// The name of the field's type as an aggregation expression; `missing` where there is no field.
    private var typeName: BSONValue { ["$type": reference] }

    // MARK: Filters

    /// A filter for documents whose field holds a usable date in a range, in milliseconds since 1970.
    ///
    /// An ordinary index on the field gives it bounds. `$lt` and `$gte` look into arrays and match when any element
    /// does, so arrays are ruled out: as the value, and as anything around it. They compare only values of one type
    /// (numbers of all types being one).
    func datedFilter(from: Int64?, before: Int64?) -> BSONDocument {
        let lower = from.map(type.bound(for:)) ?? .beforeAll
        let upper = before.map(type.bound(for:)) ?? .afterAll
        if lower == .afterAll || upper == .beforeAll { return .matchingNothing }
        if type == .iso8601 { return textFilter(from: from, before: before) }
        var comparisons: [(String, BSONValue)] = []
        if case .at(let value) = lower { comparisons.append(("$gte", value)) }
        if case .at(let value) = upper { comparisons.append(("$lt", value)) }
        switch type {
        case .epochSeconds, .epochMillis:
            if lower == .beforeAll { comparisons.append(("$gt", .double(-.infinity))) }
            if upper == .afterAll { comparisons.append(("$lt", .double(.infinity))) }
            comparisons.append(("$not", ["$type": ["array", "decimal"]]))
        case .date, .objectID, .iso8601:
            if comparisons.isEmpty { comparisons.append(("$type", .string(type.bsonTypes[0].alias))) }
            comparisons.append(("$not", ["$type": "array"]))
        }
        return outsideArrays(BSONDocument(comparisons))
    }

    /// A filter that is the same where no array lies on the path, which an index answers without a look at the documents;
    /// nil where there is none.
    ///
    /// Nor is there one for a path with a number in it, which may be a place in an array: that makes no index multikey.
    func boundsFilter(from: Int64?, before: Int64?) -> BSONDocument? {
        guard type == .date || type == .objectID, path.components.allSatisfy({ !$0.allSatisfy(\.isNumber) }) else {
            return nil
        }
        var comparisons: [(String, BSONValue)] = []
        for (comparison, cutoff) in [("$gte", from), ("$lt", before)] {
            guard let cutoff else { continue }
            guard case .at(let value) = type.bound(for: cutoff) else { return nil }
            comparisons.append((comparison, value))
        }
        return comparisons.isEmpty ? nil : BSONDocument(path.description, .document(BSONDocument(comparisons)))
    }

    /// The filter for strings: what they say is found by parsing them.
    ///
    /// The days around the range, compared as text, let an index on the field spare most of it: a string's own day is
    /// never further than one from the day it means in UTC. All dates of the profile have the same digits in the same
    /// places, so this is true under every collation.
    private func textFilter(from: Int64?, before: Int64?) -> BSONDocument {
        var comparisons: [(String, BSONValue)] = []
        if let day = from.flatMap({ Self.day(of: $0, shifted: -2) }) { comparisons.append(("$gte", day)) }
        if let day = before.flatMap({ Self.day(of: $0, shifted: 2) }) { comparisons.append(("$lt", day)) }
        if comparisons.isEmpty { comparisons.append(("$type", "string")) }
        let isInRange = whereDated(
            { moment in
                var conditions: [BSONValue] = []
                if case .at(let value)? = from.map(type.bound(for:)) { conditions.append(["$gte": [moment, value]]) }
                if case .at(let value)? = before.map(type.bound(for:)) { conditions.append(["$lt": [moment, value]]) }
                return ["$and": .array(conditions)]
            },
            otherwise: false
        )
        return [path.description: .document(BSONDocument(comparisons)), "$expr": isInRange]
    }

    /// The day of a moment, some days on, as `YYYY-MM-DD`; nil where four digits can't say its year.
    private static func day(of moment: Int64, shifted days: Int64) -> BSONValue? {
        let (shifted, overflow) = moment.addingReportingOverflow(days * 86_400_000)
        let text = ISO8601.string(fromMilliseconds: shifted)
        return overflow || text.hasPrefix("-") || text.hasPrefix("+") ? nil : .string(String(text.prefix(10)))
    }

    /// A filter for documents whose field is missing or null.
    ///
    /// `$eq` to null also matches undefined (before MongoDB 8) and arrays that contain null.
    var absentFilter: BSONDocument {
        outsideArrays(["$eq": .null, "$not": ["$type": ["array", "undefined"]]])
    }

    private func outsideArrays(_ comparisons: BSONDocument) -> BSONDocument {
        let enclosing = path.enclosing.map { ($0, ["$not": ["$type": "array"]] as BSONValue) }
        return BSONDocument([(path.description, .document(comparisons))] + enclosing)
    }

    // MARK: Expressions

    /// An expression for the field's value as it can be compared with a bound; null where it is no usable date.
    ///
    /// Here an array around the field makes an array of what is in it, which has the wrong type.
    var moment: BSONValue { whereDated({ $0 }, otherwise: .null) }

    /// An expression of the value that `moment` has where that is a usable date; another expression where it is not.
    func whereDated(_ body: (_ moment: BSONValue) -> BSONValue, otherwise: BSONValue) -> BSONValue {
        switch type {
        case .date, .objectID:
            ["$cond": [["$eq": [typeName, .string(type.bsonTypes[0].alias)]], body(reference), otherwise]]
        case .epochSeconds, .epochMillis:
            [
                "$cond": [
                    [
                        "$and": [
                            ["$in": [typeName, .array(type.bsonTypes.map { .string($0.alias) })]],
                            // NaN is below everything in expressions.
                            ["$gt": [reference, .double(-.infinity)]], ["$lt": [reference, .double(.infinity)]],
                        ]
                    ],
                    body(reference), otherwise,
                ]
            ]
        case .iso8601:
            // In a variable, so that a string is parsed once however often it is compared.
            [
                "$let": [
                    "vars": ["moment": parsedText],
                    "in": ["$cond": [["$ne": ["$$moment", .null]], body("$$moment"), otherwise]],
                ]
            ]
        }
    }

    /// An expression for the interval of the field's date; for the name of its type where it is no usable date.
    func position(in intervals: DateIntervals) -> BSONValue {
        guard let extremes = type.extremes else {
            return whereDated({ intervals.expression($0, type) }, otherwise: typeName)
        }
        // In the order of all values there are only dates between two dates: what lies between two cuts need not be asked
        // for its type, and the others only whether they are beyond all dates.
        return intervals.expression(reference, type) { interval, openEnds in
            var conditions: [BSONValue] = []
            if openEnds.contains(.past) { conditions.append(["$gte": [reference, extremes.first]]) }
            if openEnds.contains(.future) { conditions.append(["$lte": [reference, extremes.last]]) }
            guard let first = conditions.first else { return .int(interval) }
            let isDate = conditions.count == 1 ? first : ["$and": .array(conditions)]
            return ["$cond": [isDate, .int(interval), typeName]]
        }
    }

    /// What `$min` and `$max` are taken of among documents whose field is a usable date: not asked again where they sort
    /// as they are.
    var extremum: BSONValue { type == .iso8601 ? moment : reference }

    /// The date that a string says; null where it says none.
    ///
    /// `$regexMatch` fails the whole query for text that is not UTF-8, so it sees only what is made of the profile's
    /// characters; `$ltrim` takes any bytes. Conditions are nested since only `$cond` promises not to evaluate what it
    /// does not need. Lengths and not strings are compared: under a collation some text equals the empty string.
    private var parsedText: BSONValue {
        let foreign: BSONValue = ["$ltrim": ["input": reference, "chars": .string(ISO8601.characters)]]
        let date: BSONValue = ["$dateFromString": ["dateString": reference, "onError": .null, "onNull": .null]]
        return .when(
            ["$eq": [typeName, "string"]],
            then: .when(
                ["$lte": [["$strLenBytes": reference], .int(ISO8601.maximumLength)]],
                then: .when(
                    ["$eq": [["$strLenBytes": foreign], 0]],
                    then: .when(
                        ["$regexMatch": ["input": reference, "regex": .string(ISO8601.pattern)]],
                        then: date
                    )
                )
            )
        )
    }
}

extension Policy.DateType {
    /// The first and the last of the values that say dates, where nothing else is between them in the order of all
    /// values.
    fileprivate var extremes: (first: BSONValue, last: BSONValue)? {
        switch self {
        case .date: (.date(milliseconds: .min), .date(milliseconds: .max))
        case .objectID:
            (.objectID(Array(repeating: 0, count: 12)), .objectID(Array(repeating: 0xFF, count: 12)))
        // Among numbers there are NaN, infinities and Decimal128; among strings any text.
        case .iso8601, .epochSeconds, .epochMillis: nil
        }
    }
}

extension BSONValue {
    /// A `$cond` that is null where the condition does not hold.
    fileprivate static func when(_ condition: BSONValue, then value: BSONValue) -> BSONValue {
        ["$cond": [condition, value, .null]]
    }
}
