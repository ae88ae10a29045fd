import TestSupport

@testable import HotColdCore

extension FuzzTarget {
    /// The parser of JSON, which `policies.json` and queries go through.
    static let json = FuzzTarget(
        name: "json",
        seeds: { jsonTexts.map { Array($0.utf8) } + configurationTexts.map { Array($0.utf8) } },
        run: { bytes in
            do throws(JSONError) {
                let text = try JSONText(utf8: bytes)
                require(text.root.range.upperBound <= bytes.count, "a range within the text")
                visit(text.root, in: text)
                let written = StructuredValue(text.root).json(.compact)
                guard hasExactNumbers(text.root) else { return }
                // Duplicate keys are refused, so what was read has none.
                let again = try? JSONText(written)
                require(again.map { StructuredValue($0.root).json(.compact) } == written, "written and read again")
            } catch { _ = "\(error)" }
        }
    )

    static let jsonTexts = [
        #"{"a": [1, -2.5e3, true, false, null, "é\u00e9\ud83d\ude00\n"], "b": {"c": {}}, "": []}"#,
        #"[[[[[]]]]]"#, #""\"\\\/\b\f\n\r\t""#, "12345678901234567890", "-0", "1e400", " \r\n\t{}",
        "{'a': 1}", "{\"a\": 1,}", "// no", "{\"a\": NaN}", "{\"uri\": \"mongodb://u:p@h\", }",
    ]

    private static func visit(_ node: JSONNode, in text: JSONText) {
        _ = (text.source(of: node), node.summary, text.position(of: node.range))
        for element in node.elements ?? [] { visit(element, in: text) }
        for member in node.members ?? [] { visit(member.value, in: text) }
    }

    private static func hasExactNumbers(_ node: JSONNode) -> Bool {
        if let number = node.number { return number.integer != nil }
        return (node.elements ?? []).allSatisfy(hasExactNumbers)
            && (node.members ?? []).allSatisfy { hasExactNumbers($0.value) }
    }
}
