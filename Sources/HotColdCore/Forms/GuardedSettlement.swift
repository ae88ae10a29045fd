internal import Mongo

/// Settles copies that a mover without transactions has in hand: its own after a failed attempt, or a dead run's.
///
/// Nothing is removed unless the same bytes, or newer ones in hot, are on the other side: no loss goes before no
/// resurrection and no duplicate.
struct GuardedSettlement: Sendable {
    let notes: GuardedNotes
    let direction: Direction
    /// False for a run that only copies: its copies stay beside their sources.
    let deletesSource: Bool
    /// The collections that the notes are about.
    let identities: TierIdentities
    /// The journal of the run whose copies they are.
    let journal: Journal
    /// The lease of the run that settles.
    let lease: Lease
    let clock: ServerClock
    let comment: String

    private var source: Namespace { identities.source(direction).namespace }
    private var target: Namespace { identities.target(direction).namespace }

    private var quarantine: Quarantine { Quarantine(notes.seat, archive: identities.target(direction), clock: clock) }

    /// What a restore has taken from the archive, on the archive's deployment.
    private var archived: Quarantine { Quarantine(notes.seat, archive: identities.cold, clock: clock) }

    /// What settling came to.
    struct Settled: Sendable {
        /// Documents that are in the target and, unless the run only copies, no longer in the source: in the journal.
        var finished = SourceBatch.empty
        /// Those of the finished that the target had before, with the same bytes or with others.
        var found: Set<BSONValue> = []
        var kept: Set<BSONValue> = []
        /// Documents that are moved, and in the journal, and that the application has changed or deleted since.
        var recorded: [BSONValue] = []
        /// Documents of a restore that were to be written to hot and are not there: never written, or deleted by the
        /// application since.
        var unknown: [BSONValue] = []
        /// Documents of a restore that were written to hot and that the application has changed or deleted since.
        var overtaken: [BSONValue] = []
        /// What copies had taken the place of and can't be put back.
        var laidAside: [BSONValue] = []
        /// Copies that are laid aside since they may be all that is left of documents that were moved: somebody has
        /// stored others under their ids, or has only changed them.
        var doubtful: [BSONValue] = []
        /// Copies that were taken out of the archive and whose sources are gone since, in quarantine.
        var originalGone: [BSONValue] = []
        /// Everything that was noted: to be struck out.
        var ids: [BSONValue] = []
        /// How many copies there were to settle.
        var count = 0

        /// The documents whose end is known.
        var decided: [BSONValue] { finished.ids + recorded + unknown + overtaken }

        /// Without what is known of some documents.
        func without(_ ids: Set<BSONValue>, laidAside known: Set<BSONValue>) throws -> Settled {
            var others = self
            others.finished = try finished.selecting { !ids.contains($0) }
            others.found.subtract(ids)
            others.kept.subtract(ids)
            others.recorded.removeAll(where: ids.contains)
            others.unknown.removeAll(where: ids.contains)
            others.overtaken.removeAll(where: ids.contains)
            others.laidAside.removeAll(where: known.contains)
            others.doubtful.removeAll(where: known.contains)
            others.originalGone.removeAll(where: known.contains)
            return others
        }

        /// What stays where it is, and why.
        var left: [MoveProblem] {
            let lost = "whether it came to hot is unknown; it is still in the archive, try again"
            let changed = "the application changed or deleted it in hot; the archive keeps it"
            return unknown.map { MoveProblem(id: $0.detached, kind: .failed, reason: lost) }
                + overtaken.map { MoveProblem(id: $0.detached, kind: .conflict, reason: changed) }
        }

        /// What is in neither tier, and where it is.
        func displaced(in database: String) -> [MoveProblem] {
            Quarantine.problems(laidAside, .notPutBack, in: database)
                + Quarantine.problems(doubtful, .doubtful, in: database)
                + Quarantine.problems(originalGone, .originalGone, in: database)
        }
    }

    private enum Verdict {
        /// The copy is good and its source still there: finish the move.
        case finish
        /// The copy is good and its source gone, or to stay.
        case finished
        /// Moved, though the copy is not what it was.
        case moved
        /// The copy is ours and its source has changed: take it back.
        case takeBack
        /// The same, unless the source was deleted and somebody has stored another one.
        case layAside
        /// Not there, and it can't be told why.
        case unknown
        /// Not there any more, or changed by the application.
        case overtaken
        /// Leave what is there.
        case leave
    }

