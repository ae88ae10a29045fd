package import Mongo

/// What a writing application knows of its documents: which versions it was told are written.
///
/// A write that was acknowledged leaves one possible version of its document. One that nobody answered leaves two, and
/// may take effect later, so that its document must not be written to again. Whoever keeps the ledger is the only
/// writer of these documents in hot; what moves them between the tiers never changes them.
package struct Ledger: Sendable {
    /// What is known of one document.
    package struct Entry: Sendable {
        /// What the document may be now, nil for "deleted": more than one after a write that nobody answered.
        package fileprivate(set) var possible: [BSONDocument?]
        /// Versions from before, to tell an older one from a corrupted one.
        package fileprivate(set) var past: [BSONDocument] = []
        /// What the archive may have under the same `_id`, because the application stored it anew in hot meanwhile.
        package fileprivate(set) var shadows: [BSONDocument] = []
        /// A write was not answered: no other must follow.
        package fileprivate(set) var isUncertain = false
        /// The last write found nothing in hot where a document is: it is in the archive.
        package fileprivate(set) var isAway = false

        /// The only version that it can be; nil also when it is deleted or uncertain.
        package var certain: BSONDocument? { possible.count == 1 ? possible[0] : nil }
        /// It is deleted, for certain.
        package var isDeleted: Bool { possible.count == 1 && possible[0] == nil }
        /// It has been stored in hot while the archive had one of the same `_id`.
        package var isReborn: Bool { !shadows.isEmpty }
    }

    /// The documents by `_id`.
    package private(set) var entries: [Int: Entry] = [:]
    /// How many writes were acknowledged.
    package private(set) var acknowledged = 0
    /// How many nobody answered.
    package private(set) var unanswered = 0

    package init() {}

    /// Documents that were there before the first write.
    package mutating func begin(with documents: [Int: BSONDocument]) {
        for (id, document) in documents { entries[id] = Entry(possible: [document]) }
    }

    /// A write took effect: the document is this now, nil after a delete.
    ///
    /// - Parameter created: hot had no document of this `_id` before. If one is written, the archive has it.
    package mutating func wrote(_ document: BSONDocument?, to id: Int, created: Bool) {
        acknowledged += 1
        var entry = entries[id] ?? Entry(possible: [])
        if created { entry.shadows += entry.possible.compactMap(\.self) }
        entry.past += entry.possible.compactMap(\.self)
        entry.possible = [document]
        entry.isAway = false
        entries[id] = entry
    }

    /// A write found nothing in hot that it could have changed.
    package mutating func foundNothing(at id: Int) {
        acknowledged += 1
        guard let entry = entries[id] else { return }
        entries[id]?.isAway = !entry.isDeleted
    }

    /// An insert was refused because the document is there, where it was thought to be in the archive.
    ///
    /// - Returns: whether that can be: a deleted document must not be there.
    package mutating func foundPresent(at id: Int) -> Bool {
        acknowledged += 1
        guard let entry = entries[id], !entry.isDeleted else { return false }
        entries[id]?.isAway = false
        return true
    }

    /// Nobody answered a write: the document may be this, now or later.
    ///
    /// - Parameter mayCreate: it would store the document also where hot has none.
    package mutating func missedAnswer(to document: BSONDocument?, at id: Int, mayCreate: Bool) {
        unanswered += 1
        var entry = entries[id] ?? Entry(possible: [nil])
        if mayCreate { entry.shadows += entry.possible.compactMap(\.self) }
        entry.possible.append(document)
        entry.isUncertain = true
        entries[id] = entry
    }

    /// Takes over what another writer knows of other documents.
    package mutating func merge(_ other: Ledger) {
        entries.merge(other.entries) { own, _ in own }
        acknowledged += other.acknowledged
        unanswered += other.unanswered
    }
}
