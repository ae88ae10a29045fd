import Mongo
import TestSupport
import Testing

@testable import HotColdCore

@Suite struct JSONStructuredValueTests {
    @Test func `reports are indented and keep their order`() {
        let report: StructuredValue = [
            "schema_version": 1, "command": "migrate", "dry_run": false, "stopped_by": nil, "warnings": [],
            "totals": [:],
            "collections": [["b": 1, "a": 0.5], "x"],
        ]
        let text = """
            {
              "schema_version": 1,
              "command": "migrate",
              "dry_run": false,
              "stopped_by": null,
              "warnings": [],
              "totals": {},
              "collections": [
                {
                  "b": 1,
                  "a": 0.5
                },
                "x"
              ]
            }
            """
        #expect(report.json() == text)
        #expect(report.json(.compact) == String(text.filter { $0 != "\n" && $0 != " " }))
        #expect(report["command"] == "migrate" && report["none"] == nil && StructuredValue.int(1)["x"] == nil)
    }

    @Test(
        arguments: [
            (1_795_363_200_000, "\"2026-11-22T16:00:00Z\""), (1_795_363_200_250, "\"2026-11-22T16:00:00.250Z\""),
            (0, "\"1970-01-01T00:00:00Z\""), (-1, "\"1969-12-31T23:59:59.999Z\""),
            (-62_167_219_200_000, "\"0000-01-01T00:00:00Z\""), (253_402_300_799_999, "\"9999-12-31T23:59:59.999Z\""),
            (253_402_300_800_000, #"{"$date":{"$numberLong":"253402300800000"}}"#),
            (-62_167_219_200_001, #"{"$date":{"$numberLong":"-62167219200001"}}"#),
            (.max, #"{"$date":{"$numberLong":"9223372036854775807"}}"#),
            (.min, #"{"$date":{"$numberLong":"-9223372036854775808"}}"#),
        ] as [(Int64, String)]
    )
    func `dates are ISO 8601 as far as that has years`(milliseconds: Int64, text: String) {
        #expect(StructuredValue.date(milliseconds: milliseconds).json(.compact) == text)
    }

    @Test(
        arguments: [
            (0.1 + 0.2, "0.30000000000000004"), (1.0, "1.0"), (125.5, "125.5"), (1e-7, "1e-07"), (1e300, "1e+300"),
            (-0.0, "-0.0"), (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
            (.leastNonzeroMagnitude, "5e-324"),
        ] as [(Double, String)]
    )
    func `doubles are the shortest text that says the same`(value: Double, text: String) {
        #expect(StructuredValue.double(value).json() == text)
    }

    @Test func `nothing in a text can steer a terminal`() {
        let text = StructuredValue.string("\u{1B}[2J\u{9B}\u{7F}\"\\\n\r\t\0é😀/").json()
        #expect(text == #""\u001b[2J\u009b\u007f\"\\\n\r\t\u0000é😀/""#)
    }

    @Test(
        arguments: [
            (.double(2), "2.0"), (.double(.nan), #"{"$numberDouble":"NaN"}"#),
            (.double(-.infinity), #"{"$numberDouble":"-Infinity"}"#),
            (.int64(.max), "9223372036854775807"), ("x", "\"x\""), (.null, "null"), (true, "true"),
            (.objectID(Array(0xF4...0xFF)), #"{"$oid":"f4f5f6f7f8f9fafbfcfdfeff"}"#),
            (.date(milliseconds: 0), #"{"$date":"1970-01-01T00:00:00Z"}"#),
            (.date(milliseconds: -1), #"{"$date":{"$numberLong":"-1"}}"#),
            (.date(milliseconds: .max), #"{"$date":{"$numberLong":"9223372036854775807"}}"#),
            (.binary([0, 1], subtype: 4), #"{"$binary":{"base64":"AAE=","subType":"04"}}"#),
            (.timestamp(seconds: 1, increment: 2), #"{"$timestamp":{"t":1,"i":2}}"#), (.minKey, #"{"$minKey":1}"#),
            (.undefined, #"{"$undefined":true}"#), (.text(.javascript, "f()"), #"{"$code":"f()"}"#),
            (["b": [1, ["c": .null]], "a": [:]], #"{"b":[1,{"c":null}],"a":{}}"#),
            (
                BSONValue(type: .regularExpression, bytes: [0x61, 0, 0x69, 0]),
                #"{"$regularExpression":{"pattern":"a","options":"i"}}"#
            ),
            (BSONValue(type: .string, bytes: [3, 0, 0, 0, 0xFF, 0x61, 0]), "\"\u{FFFD}a\""),
            (BSONValue(type: .symbol, bytes: [2, 0, 0, 0, 0xFF, 0]), #"{"$unreadable":"symbol"}"#),
            (BSONValue(type: .document, bytes: [9, 0, 0, 0, 0x7E, 0x61, 0, 0, 0]), #"{"$unreadable":"object"}"#),
        ] as [(BSONValue, String)]
    )
    func `values of the database are relaxed Extended JSON`(value: BSONValue, text: String) {
        #expect(StructuredValue.bson(value).json(.compact) == text)
    }

    @Test(arguments: EveryBSONType.documents.filter { $0.document.byteCount < 100_000 })
    func `whatever a server stores comes out as JSON`(named: NamedDocument) throws {
        let value = StructuredValue.bson(.document(named.document))
        do throws(JSONError) {
            _ = try JSONText(value.json())
        } catch {
            // What a document may have and our reader of JSON refuses; nothing else may be wrong with the text.
            #expect(error.reason.contains("stands twice") || error.reason.contains("nested deeper than"))
        }
    }

    @Test func `BSON has dates as dates and survives a name with NUL`() {
        let value: StructuredValue = [
            "at": .date(milliseconds: 5), "n": 1, "big": .int(1 << 40), "id": .bson(.minKey), "a\0b": nil,
        ]
        #expect(
            value.bsonDocument
                == [
                    "at": .date(milliseconds: 5), "n": .int32(1), "big": .int64(1 << 40), "id": .minKey,
                    "a\u{FFFD}b": .null,
                ]
        )
        #expect(StructuredValue.int(1).bsonDocument == nil)
    }

    @Test(arguments: [5, 6, 7] as [UInt64])
    func `random values survive JSON and BSON`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let value = Self.value(depth: 4, &generator)
            #expect(StructuredValue(value.bsonValue) == value)
            let plain = Self.value(depth: 4, withDates: false, &generator)
            #expect(StructuredValue(try JSONText(plain.json()).root) == plain)
            #expect(StructuredValue(try JSONText(plain.json(.compact)).root) == plain)
        }
    }

    private static func value(
        depth: Int,
        withDates: Bool = true,
        _ generator: inout SeededGenerator
    ) -> StructuredValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .int(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .int(Int64.random(in: -3...3, using: &generator))
        case 4:
            let double = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
            return .double(double.isFinite ? double : 0.25)
        case 5, 6: return .string(text(&generator))
        case 7: return withDates ? .date(milliseconds: Int64.random(in: .min ... .max, using: &generator)) : .null
        case 8:
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    value(depth: depth - 1, withDates: withDates, &generator)
                }
            )
        default:
            return .object(
                (0..<Int.random(in: 0...4, using: &generator)).map { index in
                    let name = "\(index)" + text(&generator).replacing("\0", with: "")
                    return StructuredValue.Member(name, value(depth: depth - 1, withDates: withDates, &generator))
                }
            )
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let limit: UInt32 = [0x7F, 0x3FF, 0x10FFFF].randomElement(using: &generator) ?? 0x7F
        let scalars = (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator))
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
