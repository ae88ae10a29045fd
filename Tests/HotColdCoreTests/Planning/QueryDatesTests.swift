import Mongo
import Testing

@testable import HotColdCore

/// The sample policy has the date fields `d` and `a`.
@Suite("A date written as a string in a query")
struct QueryDatesTests {
    static let november = BSONValue.date(milliseconds: 1_730_419_200_000)

    static func read(_ query: BSONDocument, _ type: Policy.DateType = .date) throws -> BSONDocument {
        try QueryDates(.sample(.hybrid, type)).reading(query)
    }

    @Test("is read as a date where it is the value of a date field", arguments: ["d", "a"])
    func value(field: String) throws {
        #expect(try Self.read(BSONDocument(field, "2024-11-01")) == BSONDocument(field, Self.november))
    }

    @Test("is read in every comparison", arguments: ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"])
    func comparison(name: String) throws {
        let query = BSONDocument("d", .document(BSONDocument(name, "2024-11-01T00:00:00Z")))
        #expect(try Self.read(query) == BSONDocument("d", .document(BSONDocument(name, Self.november))))
    }

    @Test("is read in lists and behind $not")
    func nested() throws {
        #expect(try Self.read(["d": ["$in": ["2024-11-01", 5]]]) == ["d": ["$in": [Self.november, 5]]])
        #expect(try Self.read(["d": ["$nin": ["2024-11-01"]]]) == ["d": ["$nin": [Self.november]]])
        #expect(try Self.read(["d": ["$not": ["$lt": "2024-11-01"]]]) == ["d": ["$not": ["$lt": Self.november]]])
    }

    @Test("is read below $and, $or and $nor, however deep", arguments: ["$and", "$or", "$nor"])
    func logical(name: String) throws {
        func query(_ value: BSONValue) -> BSONDocument {
            BSONDocument(name, [["$or": [["d": ["$gte": value]], ["x": 1]]], ["a": value]])
        }
        #expect(try Self.read(query("2024-11-01")) == query(Self.november))
    }

    static let untouched: [BSONDocument] = [
        ["x": "2024-11-01"], ["d": ["$regex": "2024-11-01"]], ["d": ["$type": "string"]], ["d": ["$exists": true]],
        ["d": 5], ["d": .null], ["d.x": "2024-11-01"], [:], ["$and": "2024-11-01"], ["d": ["$in": "2024-11-01"]],
        ["$expr": ["$gt": ["$d", "2024-11-01"]]], ["$and": ["2024-11-01"]], ["x": ["$elemMatch": ["d": "2024-11-01"]]],
    ]

    @Test("stays a string everywhere else", arguments: untouched)
    func leavesUntouched(query: BSONDocument) throws {
        #expect(try Self.read(query) == query)
    }

    static let noDates: [BSONValue] = ["yesterday", "2024-02-30", "1.5.2025", ""]

    @Test("is a mistake where it is no date, and dates are to be below or above it", arguments: noDates)
    func noDate(value: BSONValue) throws {
        let queries: [BSONDocument] = [
            ["d": ["$lte": value]], ["a": ["$gte": value]], ["$or": [["d": ["$not": ["$gt": value]]]]],
            ["d": ["$elemMatch": ["$lt": value]]],
        ]
        for query in queries {
            for type in Policy.DateType.allCases {
                let mistake = #expect(throws: QueryDates.Mistake.self) { try Self.read(query, type) }
                #expect(mistake?.description.contains("is no date, and ") == true)
                #expect(mistake?.description.contains("write 2025-05-01") == true)
            }
        }
    }

    /// The server compares values of one type, and so finds none of these above or below a date.
    @Test("is a mistake where it is a value of another type, and dates are to be below or above it")
    func otherType() throws {
        let cases: [(Policy.DateType, [BSONValue], isMistake: Bool)] = [
            (.date, [5, .double(1.5), true, ["$oid": "x"], .int64(1_700_000_000)], true),
            (.objectID, [5, true], true), (.iso8601, [5], true), (.epochMillis, [true, .document([:])], true),
            (.epochMillis, [5, .double(1.5)], false), (.epochSeconds, [.int64(5)], false),
            (.date, [.null, .minKey, .maxKey], false),
        ]
        for (type, values, isMistake) in cases {
            for value in values {
                let query: BSONDocument = ["d": ["$gte": value]]
                if isMistake {
                    #expect(throws: QueryDates.Mistake.self, "\(type) \(value)") { try Self.read(query, type) }
                } else {
                    #expect(try Self.read(query, type) == query)
                }
            }
        }
    }

    @Test("is a sentinel where it is no date, and equality is asked for", arguments: noDates)
    func sentinel(value: BSONValue) throws {
        let queries: [BSONDocument] = [
            ["d": value], ["d": ["$ne": value]], ["a": ["$in": [value, .null]]], ["d": ["$nin": [value]]],
        ]
        for query in queries {
            for type in Policy.DateType.allCases { #expect(try Self.read(query, type) == query) }
        }
    }

    /// What documents have that were made at `moment`, and what a query for them has.
    static let written: [(Policy.DateType, BSONValue)] = [
        (.date, november), (.epochMillis, .int64(1_730_419_200_000)), (.epochSeconds, .int64(1_730_419_200)),
    ]

    @Test("is what the field has, and so is a date", arguments: written)
    func types(type: Policy.DateType, value: BSONValue) throws {
        for date in ["2024-11-01", "2024-11-01T01:00:00+01:00", Self.november] as [BSONValue] {
            #expect(try Self.read(["d": ["$gte": date]], type) == ["d": ["$gte": value]])
            #expect(try Self.read(["a": date], type) == ["a": value])
        }
    }

    @Test("is a fraction of seconds where it has one")
    func fraction() throws {
        let query: BSONDocument = ["d": ["$lt": "2024-11-01T00:00:00.5Z"]]
        #expect(try Self.read(query, .epochSeconds) == ["d": ["$lt": .double(1_730_419_200.5)]])
    }

    @Test(
        "is the end of a second's ObjectIds that the comparison is about",
        arguments: [
            ("$gte", "2024-11-01", false, 0), ("$lt", "2024-11-01", false, 0), ("$gt", "2024-11-01", true, 0),
            ("$lte", "2024-11-01", true, 0), ("$gte", "2024-11-01T00:00:00.1Z", false, 1),
            ("$lt", "2024-11-01T00:00:00.1Z", false, 1), ("$gt", "2024-11-01T00:00:00.1Z", true, 0),
            ("$lte", "2024-11-01T00:00:00.1Z", true, 0),
        ] as [(String, String, Bool, UInt32)]
    )
    func objectIDs(name: String, text: String, isLast: Bool, later: UInt32) throws {
        let second = UInt32(1_730_419_200) + later
        let time = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: second >> $0) }
        let value = BSONValue.objectID(time + [UInt8](repeating: isLast ? 255 : 0, count: 8))
        let read = try Self.read(["d": .document(BSONDocument(name, .string(text)))], .objectID)
        #expect(read == ["d": .document(BSONDocument(name, value))])
    }

