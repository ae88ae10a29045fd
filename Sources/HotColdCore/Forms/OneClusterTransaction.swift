internal import Mongo

/// Form 1 of the move protocol: source and target in one cluster, everything in one transaction.
///
/// Read the documents, write the copies, read them back, compare, write the journal, delete exactly what was compared,
/// commit. A crash at any moment leaves all of it or nothing, so there is nothing to recover. The delete comes last
/// and directly before the commit: until then an application that writes to one of the documents does not wait, it
/// makes our delete a WriteConflict. Blocks; runs on a mover's thread.
struct OneClusterTransaction: Sendable {
    /// A transaction older than this is given up and tried again with half the documents: writers may be waiting, and
    /// the server itself ends transactions after `transactionLifetimeLimitSeconds` (60).
    static let maximumAge: Duration = .seconds(10)

    let context: MoveContext
    let ids: [BSONValue]
    /// What the attempt before this one read, when it met contention.
    let previous: SourceBatch?

    private var plan: MigrationPlan { context.plan }
    private var reader: BatchReader { BatchReader(comment: context.comment) }

    /// Runs the transaction.
    ///
    /// Returns what is decided and the ids that did not fit into it.
    ///
    /// - Throws: `MoveInterruption`, or what the server and the driver throw.
    func run(with client: borrowing Client) throws -> (BatchOutcome, [[BSONValue]]) {
        var outcome = BatchOutcome()
        let ids = try withoutHeld(&outcome, with: client)
        guard !ids.isEmpty else { return (outcome, []) }
        var read: SourceBatch?
        var rest: [BSONValue] = []
        let decided = outcome
        let started = ContinuousClock.now
        do {
            var beforeCommit = started
            try client.transaction(retryingCommitFor: plan.options.retryFor) {
                outcome = decided
                let batch = try readSource(ids, &outcome, rest: &rest, with: client)
                read = batch
                try move(batch, &outcome, started: started, with: client)
                beforeCommit = .now
            }
            outcome.phases.delete += .now - beforeCommit
            outcome.batches += outcome.counts.migrated > 0 ? 1 : 0
            return (outcome, [rest])
        } catch let error as MongoError where error.isTooLargeForTransaction && ids.count > 1 {
            throw MoveInterruption.tooLarge
        } catch let error as MongoError where error.isTransientTransaction && error.kind == .server && !error.isElection
        {
            let foundChanges = outcome.counts.changed + outcome.counts.vanished > 0
            throw MoveInterruption.contention(
                Contention(read: read, foundChanges: foundChanges, duration: .now - started, error: error)
            )
        }
    }

    // MARK: The steps, in order

    private func withoutHeld(_ outcome: inout BatchOutcome, with client: borrowing Client) throws -> [BSONValue] {
        guard plan.direction == .migrate, context.hasHolds else { return ids }
        let held = try context.holds.held(among: ids, at: plan.clock.now, with: client)
        outcome.counts.held += held.count
        outcome.leftBehind += held.map(\.detached)
        guard !held.isEmpty else { return ids }
        let isHeld = Set(held)
        return ids.filter { !isHeld.contains($0) }
    }

    /// Reads the documents that still match.
    ///
    /// A reply holds at most 16 MB: what does not fit is left for the next transaction.
    private func readSource(
        _ ids: [BSONValue],
        _ outcome: inout BatchOutcome,
        rest: inout [BSONValue],
        with client: borrowing Client
    ) throws -> SourceBatch {
        let start = ContinuousClock.now
        defer { outcome.phases.read += .now - start }
        let page = try reader.open(ids, matching: plan.selection, in: plan.source, with: client)
        if let cursor = page.next { client.close(cursor) }
        let batch = try SourceBatch(page.documents)
        let absent = ids.filter { batch[$0] == nil }
        if page.next != nil {
            guard absent.count < ids.count else {
                throw MigrationError.bug("the server sent an empty reply with more to come")
            }
            rest = absent
        } else if !absent.isEmpty {
            rest = []
            let present = try reader.present(absent, in: plan.source, with: client)
            outcome.counts.changed += present.count
            outcome.changed += present.map(\.detached)
            outcome.counts.vanished += absent.count - present.count
        }
        return try withoutChanged(batch, scanned: Set(ids), &outcome)
    }

