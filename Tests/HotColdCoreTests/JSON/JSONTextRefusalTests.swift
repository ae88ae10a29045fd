import Testing

@testable import HotColdCore

@Suite struct JSONTextRefusalTests {
    @Test(arguments: [
        ("", "line 1, column 1: expected a JSON value, found nothing: the text is empty"),
        (" \n ", "line 1, column 1: expected a JSON value, found nothing: the text is empty"),
        (
            "{\"a\": 1",
            "line 1, column 8: expected ',' or '}' after a value, found the end of the text: '{' at line 1, column 1 is not closed"
        ),
        (
            "{\n\"a\": [1, 2\n",
            "line 3, column 1: expected ',' or ']' after a value, found the end of the text: '[' at line 2, column 6 is not closed"
        ),
        (
            "{",
            "line 1, column 2: expected a key in double quotes or '}', found the end of the text: '{' at line 1, column 1 is not closed"
        ),
        (
            "[1,",
            "line 1, column 4: expected another entry after ',', found the end of the text: '[' at line 1, column 1 is not closed"
        ),
        ("{\"a\"", "line 1, column 5: expected ':' after a key, found the end of the text"),
        ("{\"a\":", "line 1, column 6: expected a value after ':', found the end of the text"),
        (
            "\"abc",
            "line 1, column 5: expected '\"' at the end of a string, found the end of the text: '\"' at line 1, column 1 is not closed"
        ),
        ("{\"a\": 1\n \"orders\": 2}", "line 2, column 2: expected ',' or '}' after a value, found \"orders\""),
        ("{\"a\": 1; \"b\": 2}", "line 1, column 8: expected ',' or '}' after a value, found ';'"),
        ("{\"a\" 1}", "line 1, column 6: expected ':' after a key, found '1'"),
        ("{\"a\": 1,}", "line 1, column 8: expected another entry after ',', found '}': no comma after the last one"),
        ("[1,\n]", "line 1, column 3: expected another entry after ',', found ']': no comma after the last one"),
        ("[,1]", "line 1, column 2: expected a value or ']', found ','"),
        ("[1,,2]", "line 1, column 4: expected a value after ',', found ','"),
        ("{a: 1}", "line 1, column 2: expected a key in double quotes or '}', found 'a'"),
        ("{\"a\": 1, b: 2}", "line 1, column 10: expected a key in double quotes after ',', found 'b'"),
        (
            "{'a': 1}",
            "line 1, column 2: expected a key in double quotes or '}', found a single quote: strings stand in double quotes"
        ),
        ("{\"a\": True}", "line 1, column 7: expected a value after ':', found 'True': in JSON it is written true"),
        ("{\"a\": None}", "line 1, column 7: expected a value after ':', found 'None': in JSON it is written null"),
        ("{\"a\": NaN}", "line 1, column 7: expected a value after ':', found 'NaN': JSON has no such number"),
        ("{\"a\": users.all}", "line 1, column 7: expected a value after ':', found 'users.all'"),
        ("nullify", "line 1, column 1: expected a JSON value, found 'nullify'"),
        ("// x\n{}", "line 1, column 1: expected a JSON value, found a comment: JSON has none"),
        ("{ /* x */ }", "line 1, column 3: expected a key in double quotes or '}', found a comment: JSON has none"),
        ("{\"a\": 1 # x\n}", "line 1, column 9: expected ',' or '}' after a value, found a comment: JSON has none"),
        ("{} {}", "line 1, column 4: expected the end of the text after the value, found '{'"),
        ("{\"a\": 1}}", "line 1, column 9: expected the end of the text after the value, found '}'"),
        ("[1}", "line 1, column 3: expected ',' or ']' after a value, found '}'"),
        ("\u{FEFF}{}", "line 1, column 1: the text starts with a byte order mark; save the file as UTF-8 without BOM"),
        ("{\u{A0}}", "line 1, column 2: expected a key in double quotes or '}', found '\u{A0}'"),
        ("{\"a\": \u{1}}", "line 1, column 7: expected a value after ':', found '\\u{1}'"),
    ])
    func `the structure's errors say where, what was expected and what is there`(text: String, message: String) {
        expect(text, message)
    }

