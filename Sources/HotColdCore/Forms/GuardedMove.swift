internal import Mongo

/// Form 3 of the move protocol: a server without transactions on either side.
///
/// The mover notes what it is about to move, copies, reads back and compares, and then deletes each document only if it
/// is still the one that was copied, as far as the server can tell. So an update between copy and delete is not lost.
/// An attempt that ended half-way is settled by the mover before the next one starts. What is weaker than in the other
/// forms: a run that dies leaves documents in both tiers until the next one; a document that the application deletes
/// meanwhile may stay in the archive; one that is stored anew right after its delete, while another one of its batch is
/// deleted, is taken for changed, since the server tells only how many it has deleted; a change that no query can see, such as of a NaN's payload, is lost where its
/// document is deleted and then the answer; and nothing fences a process that is frozen right before its copy or its
/// delete.
///
/// Blocks; runs on a mover's thread.
struct GuardedMove: Sendable {
    /// A guard holds the document and stands in a command of at most 16 MB.
    static let largestDocument = 15 << 20

    let context: MoveContext
    let settlement: GuardedSettlement
    let ids: [BSONValue]

    private var plan: MigrationPlan { context.plan }
    private var notes: GuardedNotes { settlement.notes }

    /// What an attempt came to.
    struct Result: Sendable {
        var step: BatchStep
        /// What is moved and recorded, and still noted.
        var moved: [BSONValue] = []
        /// Whether documents are noted that have changed since they were copied.
        var hasUnsettled = false
    }

    /// Makes the attempt.
    ///
    /// - Throws: `MoveInterruption`, `MigrationError`, or what the servers and the driver throw. Then copies may be in
    ///   the target whose sources are still there; the notes say which.
    func run(source: borrowing Client, target: borrowing Client, hot: borrowing Client) throws -> Result {
        var attempt = Attempt(context, ids, previous: nil, readConcern: ["level": "majority"])
        try context.source.checkUnlessCompared(with: source)
        let ids = try attempt.checkHolds(with: hot)
        var result = Result(step: attempt.step)
        if !ids.isEmpty { try move(ids, &attempt, &result, source: source, target: target, hot: hot) }
        result.step = attempt.step
        return result
    }

    private func move(
        _ ids: [BSONValue],
        _ attempt: inout Attempt,
        _ result: inout Result,
        source: borrowing Client,
        target: borrowing Client,
        hot: borrowing Client
    ) throws {
        let batch = try attempt.readSource(ids, with: source)
        guard !batch.isEmpty else { return }
        let sorted = try attempt.sort(batch, in: target, journal: hot)
        guard !sorted.moving.isEmpty else { return }
        try check(sorted)
        try context.target.check(with: target)
        do {
            // Before the documents are there: a hold too many does no harm.
            try attempt.hold(sorted.moving.ids, unlessHeld: true, with: hot)
            // Right before the copies: it fails where another run has settled what this one had. An `_id` stands deeper in
            // the notes than in any other record.
            try notes.add(entries(of: sorted), with: hot)
        } catch let error as MongoError where error.isTooLargeForDocument {
            throw attempt.interruption(error)
        }
        try copy(sorted, &attempt, target: target, hot: hot)
        try verify(sorted, &attempt, target: target, hot: hot)
        try attempt.checkAge()
        // What was there before somebody else has written, who may not have waited for the disk.
        if plan.deletesSource, sorted.written.count < sorted.moving.count {
            try notes.flushJournal(of: target)
        }
        let moved =
            try plan.deletesSource ? delete(sorted, &attempt, source: source, target: target, hot: hot) : sorted
        if !moved.moving.isEmpty { try attempt.record(moved, with: hot) }
        result.moved = moved.moving.ids
        result.hasUnsettled = moved.moving.count < sorted.moving.count
    }

    /// What is to be noted: the copies, and of what the target has already that it is about to lose its source.
    private func entries(of sorted: BatchSorting) -> [GuardedNotes.Entry] {
        let displaced = Dictionary(sorted.displaced.map { ($0["_id"] ?? .null, $0) }) { first, _ in first }
        let moving = zip(sorted.moving.ids, sorted.moving.documents)
        return moving.compactMap { id, document in
            if sorted.written[id] != nil {
                return GuardedNotes.Entry(id, document, .open, undo: displaced[id])
            }
            guard plan.deletesSource else { return nil }
            return sorted.kept[id].map { GuardedNotes.Entry(id, $0, .kept) }
                ?? GuardedNotes.Entry(id, document, .found)
        }
    }

    /// What only a transaction could do safely is left where it is.
    private func check(_ sorted: BatchSorting) throws {
        let altered = sorted.replacements.ids.map { id in
            let reason =
                "an insert would alter its Timestamp(0, 0), and without transactions there is no safe other way"
            return DocumentFault(id: id, kind: .failed, reason: reason)
        }
        let large = zip(sorted.moving.ids, sorted.moving.documents).filter { $1.byteCount > Self.largestDocument }.map {
            let reason = "it is too large to be deleted under a guard, which a server without transactions needs"
            return DocumentFault(id: $0.0, kind: .failed, reason: reason)
        }
        guard altered.isEmpty, large.isEmpty else { throw MoveInterruption.documents(altered + large) }
        // The notes are one document.
        let displaced = sorted.displaced.reduce(0) { $0 + $1.byteCount }
        let ids = sorted.moving.ids.reduce(0) { $0 + $1.bytes.count + 128 }
        try sorted.moving.ids.checkRoom(for: ids, or: .failed, DocumentFault.idTooLarge)
        try sorted.moving.ids.checkRoom(for: displaced + ids, or: .conflict, DocumentFault.displacedTooLarge)
    }

