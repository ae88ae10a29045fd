import Testing

@testable import HotColdCore

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("null", "null"), ("true", "true"), (" \t\r\n false ", "false"), ("0", "0"), ("-0", "0"), ("\"\"", "\"\""),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("1.5e3", "1500.0"), ("1E+2", "100.0"), ("-2.5e-1", "-0.25"), ("5e-324", "5e-324"),
        ("[]", "[]"), ("[ ]", "[]"), ("{}", "{}"), ("{ \n}", "{}"), ("[1,[2,{}]]", "[1,[2,{}]]"),
        (#"{"b":1,"a":[true,null]}"#, #"{"b":1,"a":[true,null]}"#), (#"{"":0}"#, #"{"":0}"#),
        (#""\" \\ \/ \b \f \n \r \t""#, "\"\\\" \\\\ / \\u0008 \\u000c \\n \\r \\t\""),
        (#""\u00e9 \u20AC \ud83d\uDE00 \u0000""#, "\"é € 😀 \\u0000\""), ("\"é€😀\u{7F}\"", "\"é€😀\\u007f\""),
    ])
    func `what RFC 8259 allows is read`(text: String, meaning: String) throws {
        #expect(StructuredValue(try JSONText(text).root).json(.compact) == meaning)
    }

    @Test func `members keep their order and names that only look the same are two names`() throws {
        let text = try JSONText("{\"z\": 1, \"a\": 2, \"\u{E9}\": 3, \"e\u{301}\": 4}")
        #expect(text.root.members?.compactMap(\.value.number?.integer) == [1, 2, 3, 4])
    }

    @Test(
        arguments: [
            ("7", 7, 7.0), ("-0", 0, -0.0), ("1.0", nil, 1.0), ("1e3", nil, 1000.0),
            ("9223372036854775808", nil, 9_223_372_036_854_775_808.0), ("1e400", nil, nil), ("-1e400", nil, nil),
        ] as [(String, Int64?, Double?)]
    )
    func `numbers are exact or absent`(text: String, integer: Int64?, double: Double?) throws {
        let number = try #require(try JSONText(text).root.number)
        #expect(number.text == text)
        #expect(number.integer == integer)
        #expect(number.double == double)
    }

    @Test func `every value knows its text and its place`() throws {
        let text = try JSONText("{\r\n  \"é\": [1,\t\"x\"],\r  \"b\" :\n{ }}")
        let members = try #require(text.root.members)
        let list = members[0].value
        #expect(text.source(of: list) == "[1,\t\"x\"]")
        #expect(text.position(of: members[0].nameRange) == SourcePosition(line: 2, column: 3))
        #expect(text.position(of: list.range) == SourcePosition(line: 2, column: 8))
        #expect(text.position(of: try #require(list.elements?[1].range)) == SourcePosition(line: 2, column: 12))
        #expect(text.position(of: members[1].nameRange) == SourcePosition(line: 3, column: 3))
        #expect(text.position(of: members[1].value.range) == SourcePosition(line: 4, column: 1))
    }

    @Test func `nesting is taken up to the limit`() throws {
        let limit = JSONText.maximumDepth
        let text = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        _ = try JSONText(text(limit))
        let error = #expect(throws: JSONError.self) { try JSONText(text(limit + 1)) }
        #expect(error?.description == "line 1, column 101: nested deeper than 100 arrays and objects")
        #expect(throws: JSONError.self) { try JSONText(String(repeating: "{\"a\":", count: 1_000_000)) }
    }
}
