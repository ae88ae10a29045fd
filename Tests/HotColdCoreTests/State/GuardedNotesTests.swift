import Mongo
import Testing

@testable import HotColdCore

@Suite("What is noted of a delete whose answer is lost")
struct GuardedNotesTests {
    private static func document(_ id: Int, _ version: BSONValue = 0) -> BSONDocument {
        ["_id": .int(id), "v": version]
    }

    private static func reached(
        _ presences: [GuardedNotes.Presence],
        left sources: [BSONDocument],
        isDeleting: Bool = true
    ) throws -> Set<BSONValue> {
        let entries = presences.enumerated().map { GuardedNotes.Entry(.int($0), document($0), $1) }
        let content = GuardedNotes.Content(entries: entries, isDeleting: isDeleting)
        return content.reached(try SourceBatch(DocumentBatch(sources)))
    }

    @Test("tells that those before the first one that is as it was may have been reached")
    func untouched() throws {
        let copies = [GuardedNotes.Presence](repeating: .written, count: 3)
        #expect(try Self.reached(copies, left: [Self.document(1), Self.document(2)]) == [0])
        #expect(try Self.reached(copies, left: [Self.document(0, 1), Self.document(2)]) == [0, 1])
        #expect(try Self.reached(copies, left: copies.indices.map { Self.document($0) }).isEmpty)
        #expect(try Self.reached(copies, left: [], isDeleting: false).isEmpty)
    }

    /// The delete that is meant may not have been for it.
    @Test("is not stopped by what the target had before", arguments: [GuardedNotes.Presence.found, .kept])
    func others(presence: GuardedNotes.Presence) throws {
        // The second was deleted, and somebody has stored another one.
        #expect(try Self.reached([presence, .written], left: [Self.document(0), Self.document(1, 1)]) == [0, 1])
    }
}
