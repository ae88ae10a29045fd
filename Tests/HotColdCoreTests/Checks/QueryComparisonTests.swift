import Mongo
import Testing

@testable import HotColdCore

@Suite("A comparison in filter or exclude")
struct QueryComparisonTests {
    private static func paths(_ query: BSONDocument) -> [String] {
        QueryComparison.all(of: Policy(kind: .timeBased, dateField: FieldPath("d"), exclude: query))
            .map { "\($0.path) \($0.value.type.alias)" }
    }

    static let found: [(BSONDocument, [String])] = [
        (["a": "x"], ["a string"]), (["a.b": ["$gte": 1]], ["a.b int"]),
        (["a": ["$in": ["x", 1, .null]], "b": true], ["a string", "a int", "b bool"]),
        (["$or": [["a": "x"], ["$nor": [["b": ["$not": ["$lt": 1.5]]]]]]], ["a string", "b double"]),
        (["$expr": ["$gt": ["$a", "2020"]]], ["a string"]),
        (["$expr": ["$and": [["$lt": [5, "$a.b"]], ["$not": [["$eq": ["$c", true]]]]]]], ["a.b int", "c bool"]),
    ]

    @Test("is found wherever it stands", arguments: found.indices)
    func finds(index: Int) {
        #expect(Self.paths(Self.found[index].0) == Self.found[index].1)
    }

    static let others: [BSONDocument] = [
        ["a": .null], ["a": ["$exists": true]], ["a": ["$regex": "x"]], ["a": ["b": "2020"]], ["a": ["$type": "date"]],
        ["$expr": ["$gt": ["$a", "$b"]]], ["$expr": ["$gt": ["$$NOW", "x"]]],
        ["$expr": ["$gt": [["$add": ["$a", 1]], 5]]],
        ["$text": ["$search": "x"]], [:],
    ]

    @Test("is not made of what compares nothing, or no field with a constant", arguments: others)
    func ignores(query: BSONDocument) {
        #expect(Self.paths(query).isEmpty)
    }

    private static func findings(_ value: BSONValue, _ types: [String: Int]) -> [Finding] {
        guard let path = FieldPath("at") else { return [] }
        let comparison = QueryComparison(key: "exclude", path: path, value: value)
        return ComparisonRules(
            namespace: Namespace(database: "db", collection: "x"),
            sampled: [(comparison, types)]
        )
        .findings
    }

    @Test("with a text of a field that holds dates is a warning")
    func mismatch() {
        let findings = Self.findings("2024-11-01", ["date": 1200, "missing": 3])
        #expect(findings.gist == ["warning type_mismatch"])
        #expect(
            findings.first?.message
                == #"exclude compares at with "2024-11-01" (string), and 1,200 sampled documents have it as date"#
        )
        #expect(findings.first?.remedy == #"write {"$date": "2024-11-01"}"#)
        #expect(
            Self.findings(5, ["string": 1]).first?.remedy == "write the value with the type that the documents have"
        )
    }

    static let matching: [(BSONValue, [String: Int])] = [
        ("x", ["string": 1, "date": 99]), (5, ["double": 3]), (5.5, ["long": 3]), ("x", ["missing": 7]),
        ("x", ["array": 1, "date": 5]), ("x", [:]), ("x", ["null": 4]),
    ]

    @Test("of a type that some have, or nobody has, is none", arguments: matching.indices)
    func match(index: Int) {
        #expect(Self.findings(Self.matching[index].0, Self.matching[index].1).isEmpty)
    }
}
