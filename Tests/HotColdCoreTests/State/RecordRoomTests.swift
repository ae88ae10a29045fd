import Mongo
import Testing

@testable import HotColdCore

@Suite("What a record has room for")
struct RecordRoomTests {
    private static func nested(_ depth: Int) -> BSONValue {
        (1..<depth).reduce(BSONValue.document(["x": 1])) { inner, _ in .document(BSONDocument("a", inner)) }
    }

    @Test("Plain values and a hundred levels fit, more levels and more than half a megabyte do not")
    func room() {
        #expect(BSONValue.int(1).fitsIntoRecord)
        #expect(Self.nested(100).fitsIntoRecord)
        #expect(!Self.nested(101).fitsIntoRecord)
        #expect(BSONValue.binary([UInt8](repeating: 0, count: 500 << 10)).fitsIntoRecord)
        #expect(!BSONValue.binary([UInt8](repeating: 0, count: 600 << 10)).fitsIntoRecord)
    }

    @Test("What does not fit into the history stands there as the beginning of its text", arguments: [101, 179])
    func shortened(depth: Int) {
        let report: StructuredValue = ["id": .bson(Self.nested(depth))]
        let text = report.bsonDocument?["id"]?.string
        #expect(text?.hasPrefix(#"{"a":{"a":"#) == true)
        #expect(report.json(.compact).contains(#"{"x":1}"#), "scripts get all of it")
    }
}