    /// Writes the copies; what gives way is removed only if it is still what was read.
    private func copy(
        _ sorted: BatchSorting,
        _ attempt: inout Attempt,
        target: borrowing Client,
        hot: borrowing Client
    ) throws {
        let start = ContinuousClock.now
        defer { attempt.count(\.copy, since: start) }
        let outdated = try SourceBatch(DocumentBatch(sorted.outdated))
        var isOther = false
        _ = try GuardedDelete(collection: context.target, comment: context.comment).delete(outdated, with: target) {
            try notes.note(undo: $0, of: $1, with: hot)
            isOther = true
        }
        let inserts = sorted.inserts
        if isOther {
            // Settling puts it back, and then it is looked at anew.
            try notes.mark(inserts.ids, .unwritten, with: hot)
            throw MoveInterruption.startingOver
        }
        guard !inserts.isEmpty else { return }
        let result = try target.insert(inserts.documents, into: plan.destination, comment: context.comment)
        ProtocolStep.copied.reached()
        guard let error = result.writeErrors.first else {
            try result.orThrow()
            // What gave way must not come back where the application deletes the copy.
            try notes.mark(sorted.displaced.compactMap { $0["_id"] }, .written, with: hot)
            return
        }
        // An ordered insert stops at the first error: from there on nothing was written.
        try notes.mark(Array(inserts.ids[..<error.index]), .written, with: hot)
        try notes.mark(Array(inserts.ids[error.index...]), .unwritten, with: hot)
        guard error.concernsDocument else { throw MongoError(.server, code: error.code, message: error.message) }
        let writer = TargetWriter(target: plan.destination, comment: context.comment)
        throw MoveInterruption.documents([writer.fault(of: inserts.ids[error.index], error)])
    }

    /// Reads the copies back and compares.
    ///
    /// In hot the application may have written to one since, or deleted it: then what there is stays, since nothing
    /// proves that the copy was right. The settlement says so, which knows from the notes that all were written.
    private func verify(
        _ sorted: BatchSorting,
        _ attempt: inout Attempt,
        target: borrowing Client,
        hot: borrowing Client
    ) throws {
        do {
            try attempt.verify(sorted, readConcern: target.afterLastOperation, with: target)
        } catch MoveInterruption.differing(let ids) {
            // Where another run has taken over it has taken the copies, too. Where that can't be said they do differ.
            if (try? settlement.lease.renew(with: hot)) == false { throw MigrationError.leaseLost(plan.collection.hot) }
            if plan.direction == .restore { try notes.mark(sorted.written.ids, .written, with: hot) }
            throw MoveInterruption.differing(ids)
        }
    }

    /// Deletes from the source what is still the same.
    ///
    /// - Returns: what was moved. What the application deleted between copy and delete is among it: the server does not
    ///   say which documents it deleted.
    private func delete(
        _ sorted: BatchSorting,
        _ attempt: inout Attempt,
        source: borrowing Client,
        target: borrowing Client,
        hot: borrowing Client
    ) throws -> BatchSorting {
        let start = ContinuousClock.now
        defer { attempt.count(\.delete, since: start) }
        try settlement.secure(sorted.moving, with: source)
        try settlement.secure(sorted, with: target)
        try notes.mark(isDeleting: true, with: hot)
        // The last look before the point of no return: for a minute from here nobody can take the lease over.
        try settlement.lease.confirm(with: hot)
        let guarded = GuardedDelete(collection: context.source, comment: context.comment)
        var renewed: Set<BSONValue> = []
        let deleted = try guarded.delete(sorted.moving, with: source) { newer, id in
            try notes.note(newer: newer, of: id, with: hot)
            renewed.insert(id)
        }
        attempt.outcome.counts.deleted += deleted
        attempt.outcome.quarantined += try settlement.resolveTaken(source: source, target: target).map(\.detached)
        if !sorted.relied.isEmpty {
            attempt.outcome.quarantined += try settlement.resolvePending(source: source, target: target).map(\.detached)
        }
        guard deleted < sorted.moving.count else { return sorted }
        var reader = BatchReader(comment: context.comment, readConcern: ["level": "majority"])
        reader.uuid = context.source.compared
        // What is deleted in a newer version counts as changed, until settling has brought that to the target.
        let present = Set(try reader.present(sorted.moving.ids, in: plan.source, with: source)).union(renewed)
        let changed = sorted.moving.ids.filter(present.contains)
        // Otherwise one of them was deleted, and stored anew since.
        if deleted + changed.count <= sorted.moving.count { try notes.mark(isDeleting: false, with: hot) }
        attempt.outcome.counts.changed += changed.count
        attempt.outcome.changed += changed.map(\.detached)
        attempt.outcome.counts.alreadyInTarget -= changed.count { sorted.written[$0] == nil }
        let moved = sorted.limited(to: try sorted.moving.selecting { !present.contains($0) })
        if plan.collection.verifiesMigration {
            attempt.outcome.counts.verified = moved.moving.ids.count { moved.kept[$0] == nil }
        }
        return moved
    }
}
