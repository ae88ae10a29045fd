internal import Mongo

/// What a mover has put on cold for a batch that is not decided.
struct ColdCopies: Sendable {
    let seat: Seat
    /// The collections that the seat was made for.
    let identities: TierIdentities
    let comment: String
    /// How long to repeat a commit whose outcome is unknown.
    let patience: Duration
    let clock: ServerClock

    private var archive: Namespace { identities.cold.namespace }

    var quarantine: Quarantine { Quarantine(seat, archive: identities.cold, clock: clock) }

    private var reader: BatchReader { BatchReader(comment: comment, uuid: identities.cold.compared) }

    /// Removes copies and puts back what they took the place of, in the caller's transaction.
    ///
    /// The copies go to quarantine, and are pending there: that hot does not have a document is no proof that its
    /// application wanted it gone. Somebody may have deleted it since it saw it in the archive.
    ///
    /// - Parameters:
    ///   - kept: ids whose copies stay.
    ///   - refused: ids of documents that the archive does not take back; they go to quarantine, too.
    /// - Returns: how many copies there were.
    @discardableResult
    func takeBack(
        _ copies: Seat.Cold,
        except kept: Set<BSONValue> = [],
        refused: Set<BSONValue> = [],
        with cold: borrowing Client
    ) throws -> Int {
        let ids = copies.ids.filter { !kept.contains($0) }
        guard !ids.isEmpty else { return 0 }
        let count = try moveToQuarantine(ids, with: cold)
        let removed = Set(ids)
        let writer = TargetWriter(target: archive, comment: comment)
        for document in copies.undo {
            // A copy may have replaced one whose `_id` is only equal.
            guard let id = document["_id"], removed.containsEqual(to: id) else { continue }
            if refused.contains(id) {
                try quarantine.put([document], .notPutBack, with: cold)
            } else {
                try writer.put(document, id, bypassingValidation: true, with: cold)
            }
        }
        return count
    }

    /// Moves what the archive has of these ids to quarantine, in the caller's transaction.
    private func moveToQuarantine(_ ids: [BSONValue], with cold: borrowing Client) throws -> Int {
        try identities.cold.checkInTransaction(with: cold)
        let documents = try reader.documents(ids, in: archive, with: cold)
        try moveToQuarantine(documents, documents.compactMap { $0["_id"] }, with: cold)
        return documents.count
    }

    /// Moves documents that the caller's transaction has read in the archive to quarantine, where they are pending.
    private func moveToQuarantine(
        _ documents: some Sequence<BSONDocument>,
        _ ids: [BSONValue],
        with cold: borrowing Client
    ) throws {
        guard !ids.isEmpty else { return }
        try quarantine.put(documents, .originalGone, isPending: true, with: cold)
        try remove(ids, with: cold)
    }

    /// Deletes documents from the archive that the caller's transaction has read there.
    private func remove(_ ids: [BSONValue], with cold: borrowing Client) throws {
        let deleted = try cold.delete(ids: ids, from: archive, comment: comment)
        guard deleted == ids.count else {
            throw MigrationError.bug("\(deleted) of \(ids.count) archived documents were deleted: all was rolled back")
        }
    }

    // MARK: What the archive has already

    /// Puts the originals of what the archive has already into quarantine, where they are pending, in the caller's
    /// transaction, which has read what the archive has.
    ///
    /// They are about to be deleted from hot, and somebody may delete the archive's meanwhile, since hot has them.
    func secure(_ sorted: BatchSorting, with cold: borrowing Client) throws {
        let originals = try sorted.moving.selecting { sorted.relied[$0] != nil }
        guard !originals.isEmpty else { return }
        try quarantine.put(originals.documents, .duplicateGone, isPending: true, with: cold)
    }

    // MARK: What a restore takes from the archive

    /// The most bytes of documents that a seat has room for, beside a command's 16 MB.
    private static let bytesInSeat = 12 << 20

