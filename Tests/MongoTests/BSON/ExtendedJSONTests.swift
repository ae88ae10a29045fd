import Mongo
import TestSupport
import Testing

@Suite struct ExtendedJSONTests {
    @Test(arguments: EveryBSONType.expressibleInJSON)
    func `canonical JSON is read back as the same bytes`(named: NamedDocument) throws {
        let json = try #require(ExtendedJSON.string(from: named.document, .canonical))
        #expect(try ExtendedJSON.document(from: json) == named.document, "\(json.prefix(1_000))")
    }

    @Test(arguments: EveryBSONType.documents) func `there is JSON for whatever is UTF-8`(named: NamedDocument) {
        let json = ExtendedJSON.string(from: named.document)
        #expect((json == nil) == named.name.contains("not UTF-8"))
    }

    @Test func `nesting beyond what libbson writes is nil or text, and no crash`() throws {
        let document = try BSONDocument(bytes: EveryBSONType.nested(0x03, name: "d", depth: 5_000)[...])
        _ = ExtendedJSON.string(from: document)
    }

    static let written: [(BSONValue, canonical: String, relaxed: String)] = [
        (.int32(5), #"{ "$numberInt" : "5" }"#, "5"),
        (.int64(5), #"{ "$numberLong" : "5" }"#, "5"),
        (.double(5), #"{ "$numberDouble" : "5.0" }"#, "5.0"),
        (.double(-0.0), #"{ "$numberDouble" : "-0.0" }"#, "-0.0"),
        (.date(milliseconds: 0), #"{ "$date" : { "$numberLong" : "0" } }"#, #"{ "$date" : "1970-01-01T00:00:00Z" }"#),
        (.string("  a : } \" "), #""  a : } \" ""#, #""  a : } \" ""#),
        (.document([:]), "{  }", "{  }"),
        (.document(["}": ":"]), #"{ "}" : ":" }"#, #"{ "}" : ":" }"#),
        (.array([1]), #"[ { "$numberInt" : "1" } ]"#, "[ 1 ]"),
        (.null, "null", "null"),
        (.bool(true), "true", "true"),
        (
            .objectID(Array(1...12)), #"{ "$oid" : "0102030405060708090a0b0c" }"#,
            #"{ "$oid" : "0102030405060708090a0b0c" }"#
        ),
    ]

    @Test(arguments: written) func `writes single values`(value: BSONValue, canonical: String, relaxed: String) {
        #expect(ExtendedJSON.string(from: value, .canonical) == canonical)
        #expect(ExtendedJSON.string(from: value) == relaxed)
    }

    @Test func `reads the wrappers as types`() throws {
        let document = try ExtendedJSON.document(
            from: #"{"a": {"$date": "2024-11-01T00:00:00Z"}, "b": {"$numberDecimal": "1E+5"}, "c": [1, 2.5, "ů"]}"#
        )
        #expect(document["a"]?.dateMilliseconds == 1_730_419_200_000)
        #expect(document["b"]?.type == .decimal128)
        #expect(document["c"] == [1, 2.5, "ů"])
    }

    static let refused = [
        "", " ", "{", "}", "1", "null", "{}}", "{}x", "{a:1}", "{'a':1}", #"{"a":1,}"#, #"{"a":tru}"#, #"{"a":01}"#,
        #"{"a":{"$oid":"zz"}}"#, #"{"a":{"$date":"yesterday"}}"#, #"{"a":{"$numberInt":"9999999999"}}"#,
        #"{"a":{"$numberLong":"1x"}}"#, #"{"a":9223372036854775808}"#, #"{"a":"\ud83d"}"#, #"{"a\u0000b":1}"#,
        String(repeating: "[", count: 100_000),
    ]

    @Test(arguments: refused) func `refuses what is no JSON object, with a reason`(json: String) {
        let error = #expect(throws: MongoError.self) { try ExtendedJSON.document(from: json) }
        #expect(error?.kind == .invalidArgument)
        #expect(error?.message.isEmpty == false)
    }
}