    /// What is noted, what there is of it, and what is to happen with it.
    private struct Hand {
        let entries: [GuardedNotes.Entry]
        let sources: SourceBatch
        let targets: SourceBatch
        /// Those that a delete whose answer is lost may have reached.
        let reached: Set<BSONValue>
        /// Those of the moved ones whose copies are not what they were, that the journal does not have.
        var unrecorded: [GuardedNotes.Entry] = []
        var verdicts: [BSONValue: Verdict] = [:]

        func ids(_ verdict: Verdict) -> [BSONValue] { entries.map(\.id).filter { verdicts[$0] == verdict } }

        /// Whether a copy is to be all that is left of a document.
        var reliesOnTarget: Bool { verdicts.values.contains { $0 == .finish || $0 == .finished } }
    }

    /// Settles.
    ///
    /// What it came to is to be remembered before the notes are struck out: after that nobody can tell it again.
    func settle(source: borrowing Client, target: borrowing Client, hot: borrowing Client) throws -> Settled {
        guard let content = try notes.read(with: hot), !content.entries.isEmpty else { return Settled() }
        let aside = try renew(content, with: target, hot: hot)
        if content.entries.contains(where: { $0.newer != nil }) {
            var settled = try settle(source: source, target: target, hot: hot)
            settled.doubtful += aside
            return settled
        }
        var hand = try look(at: content, source: source, target: target)
        try findMoved(in: &hand, with: hot)
        // A copy whose answer is lost may have been read before it is on disk.
        if hand.reliesOnTarget { try notes.flushJournal(of: target) }
        if !hand.ids(.finish).isEmpty { try notes.mark(isDeleting: true, with: hot) }
        // Whoever takes the lease from here on waits for a minute; one that has taken it has settled these copies.
        try lease.confirm(with: hot)
        guard try finish(&hand, with: source, hot: hot) else {
            return try settle(source: source, target: target, hot: hot)
        }
        let removed = try takeBack(&hand, with: target, hot: hot)
        var settled = try sumUp(hand, removed, with: target)
        try resolveQuarantine(hand, &settled, mayDeleteYet: content.isDeleting, source: source, target: target)
        try record(settled.finished, with: hot)
        try record(hand.unrecorded, with: hot)
        // What there is of them is no copy that may be replaced unasked: it may be what was moved.
        let doubtful = hand.reached.filter { hand.sources[$0] != nil && hand.targets[$0] != nil }
        if deletesSource, !doubtful.isEmpty { try journal.forgetCopies(of: Array(doubtful), at: clock.now, with: hot) }
        return settled
    }

    /// Finds out what of the copies in quarantine is to be told: whoever put it there may have died before it told.
    private func resolveQuarantine(
        _ hand: Hand,
        _ settled: inout Settled,
        mayDeleteYet: Bool,
        source: borrowing Client,
        target: borrowing Client
    ) throws {
        // What an interrupted settlement was about to take back may stay in the target after all.
        try quarantine.discardPending(hand.ids(.finish) + hand.ids(.finished), with: target)
        _ = try resolvePending(source: source, target: target)
        let noted = Set(hand.entries.map(\.id))
        settled.originalGone = try quarantine.kept(.originalGone, .duplicateGone, with: target).filter(noted.contains)
        if direction == .restore {
            _ = try resolveTaken(mayDeleteYet: mayDeleteYet, source: source, target: target)
            settled.originalGone += try archived.kept(.originalGone, with: source).filter(noted.contains)
        }
        let refused = Set(settled.laidAside)
        settled.laidAside += try quarantine.kept(.notPutBack, with: target).filter {
            noted.contains($0) && !refused.contains($0)
        }
    }

    /// Finds out which of the pending documents are still where they belong.
    ///
    /// - Returns: ids of those that stay in quarantine.
    func resolvePending(source: borrowing Client, target: borrowing Client) throws -> [BSONValue] {
        guard try quarantine.hasPending(with: target) else { return [] }
        // A majority has this write, and with it every deletion before it.
        try notes.flushJournal(of: source)
        return try quarantine.resolvePending(in: identities.source(direction), with: source, quarantine: target)
    }

    // MARK: What the archive has already