    /// Deletes documents from the archive that hot has, and keeps them in the seat, in the caller's transaction.
    ///
    /// Somebody who has seen one of them in the archive may delete it from hot: only a look on hot after this tells.
    ///
    /// - Parameter before: what an attempt before this one has taken, whose answer was lost.
    func take(_ documents: SourceBatch, besides before: [BSONDocument], with cold: borrowing Client) throws {
        guard !documents.isEmpty else { return try seat.touch(with: cold) }
        guard fitsIntoSeat(documents) else {
            try seat.touch(with: cold)
            return try moveToQuarantine(documents.documents, documents.ids, with: cold)
        }
        try seat.take(Array(documents.documents) + before, with: cold)
        try remove(documents.ids, with: cold)
    }

    /// The ids of what this mover has taken from the archive, given what its seat has.
    func taken(_ inSeat: [BSONDocument], with cold: borrowing Client) throws -> Set<BSONValue> {
        Set(try inSeat.compactMap { $0["_id"] } + quarantine.pendingIDs(with: cold))
    }

    private func fitsIntoSeat(_ documents: SourceBatch) -> Bool {
        documents.documents.reduce(0) { $0 + $1.byteCount + 16 } <= Self.bytesInSeat
    }

    /// Finds out which of the documents that were taken hot still has, and puts the others into quarantine.
    ///
    /// - Returns: their ids.
    func resolveTaken(_ documents: SourceBatch, with clients: borrowing ClientPair) throws -> [BSONValue] {
        guard !documents.isEmpty else { return [] }
        let pending = try fitsIntoSeat(documents) ? [] : resolveQuarantine(with: clients)
        try seat.advance(with: clients.first)
        let reader = BatchReader(
            comment: comment,
            readConcern: clients.first.afterLastOperation,
            uuid: identities.hot.compared
        )
        let present = Set(try reader.present(documents.ids, in: identities.hot.namespace, with: clients.first))
        let absent = try documents.selecting { !present.containsEqual(to: $0) }
        if !absent.isEmpty { try quarantine.put(absent.documents, .originalGone, with: clients.second) }
        try seat.forgetTaken(with: clients.second)
        return Array(Set(pending + absent.ids))
    }

    // MARK: Undoing

    /// Takes back what is not decided, at the end of a batch that did not end well: its ids may then go to another
    /// mover, which must not find copies that this one would still take back.
    ///
    /// What is decided is asked first, by an update that waits for a commit under way.
    ///
    /// - Returns: ids of documents that the archive does not take back; they are in quarantine.
    func takeBack(with clients: borrowing ClientPair) throws -> Set<BSONValue> {
        let done = try seat.probe(with: clients.first).position.done
        try identities.cold.check(with: clients.second)
        return try quarantiningRefused { refused in
            try clients.second.transaction(retryingCommitFor: patience) {
                let copies = try seat.readCold(with: clients.second).uncommitted(after: done)
                try takeBack(copies, refused: refused, with: clients.second)
                try seat.write(Seat.Cold(batch: copies.batch), with: clients.second)
            }
        }
    }

    /// Finds out of which pending documents in quarantine hot has the originals, and discards those.
    ///
    /// - Returns: ids of those that stay in quarantine.
    func resolveQuarantine(with clients: borrowing ClientPair) throws -> [BSONValue] {
        guard try quarantine.hasPending(with: clients.second) else { return [] }
        // A majority has this write, and with it every deletion before it. What a majority had at the last write before
        // that may still have a document that somebody has deleted since, who saw it in the archive.
        try seat.advance(with: clients.first)
        return try quarantine.resolvePending(in: identities.hot, with: clients.first, quarantine: clients.second)
    }

