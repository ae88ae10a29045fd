import Testing

@testable import Mongo

@Suite struct WriteResultTests {
    @Test func `counts under the server's name and the bulk interface's`() throws {
        #expect(WriteResult(["n": 3, "ok": 1]).count == 3)
        #expect(WriteResult(["nInserted": .int64(4)]).count == 4)
        #expect(WriteResult(["n": 5.0]).count == 5)
        try WriteResult(["n": 3, "ok": 1]).orThrow()
    }

    @Test func `a reply of a failure before sending has nothing`() {
        let result = WriteResult([:])
        #expect(result.count == 0 && result.writeErrors.isEmpty && result.writeConcernError == nil)
    }

    static let refused: BSONDocument = [
        "n": 1, "ok": 1,
        "writeErrors": [
            [
                "index": 7, "code": 11000, "keyPattern": ["email": 1], "keyValue": ["email": "a"],
                "errmsg": "E11000 duplicate key",
            ],
            ["index": .int64(9), "code": 121.0],
        ],
    ]

    @Test func `tells which document was refused and why`() {
        let result = WriteResult(Self.refused)
        #expect(result.count == 1)
        #expect(result.writeErrors.map(\.index) == [7, 9])
        #expect(result.writeErrors.map(\.code) == [11000, 121])
        #expect(result.writeErrors.map(\.message) == ["E11000 duplicate key", "no reason given"])
        #expect(result.writeErrors.map(\.keyPattern) == [["email": 1], nil])
    }

    @Test func `a refused document is the server's error`() {
        let error = #expect(throws: MongoError.self) { try WriteResult(Self.refused).orThrow() }
        #expect(error?.kind == .server)
        #expect(error?.code == MongoError.Code.duplicateKey)
    }

    static let notDurable: [BSONDocument] = [
        ["n": 2, "ok": 1, "writeConcernError": ["code": 64, "errmsg": "waiting for replication timed out"]],
        ["nInserted": 2, "writeConcernErrors": [["code": 64, "errmsg": "waiting for replication timed out"]]],
    ]

    @Test(arguments: notDurable) func `a write that no majority has is not done`(reply: BSONDocument) {
        let error = #expect(throws: MongoError.self) { try WriteResult(reply).orThrow() }
        #expect(error?.kind == .writeConcern)
        #expect(error?.message == "waiting for replication timed out")
        #expect(error?.isTransient == true)
    }

    @Test func `a write concern error without words is one all the same`() {
        for reply: BSONDocument in [
            ["n": 2, "ok": 1, "writeConcernError": ["code": 64]], ["n": 2, "writeConcernErrors": [["code": 64]]],
            ["n": 2, "ok": 1, "writeConcernError": "odd"],
        ] {
            #expect(throws: MongoError.self) { try WriteResult(reply).orThrow() }
        }
    }

    @Test func `write errors that cannot be read are write errors all the same`() {
        for reply: BSONDocument in [["n": 2, "writeErrors": [[:]]], ["n": 2, "writeErrors": [1]]] {
            #expect(throws: MongoError.self) { try WriteResult(reply).orThrow() }
        }
    }
}
