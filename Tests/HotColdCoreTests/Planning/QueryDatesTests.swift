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
        ["x": "2024-11-01"], ["d": "yesterday"], ["d": "2024-02-30"], ["d": ["$regex": "2024-11-01"]],
        ["d": ["$type": "string"]], ["d": ["$exists": true]], ["d": 5], ["d": .null],
        ["d": ["$elemMatch": ["$gt": "2024-11-01"]]], ["d.x": "2024-11-01"], [:], ["$and": "2024-11-01"],
        ["$expr": ["$gt": ["$d", "2024-11-01"]]], ["$and": ["2024-11-01"]],
    ]

    @Test("stays a string everywhere else, and so does what is no date", arguments: untouched)
    func leavesUntouched(query: BSONDocument) throws {
        #expect(try Self.read(query) == query)
    }

    @Test("stays a string where dates are not BSON dates", arguments: Policy.DateType.allCases)
    func dateTypes(type: Policy.DateType) throws {
        let query: BSONDocument = ["d": "2024-11-01"]
        #expect((try Self.read(query, type) == query) == (type != .date))
    }

    @Test("leaves the order of the fields as it was")
    func order() throws {
        let query: BSONDocument = ["z": 1, "d": ["$lt": "2024-11-01", "$gte": 3], "b": 2]
        let read = try Self.read(query)
        #expect(try read.elements().map(\.name) == ["z", "d", "b"])
        #expect(try read["d"]?.document?.elements().map(\.name) == ["$lt", "$gte"])
    }
}
