import Mongo
import TestSupport
import Testing

@testable import HotColdCore

@Suite("The difference between two versions of a document")
struct FieldDifferenceTests {
    private static func differences(_ hot: BSONDocument, _ cold: BSONDocument) -> [String] {
        FieldDifference.all(hot: hot, cold: cold).map { difference in
            func text(_ value: StructuredValue?) -> String { value?.json(.compact) ?? "-" }
            let order = difference.isOfOrder ? " order" : ""
            return "\(difference.field): \(text(difference.hotValue)) | \(text(difference.coldValue))\(order)"
        }
    }

    static let cases: [(hot: BSONDocument, cold: BSONDocument, found: [String])] = [
        (["a": 1], ["a": 1], []), (["a": 1], ["a": 2], ["a: 1 | 2"]), (["a": 1], ["a": 1.0], ["a: 1 | 1.0"]),
        (["a": 1, "b": 2], ["c": 3, "a": 1], ["b: 2 | -", "c: - | 3"]), (["a": .null], [:], ["a: null | -"]),
        (["a": ["b": ["c": 1, "d": 2]]], ["a": ["b": ["c": 1, "d": 3]]], ["a.b.d: 2 | 3"]),
        (["a": [1, 2, 3]], ["a": [1, 5]], ["a.1: 2 | 5", "a.2: 3 | -"]),
        (["a": ["b": 1]], ["a": [1]], [#"a: {"b":1} | [1]"#]),
        (["a": 1, "b": 2], ["b": 2, "a": 1], [#": {"a":1,"b":2} | {"b":2,"a":1} order"#]),
        (
            ["x": 0, "s": ["a": 1, "b": 2]], ["x": 1, "s": ["b": 2, "a": 1]],
            ["x: 0 | 1", #"s: {"a":1,"b":2} | {"b":2,"a":1} order"#]
        ),
        // Nobody can say which of two fields of one name is meant.
        (["s": ["a": 1, "a": 2]], ["s": ["a": 1, "a": 3]], [#"s: {"a":1,"a":2} | {"a":1,"a":3}"#]),
        // To the eye one name, to the server two.
        (["\u{E9}": 1], ["e\u{301}": 1], ["\u{E9}: 1 | -", "e\u{301}: - | 1"]),
    ]

    @Test("names the fields that differ, as deep as possible", arguments: cases.indices)
    func names(index: Int) {
        let (hot, cold, found) = Self.cases[index]
        #expect(Self.differences(hot, cold) == found)
    }

    @Test("is there exactly where the bytes differ", arguments: EveryBSONType.documents.indices)
    func everyType(index: Int) {
        let document = EveryBSONType.documents[index].document
        #expect(FieldDifference.all(hot: document, cold: document).isEmpty)
        let other = document.appending("more", 1)
        #expect(FieldDifference.all(hot: document, cold: other).count == 1)
        #expect(FieldDifference.all(hot: other, cold: document).count == 1)
    }

    @Test("of malformed documents is told as a whole")
    func malformed() throws {
        let broken = try BSONDocument(bytes: [8, 0, 0, 0, 0x7E, 0x61, 0, 0])
        #expect(FieldDifference.all(hot: ["a": 1], cold: broken).map(\.path) == [[]])
    }
}