    @Test(arguments: [
        ("01", "a number can't start with 0 unless it is 0 or followed by a '.'"),
        ("-01", "a number can't start with 0 unless it is 0 or followed by a '.'"),
        ("-", "expected a digit after '-', found the end of the text"),
        ("-x", "expected a digit after '-', found 'x'"), ("+1", "expected a JSON value, found '+1'"),
        (".5", "expected a JSON value, found '.5'"),
        ("1.", "expected a digit after '.' in a number, found the end of the text"),
        ("1.e3", "expected a digit after '.' in a number, found 'e3'"),
        ("1e", "expected a digit in the exponent of a number, found the end of the text"),
        ("1e+x", "expected a digit in the exponent of a number, found 'x'"),
        ("0x10", "expected the end of the text after the value, found 'x10'"),
        ("1 000", "expected the end of the text after the value, found '000'"),
        ("١", "expected a JSON value, found '١'"),
    ])
    func `numbers follow the grammar`(text: String, reason: String) {
        #expect(throws: JSONError.self) { try JSONText(text) }
        #expect(refusal(text)?.reason == reason)
    }

    @Test(arguments: [
        (
            #"["\x"]"#, 3,
            "an unknown escape: after '\\' stands one of \" \\ / b f n r t u (a backslash is written \\\\)"
        ),
        (#"["\u12"]"#, 3, "expected four hexadecimal digits after '\\u'"),
        (#"["\u12"#, 7, "expected four hexadecimal digits after '\\u', found the end of the text"),
        (#"["\"#, 4, "expected the rest of an escape after '\\', found the end of the text"),
        (#"["\u+123"]"#, 3, "expected four hexadecimal digits after '\\u'"),
        (#"["a\ud83d"]"#, 4, half), (#"["\ude00\ud83d"]"#, 3, half), (#"["\ud83d\u0041"]"#, 3, half),
        (#"["\ud83d\n"]"#, 3, half),
        ("[\"a\nb\"]", 2, "the string that starts here has no closing '\"' on its line (a line end is written \\n)"),
        ("[\"a\tb\"]", 4, "a control character in a string; it is written \\t"),
        ("[\"a\0b\"]", 4, "a control character in a string; it is written \\u0000"),
        ("[\"a\u{1B}b\"]", 4, "a control character in a string; it is written \\u001b"),
    ])
    func `strings follow the grammar`(text: String, column: Int, reason: String) {
        expect(text, "line 1, column \(column): \(reason)")
    }

    static let half = "half a character: \\uD800 to \\uDBFF and \\uDC00 to \\uDFFF stand in pairs, in this order"

    @Test func `a name twice in an object is refused, also when one is escaped`() {
        let message = "line 3, column 1: the key \"ab\" stands twice in this object, first at line 2, column 1"
        expect("{\n\"ab\": 1,\n\"\\u0061b\": 2}", message)
        #expect(refusal("{\"a\": {\"b\": 1}, \"b\": {\"b\": 1}}") == nil)
    }

    @Test(
        arguments: [
            ([0x7B, 0x0A, 0x22, 0xFF, 0x22], "line 2, column 2: the text is not UTF-8 here"),
            ([0x22, 0xC3, 0xA9, 0xC3, 0x22], "line 1, column 3: the text is not UTF-8 here"),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], "line 1, column 2: the text is not UTF-8 here"),
            ([0xFF, 0xFE, 0x7B, 0x00], "line 1, column 1: the text is UTF-16; save the file as UTF-8"),
            ([0xFE, 0xFF, 0x00, 0x7B], "line 1, column 1: the text is UTF-16; save the file as UTF-8"),
        ] as [([UInt8], String)]
    )
    func `bytes that are not UTF-8 have a place too`(bytes: [UInt8], message: String) {
        let error = #expect(throws: JSONError.self) { try JSONText(utf8: bytes) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        #"{"uri": "mongodb://app:hun"ter2@host"}"#, #"{"uri": "mongodb://app:p\hunter2@host"}"#,
        #"{"uri" "mongodb://app:hunter2@host"}"#, #"{"a": "mongodb:\/\/app:p"hunter2\u0040host"}"#,
        #"{"x": mongodb://app:hunter2@host}"#, #"{"x": 'mongodb://app:hunter2@host'}"#,
        #"{"mongodb://app:hunter2@host": 1, "mongodb://app:hunter2@host": 2}"#, #"{"x": "p"hunter2@h"}"#,
    ])
    func `no part of a line that may hold a password is quoted`(text: String) throws {
        let error = try #require(refusal(text))
        #expect(!error.description.contains("unter2"))
        #expect(!error.description.contains("ter2"))
    }

    private func refusal(_ text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONText(text)
            return nil
        } catch let error { return error }
    }

    private func expect(_ text: String, _ message: String) {
        #expect(refusal(text)?.description == message)
    }
}
