import Mongo
import Testing

@testable import HotColdCore

@Suite struct JSONExtendedQueryTests {
    @Test(arguments: [
        "{}", #"{"s": {"$in": ["a", "b"]}}"#, #"{"s": {"$gte": 5, "$lt": 2147483648, "$ne": -2147483649}}"#,
        #"{"n": 9223372036854775807, "m": -9223372036854775808, "z": -0, "d": -0.0, "e": 1e3, "f": 5e-324, "g": 0.1}"#,
        #"{"n": {"$numberLong": "9223372036854775807"}, "i": {"$numberInt": "-5"}}"#,
        #"{"n": {"$numberDouble": "1.5"}, "m": {"$numberDouble": "-Infinity"}, "e": {"$numberDouble": "1e3"}}"#,
        #"{"n": {"$numberDecimal": "1.10"}, "m": {"$numberDecimal": "NaN"}, "e": {"$numberDecimal": "-1E+3"}}"#,
        #"{"n": {"$numberDecimal": "Infinity"}, "m": {"$numberDecimal": "9.999999999999999999999999999999999E+6144"}}"#,
        #"{"d": {"$gte": {"$date": "2024-11-01T00:00:00Z"}, "$lt": {"$date": {"$numberLong": "1730419200000"}}}}"#,
        #"{"d": {"$date": "1960-02-29T23:59:59.123+0530"}, "e": {"$date": -1}, "f": {"$date": "0001-01-01T00:00Z"}}"#,
        #"{"_id": {"$oid": "507f1f77bcf86cd799439011"}, "b": {"$in": [{"$oid": "507F1F77BCF86CD799439011"}]}}"#,
        #"{"b": {"$binary": {"subType": "04", "base64": "c//SZESzTGmQ6OfR38A11A=="}}, "e": {"$binary": {"base64": "", "subType": "0"}}}"#,
        #"{"b": {"$binary": {"base64": "AAECAw==", "subType": "80"}}, "c": {"$binary": {"base64": "AAEC", "subType": "02"}}}"#,
        #"{"b": {"$binary": "AAE=", "$type": "00"}, "c": {"$type": "05", "$binary": "AAE="}}"#,
        #"{"u": {"$uuid": "73ffd264-44b3-4c69-90e8-e7d1dfc035d4"}}"#,
        #"{"f": {"$regex": "^a", "$options": "mi"}, "g": {"$options": "", "$regex": "a/b"}, "h": {"$not": {"$regex": "x"}}}"#,
        #"{"f": {"$in": [{"$regex": "^a"}, {"$regularExpression": {"options": "xs", "pattern": "^a"}}]}}"#,
        #"{"f": {"$nin": ["abc"], "$regex": "^a", "$options": "i"}}"#, #"{"f": {"$gt": 5, "$type": 9}}"#,
        #"{"t": {"$timestamp": {"i": 4294967295, "t": 1}}, "a": {"$minKey": 1}, "b": {"$maxKey": 1}, "c": {"$undefined": true}}"#,
        #"{"s": {"$symbol": "a"}, "c": {"$code": "f()"}, "r": {"$ref": "c", "$id": {"$oid": "507f1f77bcf86cd799439011"}, "$db": "d"}}"#,
        #"{"$and": [{"a": 1}, {"$or": [{"b": null}, {"c": {"$exists": true}}]}], "$nor": [{"a": {"$elemMatch": {"x": {"$gt": 1}}}}]}"#,
        #"{"$expr": {"$and": [{"$lt": ["$d", {"$date": "2024-01-01T00:00:00Z"}]}, {"$eq": [{"$size": "$a"}, 2]}]}}"#,
        #"{"a.b": {"$mod": [4, 0]}, "": [], "é😀": "\u00e9\ud83d\ude00\u0000", "x": {"$geoWithin": {"$center": [[0, 1.5], 2]}}}"#,
        #"{"a": {"$unknown": 1}, "b": {"$jsonSchema": {"required": ["x"]}}, "c": {"d": {}}, "$comment": "x"}"#,
    ])
    func `the bytes are libbson's wherever libbson is right`(text: String) throws {
        #expect(try ExtendedJSONQuery.parseDocument(text) == ExtendedJSON.document(from: text))
    }

