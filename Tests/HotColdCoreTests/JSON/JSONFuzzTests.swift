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
}
