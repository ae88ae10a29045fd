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
        let condition: BSONValue = [
            "$let": [
                "vars": ["moment": moment],
                "in": datedExpression(moment: "$$moment", from: from, before: before),
            ]
        ]
        return [path.description: .document(BSONDocument(comparisons)), "$expr": condition]
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
    var moment: BSONValue {
        switch type {
        case .date, .objectID: .when(["$eq": [typeName, .string(type.bsonTypes[0].alias)]], then: reference)
        case .epochSeconds, .epochMillis:
            .when(
                [
                    "$and": [
                        ["$in": [typeName, .array(type.bsonTypes.map { .string($0.alias) })]],
                        // NaN is below everything in expressions.
                        ["$gt": [reference, .double(-.infinity)]], ["$lt": [reference, .double(.infinity)]],
                    ]
                ],
                then: reference
            )
        case .iso8601: parsedText
        }
    }

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

    /// An expression that is true where a usable date lies in a range, given an expression with `moment`'s value.
    func datedExpression(moment: BSONValue, from: Int64?, before: Int64?) -> BSONValue {
        var conditions: [BSONValue] = [["$ne": [moment, .null]]]
        switch from.map(type.bound(for:)) ?? .beforeAll {
        case .beforeAll: break
        case .afterAll: return false
        case .at(let value): conditions.append(["$gte": [moment, value]])
        }
        switch before.map(type.bound(for:)) ?? .afterAll {
        case .beforeAll: return false
        case .afterAll: break
        case .at(let value): conditions.append(["$lt": [moment, value]])
        }
        return ["$and": .array(conditions)]
    }

    /// An expression that is true where the field is missing or null.
    var absentExpression: BSONValue { ["$in": [typeName, ["missing", "null"]]] }
}

extension BSONValue {
    /// A `$cond` that is null where the condition does not hold.
    fileprivate static func when(_ condition: BSONValue, then value: BSONValue) -> BSONValue {
        ["$cond": [condition, value, .null]]
    }
}