    @Test(
        arguments: [
            (#"{"f": {"$type": 9}}"#, ["f": ["$type": 9]]), (#"{"f": {"$type": "date"}}"#, ["f": ["$type": "date"]]),
            (#"{"f": {"$type": ["date", 2], "$ne": 1}}"#, ["f": ["$type": ["date", 2], "$ne": 1]]),
            (#"{"f": {"$not": {"$type": "00"}}}"#, ["f": ["$not": ["$type": "00"]]]),
            (#"{"f": {"$regex": "^a", "$nin": ["abc"]}}"#, ["f": ["$regex": "^a", "$nin": ["abc"]]]),
            (
                #"{"f": {"$regex": "^a", "$options": "i", "$ne": "x"}}"#,
                ["f": ["$regex": "^a", "$options": "i", "$ne": "x"]]
            ),
            (
                #"{"f": {"$regex": {"$regularExpression": {"pattern": "a", "options": ""}}, "$options": "i"}}"#,
                ["f": ["$regex": BSONValue(type: .regularExpression, bytes: [0x61, 0, 0]), "$options": "i"]]
            ),
            (#"{"f": {"$options": "i"}}"#, ["f": ["$options": "i"]]),
            (#"{"d": {"$date": "2024-11-01"}}"#, ["d": .date(milliseconds: 1_730_419_200_000)]),
            (#"{"d": {"$date": "2024-11-01T02:00:00.250+02:00"}}"#, ["d": .date(milliseconds: 1_730_419_200_250)]),
            (#"{"d": {"$date": "2024-11-01T00:00:00"}}"#, ["d": .date(milliseconds: 1_730_419_200_000)]),
        ] as [(String, BSONDocument)]
    )
    func `legal queries that libbson refuses are read`(text: String, meaning: BSONDocument) throws {
        #expect(throws: (any Error).self) { try ExtendedJSON.document(from: text) }
        #expect(try ExtendedJSONQuery.parseDocument(text) == meaning)
    }

    /// If one of these fails, libbson has learnt, and the comment on `ExtendedJSONQuery` may say less.
    @Test(arguments: [
        (
            #"{"n": 18446744073709551616}"#,
            "line 1, column 7: 18446744073709551616 has more than 64 bits; write {\"$numberDecimal\": \"18446744073709551616\"} if that is meant"
        ),
        (
            #"{"n": {"$numberDouble": "x"}}"#,
            "line 1, column 25: $numberDouble expects a number, NaN, Infinity or -Infinity in quotes, found the string \"x\""
        ),
        (
            #"{"n": {"$numberDecimal": "x"}}"#,
            "line 1, column 26: $numberDecimal expects a number of at most 34 digits in quotes, found the string \"x\""
        ),
        (
            #"{"_id": {"$oid": "507f1f77bcf86cd79943901g"}}"#,
            "line 1, column 18: $oid expects 24 hexadecimal digits in quotes, found the string \"507f1f77bcf86cd79943901g\""
        ),
        (#"{"a": {"$regex": "a", "$options": "zi"}}"#, "line 1, column 35: unknown option 'z' of a regular expression"),
        (
            #"{"a": {"$gt": 3, "$date": "2024-11-01T00:00:00Z"}}"#,
            "line 1, column 8: $date is a value and stands alone in its object, found \"$gt\" beside it"
        ),
        (
            #"{"a": {"x": 3, "$oid": "507f1f77bcf86cd799439011"}}"#,
            "line 1, column 8: $oid is a value and stands alone in its object, found \"x\" beside it"
        ),
        (
            #"{"$oid": "507f1f77bcf86cd799439011"}"#,
            "line 1, column 1: expected an object such as {\"status\": \"closed\"}, found a value of type objectId"
        ),
        ("[1]", "line 1, column 1: expected an object such as {\"status\": \"closed\"}, found an array"),
        (#"{"a": 1} {"b": 2}"#, "line 1, column 10: expected the end of the text after the value, found '{'"),
        (#"{"a": NaN}"#, "line 1, column 7: expected a value after ':', found 'NaN': JSON has no such number"),
        (
            #"{"a": 1, "a": 2}"#,
            "line 1, column 10: the key \"a\" stands twice in this object, first at line 1, column 2"
        ),
    ])
    func `what libbson misreads in silence is refused`(text: String, message: String) {
        #expect(throws: Never.self) { try ExtendedJSON.document(from: text) }
        #expect(refusal(text) == message)
    }

    @Test(arguments: ["2024-02-30T00:00:00Z", "1900-02-29T00:00:00Z", "2024-11-01T23:59:60Z"])
    func `days and seconds that there are not, which libbson rolls over, are refused`(date: String) {
        let text = "{\"d\": {\"$date\": \"\(date)\"}}"
        #expect(throws: Never.self) { try ExtendedJSON.document(from: text) }
        #expect(refusal(text)?.contains("found the string \"\(date)\"") == true)
    }

    @Test(arguments: [
        (
            #"{"n": {"$numberLong": 9}}"#, 23,
            "$numberLong expects a whole number of 64 bits in quotes, found the number 9"
        ),
        (#"{"n": {"$numberInt": "3000000000"}}"#, 22, "$numberInt expects a whole number of 32 bits in quotes"),
        (#"{"n": {"$numberLong": "0x10"}}"#, 23, "$numberLong expects"),
        (#"{"n": 1e400}"#, 7, "1e400 is larger than any double"),
        (#"{"n": {"$numberDouble": "0x1p3"}}"#, 25, "$numberDouble expects"),
        (#"{"n": {"$numberDouble": "inf"}}"#, 25, "$numberDouble expects"),
        (#"{"n": {"$numberDecimal": 1.5}}"#, 26, "$numberDecimal expects"),
        (#"{"n": {"$numberDecimal": "1\"}, \"x\": {"}}"#, 26, "$numberDecimal expects"),
        (#"{"n": {"$numberDecimal": "12345678901234567890123456789012345"}}"#, 26, "$numberDecimal expects"),
        (#"{"n": {"$numberDecimal": "1E99999"}}"#, 26, "$numberDecimal expects"),
        (#"{"n": {"$numberDecimal": ""}}"#, 26, "$numberDecimal expects"),
        (#"{"d": {"$date": "yesterday"}}"#, 17, "$date expects a date such as"),
        (#"{"d": {"$date": null}}"#, 17, "$date expects"),
        (#"{"d": {"$date": {"$numberLong": "x"}}}"#, 33, "$numberLong expects"),
        (#"{"d": {"$date": 1.5}}"#, 17, "$date expects"),
        (#"{"d": {"$date": {"$numberInt": "5"}}}"#, 17, "$date expects"),
        (#"{"d": {"$oid": "507f1f77"}}"#, 16, "$oid expects"),
        (#"{"b": {"$binary": {"base64": "AA", "subType": "00"}}}"#, 19, "$binary expects"),
        (#"{"b": {"$binary": {"base64": "A!==", "subType": "00"}}}"#, 19, "$binary expects"),
        (#"{"b": {"$binary": {"base64": "AAAA", "subType": "100"}}}"#, 19, "$binary expects"),
        (#"{"b": {"$uuid": "73ffd26444b34c6990e8e7d1dfc035d4"}}"#, 17, "$uuid expects"),
        (#"{"t": {"$timestamp": {"t": -1, "i": 1}}}"#, 22, "$timestamp expects"),
        (#"{"m": {"$minKey": 2}}"#, 19, "$minKey expects 1, found the number 2"),
        (#"{"m": {"$undefined": 1}}"#, 22, "$undefined expects true"),
        (#"{"c": {"$code": 1}}"#, 17, "$code expects a string"),
        (#"{"r": {"$regularExpression": {"pattern": "a"}}}"#, 30, "$regularExpression expects"),
        (#"{"r": {"$regex": "a\u0000"}}"#, 18, "a regular expression can't hold"),
        (#"{"a\u0000": 1}"#, 2, "a field name can't hold"),
        (#"{"c": {"$scope": {}}}"#, 8, "$scope is of no use in a query"),
        (#"{"c": {"$dbPointer": {}}}"#, 8, "$dbPointer is of no use in a query"),
    ])
    func `wrong content is refused where it stands`(text: String, column: Int, reason: String) {
        #expect(refusal(text)?.hasPrefix("line 1, column \(column): \(reason)") == true, "\(refusal(text) ?? "read")")
    }

    @Test func `single values are read for ids`() throws {
        #expect(try ExtendedJSONQuery.parseValue("42") == 42)
        #expect(try ExtendedJSONQuery.parseValue("\"user123\"") == "user123")
        #expect(try ExtendedJSONQuery.parseValue(#"{"a": 1}"#) == ["a": 1])
        #expect(try ExtendedJSONQuery.parseValue(#"{"$oid": "0123456789abcdef01234567"}"#).type == .objectID)
        #expect(throws: JSONError.self) { try ExtendedJSONQuery.parseValue("user123") }
    }

    private func refusal(_ text: String) -> String? {
        do throws(JSONError) {
            _ = try ExtendedJSONQuery.parseDocument(text)
            return nil
        } catch let error { return error.description }
    }
}
