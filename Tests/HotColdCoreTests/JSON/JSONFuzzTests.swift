import Mongo
import TestSupport
import Testing

@testable import HotColdCore

@Suite struct JSONFuzzTests {
    static let alphabet = Array("{}[]\",:\\u0eE+-.tfn \n\u{E9}$".utf8) + [0, 0x80, 0xFF]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `random text is read or refused within the text`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                Self.alphabet.randomElement(using: &generator) ?? 0
            }
            do throws(JSONError) {
                let text = try JSONText(utf8: bytes)
                // What is read is read again from its own rendering.
                let value = StructuredValue(text.root)
                let again = (try? JSONText(value.json())).map { StructuredValue($0.root) }
                #expect(again == value)
            } catch let error {
                let lines = bytes.filter { $0 == 0x0A }.count + 1
                #expect(1...lines ~= error.position.line && 1...bytes.count + 1 ~= error.position.column)
                #expect(!error.reason.isEmpty)
            }
        }
    }

    @Test func `a text cut off anywhere is refused`() {
        let text = Array(#"{"a": [1, -2.5e3, true, null, "\u00e9\ud83d\ude00é\n"], "b": {"c": {}}}"#.utf8)
        for count in 0..<text.count { #expect(throws: JSONError.self) { try JSONText(utf8: Array(text[..<count])) } }
    }

    @Test(arguments: [200, 100_000]) func `deep nesting is refused and no stack overflows`(depth: Int) {
        for (opening, closing) in [("[", "]"), ("{\"a\":", "}")] {
            let text = String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
            #expect(throws: JSONError.self) { try JSONText(text) }
            #expect(throws: JSONError.self) { try JSONText(String(repeating: opening, count: depth)) }
        }
    }

    @Test(arguments: [100, 200, 201, 100_000], [0x03, 0x04] as [UInt8])
    func `a deeply nested document is shown as far as it may be nested`(depth: Int, type: UInt8) throws {
        let document = try BSONDocument(bytes: EveryBSONType.nested(type, name: "0", depth: depth)[...])
        for value in [StructuredValue(.document(document)), StructuredValue(extendedJSON: .document(document))] {
            #expect(!value.json(.compact).isEmpty && !value.json(.pretty).isEmpty)
            #expect(value.bsonDocument != nil)
        }
        let shown = StructuredValue(.document(document)).json(.compact)
        #expect(shown.contains("$unreadable") == (depth > 2 * BSONDocument.maximumDepth))
    }
}
