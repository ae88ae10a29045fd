internal import Mongo

/// A record of the journal as a claim about documents, and whether it agrees with itself.
struct RecordCheck: Sendable {
    let record: JournalRecord
    /// What contradicts itself; nil for a record that can be relied upon.
    let fault: String?
    /// Of a copy-only run, whose record loses ids and not the digests beside them.
    private let digests: Set<ArraySlice<UInt8>>

    init(_ record: JournalRecord) {
        self.record = record
        fault = Self.fault(of: record)
        digests = record.isCopyOnly || fault != nil ? Set(Self.parts(of: record.digests)) : []
    }

    /// Whether a document with this fingerprint is what was moved under the id at a position.
    func accepts(_ fingerprint: Fingerprint, at position: Int) -> Bool {
        guard digests.isEmpty else { return digests.contains(fingerprint.journalDigest) }
        let start = record.digests.startIndex + position * Journal.digestLength
        guard start + Journal.digestLength <= record.digests.endIndex else { return false }
        return record.digests[start..<start + Journal.digestLength] == fingerprint.journalDigest
    }

    /// How many documents of a copy-only run were moved for good since.
    var released: Int { record.isCopyOnly ? max(0, record.count - record.ids.count) : 0 }

    private static func fault(of record: JournalRecord) -> String? {
        let expected = record.count * Journal.digestLength
        if record.digests.count != expected {
            return "it has \(record.digests.count) bytes of digests where \(record.count) documents make \(expected)"
        }
        if Digest.sha256(record.digests)[...] != record.digest { return "its digests are not those it was sealed with" }
        let areIDsComplete = record.isCopyOnly ? record.ids.count <= record.count : record.ids.count == record.count
        return areIDsComplete ? nil : "it has \(record.ids.count) ids where it counts \(record.count) documents"
    }

    private static func parts(of digests: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        stride(from: digests.startIndex, to: digests.endIndex, by: Journal.digestLength).map {
            digests[$0..<min($0 + Journal.digestLength, digests.endIndex)]
        }
    }
}