    /// Puts the originals of what the archive has already into quarantine before they are deleted from hot, where they are
    /// pending: somebody may delete the archive's meanwhile, since hot has them.
    func secure(_ sorted: BatchSorting, with target: borrowing Client) throws {
        guard direction == .migrate, !sorted.relied.isEmpty else { return }
        let originals = try sorted.moving.selecting { sorted.relied[$0] != nil }
        try quarantine.put(originals.documents, .duplicateGone, isPending: true, with: target)
    }

    // MARK: What a restore takes from the archive

    /// Puts documents that a restore is about to delete from the archive into quarantine, where they are pending: somebody
    /// who sees one of them in the archive may delete it from hot before it is gone from there.
    func secure(_ documents: SourceBatch, with source: borrowing Client) throws {
        guard direction == .restore, !documents.isEmpty else { return }
        try archived.put(documents.documents, .originalGone, isPending: true, with: source)
    }

    /// Discards from quarantine what hot has, or the archive still.
    ///
    /// - Parameter mayDeleteYet: whether nobody has heard of the end of a delete, which a server that was frozen may carry out
    ///   yet: then what the archive still has may be gone in a moment.
    /// - Returns: ids of those that stay in quarantine.
    func resolveTaken(
        mayDeleteYet: Bool = false,
        source: borrowing Client,
        target: borrowing Client
    ) throws -> [BSONValue] {
        guard direction == .restore, try archived.hasPending(with: source) else { return [] }
        if !mayDeleteYet {
            let pending = try archived.pendingIDs(with: source)
            let left = try reader(of: source, identities.cold).present(pending, in: self.source, with: source)
            try archived.discardPending(left, with: source)
        }
        // A majority has this write, and with it every deletion before it.
        try notes.flushJournal(of: target)
        return try archived.resolvePending(in: identities.hot, with: target, quarantine: source)
    }

    private func look(
        at content: GuardedNotes.Content,
        source: borrowing Client,
        target: borrowing Client
    ) throws -> Hand {
        let ids = content.entries.map(\.id)
        try identities.source(direction).check(with: source)
        try identities.target(direction).check(with: target)
        let sources = try reader(of: source, identities.source(direction)).all(ids, in: self.source, with: source)
        let targets = try reader(of: target, identities.target(direction)).all(ids, in: self.target, with: target)
        let reached = direction == .migrate ? content.reached(sources) : []
        var hand = Hand(entries: content.entries, sources: sources, targets: targets, reached: reached)
        for entry in content.entries {
            let mayBeMoved = reached.contains(entry.id)
            hand.verdicts[entry.id] = verdict(entry, sources[entry.id], targets[entry.id], mayBeMoved: mayBeMoved)
        }
        return hand
    }

    /// Finds what was moved before a process or an answer was lost, and what the application has changed or deleted since.
    ///
    /// The journal has it; or it is gone from the archive, where nobody else deletes.
    private func findMoved(in hand: inout Hand, with hot: borrowing Client) throws {
        let left = hand.entries.filter { hand.verdicts[$0.id] == .leave && hand.sources[$0.id] == nil }
        let digests = Dictionary(left.map { ($0.id, $0.digest) }) { first, _ in first }
        let recorded = try journal.recorded(digests, with: hot)
        for entry in left {
            let isRecorded = recorded.contains(entry.id)
            let isRestored = direction == .restore && deletesSource && entry.presence != .unwritten
            guard isRecorded || isRestored else { continue }
            hand.verdicts[entry.id] = .moved
            if !isRecorded { hand.unrecorded.append(entry) }
        }
    }

    /// Brings to the target what sources had instead of what was copied, and have no more.
    ///
    /// - Returns: ids of what is laid aside, since the target has something else by now.
    private func renew(
        _ content: GuardedNotes.Content,
        with target: borrowing Client,
        hot: borrowing Client
    ) throws -> [BSONValue] {
        var aside: [BSONValue] = []
        for entry in content.entries {
            guard let newer = entry.newer else { continue }
            let copy = try reader(of: target, identities.target(direction))
                .all([entry.id], in: self.target, with: target)[entry.id]
            let isOurs = copy.map { Digest.sha256($0.bytes) == entry.digest } ?? false
            let writer = TargetWriter(target: self.target, comment: comment)
            if let copy, copy == newer || isOurs, try writer.replace(copy, by: newer, with: target) {
                try notes.note(renewed: entry, newer, with: hot)
            } else {
                try quarantine.put([newer], .doubtful, with: target)
                try notes.strike([entry.id], with: hot)
                aside.append(entry.id)
            }
        }
        return aside
    }