    /// Leaves out what somebody changed since the attempt before, or stored anew under an `_id` that is equal and
    /// written differently (1 and 1.0): they would make this attempt fail too, or be counted twice.
    private func withoutChanged(_ batch: SourceBatch, scanned: Set<BSONValue>, _ outcome: inout BatchOutcome) throws
        -> SourceBatch
    {
        let kept = try batch.selecting { id in
            guard scanned.contains(id) else { return false }
            guard let before = previous?[id] else { return true }
            return before == batch[id]
        }
        let changed = batch.ids.filter { scanned.contains($0) && kept[$0] == nil }
        outcome.counts.changed += changed.count
        outcome.changed += changed.map(\.detached)
        return kept
    }

    private func move(
        _ batch: SourceBatch,
        _ outcome: inout BatchOutcome,
        started: ContinuousClock.Instant,
        with client: borrowing Client
    ) throws {
        guard !batch.isEmpty else { return }
        let sorted = try sort(batch, &outcome, with: client)
        guard !sorted.moving.isEmpty else { return }
        try copy(sorted, &outcome, with: client)
        if plan.collection.verifiesMigration { try verify(sorted, &outcome, with: client) }
        guard ContinuousClock.now - started < Self.maximumAge || ids.count == 1 else { throw MoveInterruption.tooLarge }
        try record(sorted, &outcome, with: client)
        if plan.deletesSource { try delete(sorted.moving, &outcome, with: client) }
    }

    /// Looks the ids up in the target and decides for each document.
    private func sort(
        _ batch: SourceBatch,
        _ outcome: inout BatchOutcome,
        with client: borrowing Client
    ) throws -> BatchSorting {
        let start = ContinuousClock.now
        defer { outcome.phases.read += .now - start }
        let existing = try reader.all(batch.ids, in: plan.destination, with: client)
        let replaceable = try replaceable(among: BatchSorting.differing(batch, existing), with: client)
        let sorting = try BatchSorting(
            batch,
            existing: existing,
            replaceable: replaceable,
            onConflict: plan.options.onConflict
        )
        for id in sorting.conflicts {
            outcome.leaveBehind(id, .conflict, "\(plan.destination) has this _id with other content")
        }
        outcome.counts.alreadyInTarget += sorting.alreadyInTarget
        return sorting
    }

    /// Which differing target documents give way: by the operator's word, or because a copy-only run of hotcold put
    /// them there and the source is newer.
    ///
    /// In hot nothing gives way unasked: there the application may have written.
    private func replaceable(among differing: [BSONValue], with client: borrowing Client) throws -> Set<BSONValue> {
        guard !differing.isEmpty else { return [] }
        if plan.options.onConflict == .replace { return Set(differing) }
        guard context.hasCopies, plan.direction == .migrate else { return [] }
        return try context.journal.copied(among: differing, with: client)
    }

    private func copy(_ sorted: BatchSorting, _ outcome: inout BatchOutcome, with client: borrowing Client) throws {
        let start = ContinuousClock.now
        defer { outcome.phases.copy += .now - start }
        if !sorted.outdated.isEmpty {
            _ = try client.delete(ids: sorted.outdated, from: plan.destination, comment: context.comment)
        }
        if !sorted.inserts.isEmpty {
            let result = try client.insert(sorted.inserts.documents, into: plan.destination, comment: context.comment)
            if let error = result.writeErrors.first {
                guard error.concernsDocument else {
                    throw MongoError(.server, code: error.code, message: error.message)
                }
                throw MoveInterruption.documents([fault(of: sorted.inserts.ids[error.index], error)])
            }
            guard result.count == sorted.inserts.count else {
                throw MigrationError.bug(
                    "\(result.count) of \(sorted.inserts.count) copies were inserted without an error"
                )
            }
        }
        for (id, document) in zip(sorted.replacements.ids, sorted.replacements.documents) {
            try put(document, id, with: client)
        }
    }

