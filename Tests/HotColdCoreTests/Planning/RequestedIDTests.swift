import Mongo
import Testing

@testable import HotColdCore

@Suite("An id as typed")
struct RequestedIDTests {
    static let hexadecimal = "0102030405060708090a0bFF"
    static let objectID = BSONValue.objectID([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255])

    static let readings: [(String, [BSONValue])] = [
        ("user123", ["user123"]),
        ("42", ["42", 42]),
        ("-1.5", ["-1.5", -1.5]),
        ("9000000000", ["9000000000", .int64(9_000_000_000)]),
        ("true", ["true", true]),
        ("null", ["null", .null]),
        (#""user123""#, [#""user123""#, "user123"]),
        (#"{"$oid": "0102030405060708090a0bff"}"#, [#"{"$oid": "0102030405060708090a0bff"}"#, objectID]),
        (#"{"a": 1}"#, [#"{"a": 1}"#, ["a": 1]]),
        (hexadecimal, [.string(hexadecimal), objectID]),
        ("", [""]),
        ("žluťoučký kůň", ["žluťoučký kůň"]),
    ]

    @Test("is looked for in every reading, the text itself first", arguments: readings)
    func reading(text: String, candidates: [BSONValue]) {
        let id = RequestedID(text)
        #expect(id.text == text)
        #expect(id.candidates == candidates)
    }

    @Test(
        "that only resembles an ObjectId is none",
        arguments: ["0102030405060708090a0bF", "0102030405060708090a0bFFF", "0102030405060708090a0bFG", "ééééééééěččč"]
    )
    func noObjectID(text: String) {
        #expect(RequestedID(text).candidates == [.string(text)])
    }

    @Test("of 24 digits is an ObjectId, a number and a text")
    func digits() {
        let candidates = RequestedID("123456789012345678901234").candidates
        #expect(candidates.contains { $0.type == .objectID })
        #expect(candidates.contains { $0.type == .string })
    }
}