    /// Deletes the sources of good copies; those that have changed in the meantime are judged anew.
    ///
    /// - Returns: false where one was deleted in a newer version, which is noted: everything is to be looked at anew.
    private func finish(_ hand: inout Hand, with source: borrowing Client, hot: borrowing Client) throws -> Bool {
        let deletable = try hand.sources.selecting { hand.verdicts[$0] == .finish }
        var isRenewed = false
        let delete = GuardedDelete(collection: identities.source(direction), comment: comment)
        try secure(deletable, with: source)
        let deleted = try delete.delete(deletable, with: source) { newer, id in
            try notes.note(newer: newer, of: id, with: hot)
            isRenewed = true
        }
        guard !isRenewed else { return false }
        let left = try reader(of: source, identities.source(direction))
            .present(deletable.ids, in: self.source, with: source)
        // More than there were: one was deleted, and stored anew since.
        let stale: Verdict = deleted + left.count > deletable.count ? .layAside : .takeBack
        for id in left { hand.verdicts[id] = direction == .migrate ? stale : .leave }
        return true
    }

    /// Removes copies from the target; returns them.
    private func takeBack(
        _ hand: inout Hand,
        with target: borrowing Client,
        hot: borrowing Client
    ) throws -> SourceBatch {
        let doubtful = try hand.targets.selecting { hand.verdicts[$0] == .layAside }
        try quarantine.put(doubtful.documents, .doubtful, with: target)
        // Somebody who sees it in the archive may delete its source before it is gone from there.
        let stale = try hand.targets.selecting { hand.verdicts[$0] == .takeBack }
        try quarantine.put(stale.documents, .originalGone, isPending: true, with: target)
        // Without it nobody could tell, should settling be repeated.
        try notes.mark(doubtful.ids, .aside, with: hot)
        let removed = try hand.targets.selecting { hand.verdicts[$0] == .takeBack || hand.verdicts[$0] == .layAside }
        var others: [BSONValue] = []
        // Somebody has changed it since it was read.
        let delete = GuardedDelete(collection: identities.target(direction), comment: comment)
        _ = try delete.delete(removed, with: target) { other, id in
            try quarantine.put([other], .doubtful, with: target)
            others.append(id)
        }
        try notes.mark(others, .aside, with: hot)
        for id in others { hand.verdicts[id] = .layAside }
        return removed
    }

    private func sumUp(_ hand: Hand, _ removed: SourceBatch, with target: borrowing Client) throws -> Settled {
        var settled = Settled()
        settled.ids = hand.entries.map(\.id)
        let displaced = hand.entries.compactMap { $0.replaced(source: hand.sources[$0.id], direction) }
        settled.laidAside = try putBack(displaced.filter { isFree($0, hand.targets, removed) }, with: target)
        settled.doubtful = hand.entries.filter { $0.presence == .aside || hand.verdicts[$0.id] == .layAside }.map(\.id)
        settled.recorded = hand.ids(.moved)
        settled.unknown = hand.ids(.unknown)
        settled.overtaken = hand.ids(.overtaken)
        settled.finished = try hand.targets.selecting { hand.verdicts[$0] == .finished || hand.verdicts[$0] == .finish }
        for entry in hand.entries where settled.finished[entry.id] != nil {
            if entry.presence == .found { settled.found.insert(entry.id) }
            if entry.presence == .kept { settled.kept.insert(entry.id) }
        }
        let left = Set(settled.unknown + settled.overtaken)
        settled.count = hand.entries.count { settled.finished[$0.id] != nil || $0.isCopy && !left.contains($0.id) }
        return settled
    }

    /// Reads nothing older than what this run has done there: a new primary may have less for a moment.
    private func reader(of client: borrowing Client, _ collection: CollectionIdentity) -> BatchReader {
        BatchReader(comment: comment, readConcern: client.afterLastOperation, uuid: collection.compared)
    }