    /// Puts a document that an insert would alter.
    private func put(_ document: BSONDocument, _ id: BSONValue, with client: borrowing Client) throws {
        let update: BSONDocument = [
            "q": ["_id": ["$eq": id]], "u": [["$replaceWith": .literal(.document(document))]], "upsert": true,
        ]
        let reply: BSONDocument
        do {
            reply = try client.write(
                [
                    "update": .string(plan.destination.collection), "updates": [.document(update)],
                    "comment": .string(context.comment),
                ],
                on: plan.destination.database
            )
        } catch let error as MongoError where error.concernsDocument {
            throw MoveInterruption.documents([DocumentFault(id: id, kind: .failed, reason: "\(error)")])
        }
        // What the target had of this _id is deleted by now. What the update found all the same has an _id that the
        // server takes for equal, 1.0 for 1: somebody else's document, which the rollback brings back.
        guard reply["upserted"]?.array?.count == 1 else {
            throw MoveInterruption.documents([DocumentFault(id: id, kind: .conflict, reason: equalID)])
        }
    }

    private var equalID: String { "\(plan.destination) takes this _id for equal to another one it has" }

    private func fault(of id: BSONValue, _ error: WriteError) -> DocumentFault {
        error.code == MongoError.Code.duplicateKey && error.keyPattern == ["_id": 1]
            ? DocumentFault(id: id, kind: .conflict, reason: equalID)
            : DocumentFault(id: id, kind: .failed, reason: error.message)
    }

    private func verify(_ sorted: BatchSorting, _ outcome: inout BatchOutcome, with client: borrowing Client) throws {
        let start = ContinuousClock.now
        defer { outcome.phases.verify += .now - start }
        let differing = try [sorted.inserts, sorted.replacements].flatMap { written in
            written.isEmpty
                ? [] : try written.differences(from: reader.all(written.ids, in: plan.destination, with: client))
        }
        guard differing.isEmpty else { throw MoveInterruption.differing(differing) }
        // What was in the target before was compared when it was found.
        outcome.counts.verified += sorted.moving.count - sorted.kept.count
    }

    /// The journal, and for a restore the holds: in the transaction, so that they are true exactly when it commits.
    private func record(_ sorted: BatchSorting, _ outcome: inout BatchOutcome, with client: borrowing Client) throws {
        let moving = sorted.moving
        let now = plan.clock.now
        if plan.deletesSource {
            let arrived = zip(moving.ids, moving.documents).map { sorted.kept[$0] ?? $1 }
            try context.journal.record(arrived, ids: moving.ids, at: now, with: client)
        } else {
            // A record of copies is a licence to replace them: only of what this very transaction wrote.
            let written = Array(sorted.inserts.documents) + Array(sorted.replacements.documents)
            let ids = sorted.inserts.ids + sorted.replacements.ids
            if !ids.isEmpty { try context.journal.record(written, ids: ids, at: now, with: client) }
        }
        if plan.direction == .restore, plan.options.holdDays > 0 {
            let until = now + Int64(plan.options.holdDays) * 86_400_000
            try context.holds.place(moving.ids, until: until, run: context.run, with: client)
        }
        if context.hasCopies, plan.deletesSource { try context.journal.forgetCopies(of: moving.ids, with: client) }
        outcome.counts.migrated += moving.count
        outcome.bytes += moving.documents.byteCount
        for date in moving.documents.compactMap({ plan.collection.policy.date(of: $0) }) {
            outcome.oldest = min(outcome.oldest ?? date, date)
            outcome.newest = max(outcome.newest ?? date, date)
        }
    }

    private func delete(_ batch: SourceBatch, _ outcome: inout BatchOutcome, with client: borrowing Client) throws {
        let start = ContinuousClock.now
        defer { outcome.phases.delete += .now - start }
        let deleted = try client.delete(ids: batch.ids, from: plan.source, comment: context.comment)
        guard deleted == batch.count else {
            throw MigrationError.bug(
                "the server says it deleted \(deleted) documents where \(batch.count) were meant; the batch was rolled back"
            )
        }
        outcome.counts.deleted += deleted
    }
}