    @Test("is no one of a second's ObjectIds, and a date is not below a text")
    func impossible() throws {
        let queries: [BSONDocument] = [
            ["d": "2024-11-01"], ["d": ["$in": ["2024-11-01"]]], ["d": ["$ne": Self.november]],
        ]
        for query in queries { #expect(try Self.read(query, .objectID) == query) }
        #expect(try Self.read(["d": ["$gte": "2024-11-01"]], .iso8601) == ["d": ["$gte": "2024-11-01"]])
        #expect(throws: QueryDates.Mistake.self) { try Self.read(["d": ["$gte": Self.november]], .iso8601) }
    }

    @Test("may be any date that there is", arguments: [Int64.min, .min + 1, -1001, -1000, -1, 0, 1, .max - 1, .max])
    func extremes(moment: Int64) throws {
        for name in ["$gt", "$gte", "$lt", "$lte", "$eq"] {
            let query: BSONDocument = ["d": .document(BSONDocument(name, .date(milliseconds: moment)))]
            for type in Policy.DateType.allCases where type != .iso8601 { _ = try Self.read(query, type) }
        }
        let first = BSONValue.objectID([UInt8](repeating: 0, count: 12))
        let old = try Self.read(["d": ["$gt": .date(milliseconds: -1)]], .objectID)
        #expect(old == ["d": ["$gt": first]])
    }

    @Test("is read in the elements of an array that has the field")
    func elements() throws {
        var policy = Policy.sample(.hybrid, .date)
        policy.dateField = FieldPath("visits.d")
        let read = try QueryDates(policy).reading([
            "visits": ["$elemMatch": ["d": ["$gte": "2024-11-01"], "x": "2024-11-01"]]
        ])
        #expect(read == ["visits": ["$elemMatch": ["d": ["$gte": Self.november], "x": "2024-11-01"]]])
    }

    @Test("leaves the order of the fields as it was")
    func order() throws {
        let query: BSONDocument = ["z": 1, "d": ["$lt": "2024-11-01", "$ne": 3], "b": 2]
        let read = try Self.read(query)
        #expect(try read.elements().map(\.name) == ["z", "d", "b"])
        #expect(try read["d"]?.document?.elements().map(\.name) == ["$lt", "$ne"])
    }
}