    /// Settles a seat for good: what its mover left half-way on cold is taken back or, for a restore, finished.
    ///
    /// The steps and their order are what makes it safe against the mover itself, should it still be alive: once the hot
    /// seat is fenced it can decide nothing more, once the cold seat is gone it can copy nothing more. Documents that are
    /// not in hot any more do not come back, and are not lost: they are in quarantine.
    ///
    /// - Parameter check: throws `MigrationError.unsuitable` where the collections are not what they were. Then only a seat
    ///   with nothing half-way is settled.
    func settle(into log: RecoveryLog, with clients: borrowing ClientPair, checking check: () throws -> Void) throws {
        do { try check() } catch {
            guard case .unsuitable = MigrationError(error), try removeIdle(with: clients) else { throw error }
            return
        }
        guard let hotSeat = try seat.fence(with: clients.first) else { return }  // Settled by another run.
        ProtocolStep.fenced.reached()
        var recovery = Recovery()
        let refused = try quarantiningRefused { refused in
            recovery = try clients.second.transaction(retryingCommitFor: patience) {
                try settleCold(hotSeat, refused: refused, with: clients.second)
            }
        }
        recovery.problems += Quarantine.problems(refused, .notPutBack, in: seat.collection.database)
        log.add(recovery, of: seat)
        ProtocolStep.settled.reached()
        _ = try resolveQuarantine(with: clients)
        // All that the dead run has put there: it has told nobody.
        recovery.quarantined = try quarantine.kept(.originalGone, .duplicateGone, with: clients.second)
        log.add(recovery, of: seat)
        ProtocolStep.resolved.reached()
        try seat.remove(with: clients.first)
    }

    /// Removes the seat where nothing is half-way: whatever became of its collections, there is nothing to do in them.
    ///
    /// Fenced first, as for settling.
    ///
    /// - Returns: false where something may be half-way; then both halves stay.
    private func removeIdle(with clients: borrowing ClientPair) throws -> Bool {
        guard let hotSeat = try seat.fence(with: clients.first) else { return true }
        guard hotSeat.landed.ids.isEmpty, try !quarantine.hasPending(with: clients.second) else { return false }
        let isIdle = try clients.second.transaction(retryingCommitFor: patience) {
            guard let coldSeat = try seat.findCold(with: clients.second) else { return true }
            let copies = coldSeat.uncommitted(after: hotSeat.position.done)
            guard copies.ids.isEmpty, copies.undo.isEmpty, coldSeat.taken.isEmpty else { return false }
            try seat.remove(with: clients.second)
            return true
        }
        if isIdle { try seat.remove(with: clients.first) }
        return isIdle
    }

    private func settleCold(
        _ hotSeat: Seat.Hot,
        refused: Set<BSONValue>,
        with cold: borrowing Client
    ) throws -> Recovery {
        // Also without a cold half, where its state database was lost: nobody archives them while the hot half is there.
        var recovery = try removeLanded(hotSeat.landed, with: cold)
        guard let coldSeat = try seat.findCold(with: cold) else { return recovery }
        let copies = coldSeat.uncommitted(after: hotSeat.position.done)
        let taken = try takeBack(copies, refused: refused, with: cold)
        if !coldSeat.taken.isEmpty {
            try quarantine.put(coldSeat.taken, .originalGone, isPending: true, with: cold)
        }
        try seat.remove(with: cold)
        ProtocolStep.undone.reached()
        recovery.documents += taken
        recovery.missing = copies.ids.count - taken
        return recovery
    }

    /// Tries again without the documents that the archive refuses to take back: somebody else has used the key of a
    /// unique index that became free.
    ///
    /// - Returns: their ids.
    private func quarantiningRefused(_ body: (_ refused: Set<BSONValue>) throws -> Void) throws -> Set<BSONValue> {
        var refused: Set<BSONValue> = []
        while true {
            do {
                try body(refused)
                return refused
            } catch MoveInterruption.documents(let faults) where !refused.isSuperset(of: faults.map(\.id)) {
                refused.formUnion(faults.map(\.id))
            }
        }
    }

    /// Takes from cold what a restore has brought to hot, where it is still the same, in the caller's transaction.
    private func removeLanded(_ landing: Seat.Landing, with cold: borrowing Client) throws -> Recovery {
        var recovery = Recovery()
        guard !landing.ids.isEmpty else { return recovery }
        let present = try reader.all(landing.ids, in: archive, with: cold)
        let unchanged = landing.unchanged(among: present)
        recovery.documents = try moveToQuarantine(unchanged, with: cold)
        let removed = Set(unchanged)
        recovery.problems = present.ids.filter { !removed.contains($0) }.map { changedSince($0) }
        return recovery
    }

    /// What is to be told of a restored document that somebody has changed in the archive since.
    func changedSince(_ id: BSONValue) -> MoveProblem {
        let reason = "\(archive) has it with other content since it was restored; that stays there"
        return MoveProblem(id: id.detached, kind: .conflict, reason: reason)
    }
}