    private func verdict(
        _ entry: GuardedNotes.Entry,
        _ source: BSONDocument?,
        _ target: BSONDocument?,
        mayBeMoved: Bool
    ) -> Verdict {
        guard let target else {
            guard direction == .restore, source != nil, entry.isCopy else { return .leave }
            return entry.presence == .written ? .overtaken : .unknown
        }
        let isAsNoted = Digest.sha256(target.bytes) == entry.digest
        if entry.presence == .aside { return isAsNoted ? .layAside : .leave }
        guard let source else {
            return isAsNoted && deletesSource && entry.presence != .unwritten ? .finished : .leave
        }
        // What was there before is nobody's to take away, and whether its source is to go the next look decides.
        guard entry.isCopy else { return .leave }
        if source == target { return deletesSource ? .finish : .finished }
        switch direction {
        // Only an archived copy that is surely ours is removed.
        case .migrate: return isAsNoted ? mayBeMoved ? .layAside : .takeBack : .leave
        // What there is is the application's, unless it is what was to give way and has not.
        case .restore: return target == entry.undo ? .leave : .overtaken
        }
    }

    // MARK: What a copy took the place of

    private func isFree(_ document: BSONDocument, _ targets: SourceBatch, _ stale: SourceBatch) -> Bool {
        document["_id"].map { targets[$0] == nil || stale[$0] != nil } ?? false
    }

    /// Puts documents back where nothing has taken their place; returns the ids of those refused and laid aside.
    private func putBack(_ documents: [BSONDocument], with client: borrowing Client) throws -> [BSONValue] {
        var refused: [BSONValue] = []
        let writer = TargetWriter(target: target, comment: comment)
        for document in documents {
            guard let id = document["_id"] else { continue }
            do {
                if try writer.putIfAbsent(document, id, with: client) { continue }
            } catch MoveInterruption.documents {
                // A unique index has no room for it.
            }
            try quarantine.put([document], .notPutBack, with: client)
            refused.append(id)
        }
        return refused
    }

    // MARK: The journal

    /// Records what the run has moved and did not come to record; it may have come as far as the first of two records.
    private func record(_ batch: SourceBatch, with hot: borrowing Client) throws {
        guard !batch.isEmpty else { return }
        let digests = zip(batch.ids, batch.documents).map { ($0, Digest.sha256($1.bytes)) }
        let known = try journal.recorded(Dictionary(digests) { first, _ in first }, with: hot)
        let new = try batch.selecting { !known.contains($0) }
        if !new.isEmpty { try journal.record(Array(new.documents), ids: new.ids, at: clock.now, with: hot) }
        if deletesSource { try journal.forgetCopies(of: batch.ids, at: clock.now, with: hot) }
    }

    /// Records documents whose bytes are not at hand any more.
    private func record(_ entries: [GuardedNotes.Entry], with hot: borrowing Client) throws {
        guard !entries.isEmpty else { return }
        let digests = entries.flatMap { $0.digest.prefix(Journal.digestLength) }
        try journal.record(entries.map(\.id), digests: digests, bytes: 0, at: clock.now, with: hot)
    }
}

extension GuardedNotes.Content {
    /// The ids that a delete whose answer is lost may have reached.
    ///
    /// It goes through them in order, and leaves none that is as it was: from the first such one on it has not been,
    /// unless somebody has stored that one anew as it was, and later ones are gone.
    func reached(_ sources: SourceBatch) -> Set<BSONValue> {
        guard isDeleting else { return [] }
        let untouched = entries.firstIndex { entry in
            guard entry.presence != .kept, entry.presence != .found, let source = sources[entry.id] else {
                return false
            }
            return Digest.sha256(source.bytes) == entry.digest
        }
        let gone = entries.lastIndex { sources[$0.id] == nil }
        return Set(entries[..<max(untouched ?? entries.endIndex, gone ?? 0)].map(\.id))
    }
}

extension GuardedNotes.Entry {
    /// What the copy took the place of, where it has to be there again if nothing else is.
    ///
    /// In hot the application may have deleted a copy that had come there: what it replaced must not come back then. A
    /// source that is gone had its copy there, too.
    fileprivate func replaced(source: BSONDocument?, _ direction: Direction) -> BSONDocument? {
        let hasArrived = presence == .written || source == nil && presence != .unwritten
        return direction == .restore && hasArrived ? nil : undo
    }
}
