import Mongo
import Testing

@testable import HotColdCore

@Suite("A record of the journal")
struct RecordCheckTests {
    private static let documents: [BSONDocument] = (0..<3).map { ["_id": .int($0), "v": "some text"] }

    /// A record as the journal writes it, with changes.
    private func check(copyOnly: Bool = false, _ changes: [String: BSONValue] = [:]) throws -> RecordCheck {
        let digests = Self.documents.flatMap { Digest.sha256($0.bytes).prefix(Journal.digestLength) }
        let fields: [(String, BSONValue)] = [
            ("run", "r"), ("direction", "migrate"), ("source", "a.hot"), ("target", "a.cold"),
            ("ids", [0, 1, 2]), ("digests", .binary(digests)), ("count", 3), ("bytes", .int64(100)),
            ("digest", .binary(Digest.sha256(digests[...]))), ("committed_at", .date(milliseconds: 0)),
            ("copy_only", .bool(copyOnly)),
        ]
        return RecordCheck(try JournalRecord(BSONDocument(fields.map { ($0, changes[$0] ?? $1) })))
    }

    private func fingerprint(_ index: Int) -> Fingerprint { Fingerprint(Self.documents[index]) }

    @Test("accepts each document at its own place and no other")
    func places() throws {
        let check = try check()
        #expect(check.fault == nil)
        for place in 0..<3 {
            for index in 0..<3 { #expect(check.accepts(fingerprint(index), at: place) == (index == place)) }
        }
        #expect(!check.accepts(fingerprint(0), at: 3))
    }

    @Test("sees one flipped bit of a document")
    func flippedBit() throws {
        var bytes = Array(Self.documents[1].bytes)
        bytes[bytes.count - 3] ^= 1
        #expect(try !check().accepts(Fingerprint(BSONDocument(bytes: bytes[...])), at: 1))
    }

    @Test("is found out when its digests, their seal or its numbers were changed")
    func damage() throws {
        var digests = Self.documents.flatMap { Digest.sha256($0.bytes).prefix(Journal.digestLength) }
        digests[20] ^= 1
        #expect(try check(["digests": .binary(digests)]).fault != nil)
        #expect(try check(["digests": .binary(digests.dropLast())]).fault != nil)
        #expect(try check(["digest": .binary([1, 2, 3])]).fault != nil)
        #expect(try check(["count": 2]).fault != nil)
        #expect(try check(["ids": [0, 1]]).fault != nil)
        #expect(try check(["ids": [0, 1, 2, 3]]).fault != nil)
    }

    @Test("of a copy-only run may have lost ids, and then accepts its documents anywhere")
    func copyOnly() throws {
        let check = try check(copyOnly: true, ["ids": [2]])
        #expect(check.fault == nil)
        #expect(check.released == 2)
        #expect(check.accepts(fingerprint(2), at: 0))
        #expect(!check.accepts(Fingerprint(["_id": 2, "v": "other text"]), at: 0))
        #expect(try self.check().released == 0)
    }
}
