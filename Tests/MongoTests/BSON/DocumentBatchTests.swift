import TestSupport
import Testing

@testable import Mongo

@Suite struct DocumentBatchTests {
    @Test func `gives back what it was made of`() {
        let documents = EveryBSONType.documents.map(\.document)
        let batch = DocumentBatch(documents)
        #expect(Array(batch) == documents)
        #expect(batch.byteCount == documents.reduce(0) { $0 + $1.byteCount })
        #expect(DocumentBatch().isEmpty)
    }

    @Test func `reads the elements of an array in place`() throws {
        let array = BSONValue.array([.document(["a": 1]), .document([:]), .document(["b": "x"])])
        let outer: BSONDocument = ["before": "…", "array": array]
        let batch = try DocumentBatch(array: #require(outer["array"]?.document))
        #expect(Array(batch) == [["a": 1], [:], ["b": "x"]])
        #expect(batch[2].bytes.startIndex > 0)
    }

    @Test func `a selection shares the bytes and counts only its own`() {
        let batch = DocumentBatch((0..<10).map { ["n": .int($0)] })
        let odd = batch.selecting { $0 % 2 == 1 }
        #expect(odd.map { $0["n"]?.integer } == [1, 3, 5, 7, 9])
        #expect(odd.byteCount == batch.byteCount / 2)
        #expect(odd.selecting { $0 == 4 }.map { $0["n"]?.integer } == [9])
    }

    static let strangers: [BSONValue] = [
        1, "text", .null, .binary([0, 0, 0, 0, 0]), .array([1]),
        BSONValue(type: .javascriptWithScope, bytes: RawBSON.codeWithScope("", RawBSON.document())[...]),
    ]

    @Test(arguments: strangers) func `refuses an array with anything but documents`(value: BSONValue) throws {
        let array = try #require(BSONValue.array([.document([:]), value]).document)
        #expect(throws: BSONError.self) { try DocumentBatch(array: array) }
    }
}
