import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("A streamed document")
struct OutputStreamTests {
    static let head: [StructuredValue.Member] = [.init("schema_version", 1), .init("odd", "a\"b\nc")]
    static let tail: [StructuredValue.Member] = [.init("counts", ["a": 1]), .init("empty", [])]
    static let elements: [StructuredValue] = [["a": [1, ["b": "x\ny"]]], 2, ["c": [:]]]

    @Test("is what would be printed of the whole", arguments: [[], [3], [1, 2], [0, 2, 0, 1]])
    func whole(pages: [Int]) throws {
        var document = StreamedDocument(Self.head, list: "runs")
        #expect(!document.hasBegun)
        var printed = ""
        var rest = Self.elements[...]
        for count in pages {
            printed += document.text(adding: Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
            #expect(document.hasBegun)
        }
        printed += document.text(endingWith: Self.tail)
        let list = StructuredValue.array(Array(Self.elements.dropLast(rest.count)))
        #expect(printed == StructuredValue.object(Self.head + [.init("runs", list)] + Self.tail).json() + "\n")
    }
}
