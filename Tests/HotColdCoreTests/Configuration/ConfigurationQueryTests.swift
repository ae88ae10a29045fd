import Mongo
import Testing

@testable import HotColdCore

/// `filter` and `exclude`.
@Suite struct ConfigurationQueryTests {
    private func entry(_ filter: String, key: String = "filter") -> ConfigurationText {
        var text = ConfigurationText()
        text.users += ", \"\(key)\":\n\(filter)"
        return text
    }

    @Test(
        arguments: [
            (#"{}"#, 1, "an empty query matches every document; leave the key out if that is meant"),
            (
                #"{"status": {}}"#, 12,
                "an empty operator document for \"status\"; write {\"$eq\": {}} if an empty document is meant"
            ),
            (
                #"{"a": 1, "status": {"$not": {}}}"#, 29,
                "an empty operator document for \"$not\"; write {\"$eq\": {}} if an empty document is meant"
            ),
            (
                #"{"status": {"$in": []}}"#, 20,
                "an empty list after $in; name at least one value, or leave the condition out"
            ),
            (#"{"status": {"$nin": []}}"#, 21, "an empty list after $nin"),
            (#"{"status": {"$not": {"$all": []}}}"#, 30, "an empty list after $all"),
            (#"{"$or": []}"#, 9, "an empty list after $or"),
            (#"{"$and": [{"a": 1}, {}]}"#, 21, "an empty query matches every document"),
            (#"{"$nor": [{"$or": [{"a": {}}]}]}"#, 26, "an empty operator document for \"a\""),
            (#"{"l": {"$elemMatch": {}}}"#, 22, "an empty query matches every document"),
            (#"{"l": {"$elemMatch": {"$in": []}}}"#, 30, "an empty list after $in"),
            (#"{"l": {"$elemMatch": {"x": {}}}}"#, 28, "an empty operator document for \"x\""),
            (
                #"{"status": {"$ne": "x", "in": ["y"]}}"#, 25,
                "operators and the field \"in\" in one object; is a $ missing?"
            ),
            (
                #"{"status": {"eq": "x", "$ne": "y"}}"#, 13,
                "operators and the field \"eq\" in one object; is a $ missing?"
            ),
            (#"{"$expr": {}}"#, 11, "an empty document after $expr; leave the condition out if that is meant"),
            (#"{"$and": [{"$jsonSchema": {}}]}"#, 27, "an empty document after $jsonSchema"),
            (#"[]"#, 1, "expected an object such as {\"status\": \"closed\"}, found an array"),
            (#""{}""#, 1, "expected an object such as {\"status\": \"closed\"}, found the string \"{}\""),
            (#"null"#, 1, "expected an object such as {\"status\": \"closed\"}, found null"),
            (#"true"#, 1, "expected an object such as"),
            (#"{"_id": {"$oid": "x"}}"#, 18, "$oid expects 24 hexadecimal digits in quotes, found the string \"x\""),
            (#"{"d": {"$lt": {"$date": "2024-02-30"}}}"#, 25, "$date expects a date such as"),
            (
                #"{"$oid": "507f1f77bcf86cd799439011"}"#, 1,
                "expected an object such as {\"status\": \"closed\"}, found a value of type objectId"
            ),
        ],
        ["filter", "exclude"]
    )
    func `queries that can't be meant are refused where they stand`(row: (String, Int, String), key: String) throws {
        let problem = try #require(entry(row.0, key: key).refusal()?.problems.first)
        #expect(problem.keyPath == "collections.users.\(key)")
        #expect(problem.position == SourcePosition(line: 6, column: row.1))
        #expect(problem.message.hasPrefix(row.2), "\(problem.message)")
    }

    @Test(
        arguments: [
            (#"{"s": {"$eq": {}}}"#, ["s": ["$eq": [:]]]), (#"{"s": {"$ne": {}}}"#, ["s": ["$ne": [:]]]),
            (#"{"s": {"a": 1, "b": {}}}"#, ["s": ["a": 1, "b": [:]]]), (#"{"s": []}"#, ["s": []]),
            (#"{"s": {"$size": 0}}"#, ["s": ["$size": 0]]),
            (#"{"$expr": {"$in": ["$a", []]}}"#, ["$expr": ["$in": ["$a", []]]]),
            (
                #"{"$comment": "x", "$jsonSchema": {"type": "object"}}"#,
                ["$comment": "x", "$jsonSchema": ["type": "object"]]
            ),
            (#"{"r": {"$ref": "c", "$id": 1, "extra": 2}}"#, ["r": ["$ref": "c", "$id": 1, "extra": 2]]),
            (
                #"{"$and": [{"a": {"$gt": 1}}, {"$or": [{"b": 1}]}]}"#,
                ["$and": [["a": ["$gt": 1]], ["$or": [["b": 1]]]]]
            ),
            (#"{"n": {"$numberLong": "5"}, "t": {"$type": 9}}"#, ["n": .int64(5), "t": ["$type": 9]]),
        ] as [(String, BSONDocument)]
    )
    func `queries that can be meant are kept`(query: String, meaning: BSONDocument) throws {
        #expect(try entry(query).entry().policy.filter == meaning)
        #expect(try entry(query, key: "exclude").entry().policy.exclude == meaning)
    }
}
