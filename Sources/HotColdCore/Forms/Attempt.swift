internal import Mongo

/// One attempt at a slice of a batch: the steps that the forms of the move protocol are made of, and what they find.
///
/// A form is a script of these steps in an order that it answers for. Each step blocks and runs on a mover's thread, in
/// the transaction of the client that it is given.
struct Attempt {
    /// A transaction older than this is given up and tried again with half the documents: writers may be waiting, and
    /// the server itself ends transactions after `transactionLifetimeLimitSeconds` (60).
    static let maximumAge: Duration = .seconds(10)

    let context: MoveContext
    /// The slice.
    let ids: [BSONValue]
    /// What the attempt before this one read, when it met contention.
    let previous: SourceBatch?

    /// What is decided so far.
    var outcome = BatchOutcome()
    /// Ids that did not fit into a reply: for the next transaction.
    private(set) var rest: [BSONValue] = []
    private var read: SourceBatch?
    /// Whether the target was not asked what it has of the slice.
    private var presumes = false
    private let started = ContinuousClock.now
    private let reader: BatchReader
    private let targetReader: BatchReader

    /// Starts an attempt.
    ///
    /// - Parameter readConcern: for reads outside a transaction.
    init(
        _ context: MoveContext,
        _ ids: [BSONValue],
        previous: SourceBatch?,
        readConcern: BSONDocument? = nil
    ) {
        self.context = context
        self.ids = ids
        self.previous = previous
        reader = BatchReader(comment: context.comment, readConcern: readConcern, uuid: context.source.compared)
        targetReader = BatchReader(comment: context.comment, readConcern: readConcern, uuid: context.target.compared)
    }

    private var plan: MigrationPlan { context.plan }
    private var writer: TargetWriter { TargetWriter(target: plan.destination, comment: context.comment) }

    /// What is decided, and what is left to do.
    var step: BatchStep { BatchStep(outcome: outcome, remaining: [rest]) }

    /// Turns what a server says about an attempt into what is to be done about it.
    ///
    /// Contention and a transaction too large are `MoveInterruption`s; other errors stay as they are.
    func interruption(_ error: MongoError) -> any Error {
        // Of what is written beside the documents, the ids are all that is theirs: what it can't hold, it can't of them.
        let isTooLarge = error.isTooLargeForTransaction || error.isTooLargeForDocument
        if isTooLarge, ids.count > 1 { return MoveInterruption.tooLarge }
        if error.isTooLargeForDocument {
            let reason = "its _id is too large or nested too deep for hotcold's records of the move: \(error)"
            return MoveInterruption.documents([
                DocumentFault(id: ids[0], kind: .failed, reason: reason, code: error.code)
            ])
        }
        if error.isTooLargeForTransaction, error.code != MongoError.Code.transactionTooOld {
            return MoveInterruption.documents([
                DocumentFault(id: ids[0], kind: .failed, reason: "\(error)", code: error.code)
            ])
        }
        // A lock is not held by another writer of these documents: it is waited for, not worked around.
        guard error.isTransientTransaction, error.kind == .server, !error.isElection, !error.isLocked else {
            return error
        }
        let foundChanges = outcome.counts.changed + outcome.counts.vanished > 0
        return MoveInterruption.contention(
            Contention(read: read, foundChanges: foundChanges, duration: .now - started, error: error)
        )
    }

    // MARK: The steps

    /// The ids of the slice less those that an operator restored and that are still held.
    mutating func checkHolds(with hot: borrowing Client) throws -> [BSONValue] {
        guard plan.direction == .migrate, context.hasHolds else { return ids }
        let held = try context.holds.held(among: ids, at: plan.clock.now, with: hot)
        outcome.counts.held += held.count
        outcome.leftBehind += held.map(\.detached)
        guard !held.isEmpty else { return ids }
        let isHeld = Set(held)
        return ids.filter { !isHeld.contains($0) }
    }

    /// Reads the documents that still match.
    ///
    /// A reply holds at most 16 MB: what does not fit is left for the next transaction.
    mutating func readSource(_ ids: [BSONValue], with source: borrowing Client) throws -> SourceBatch {
        let start = ContinuousClock.now
        defer { count(\.read, since: start) }
        let page = try reader.open(ids, matching: plan.selection, in: plan.source, with: source)
        if let cursor = page.next { source.close(cursor) }
        let batch = try SourceBatch(page.documents)
        let kept = batch.hasExactly(ids) && previous == nil ? batch : try withoutOthers(batch, ids, page, with: source)
        read = kept
        ProtocolStep.read.reached()
        return kept
    }

    /// Finds out what became of ids whose documents are not in the reply, and leaves out what is not to be moved.
    private mutating func withoutOthers(
        _ batch: SourceBatch,
        _ ids: [BSONValue],
        _ page: CursorPage,
        with source: borrowing Client
    ) throws -> SourceBatch {
        let absent = ids.filter { batch[$0] == nil }
        if page.next != nil {
            guard absent.count < ids.count else {
                throw MigrationError.bug("the server sent an empty reply with more to come")
            }
            rest = absent
        } else if !absent.isEmpty {
            rest = []
            let present = try reader.present(absent, in: plan.source, with: source)
            outcome.counts.changed += present.count
            outcome.changed += present.map(\.detached)
            outcome.counts.vanished += absent.count - present.count
        }
        return try withoutChanged(batch, scanned: Set(ids))
    }

    /// Leaves out what somebody changed since the attempt before, or stored anew under an `_id` that is equal and
    /// written differently (1 and 1.0): they would make this attempt fail too, or be counted twice.
    private mutating func withoutChanged(_ batch: SourceBatch, scanned: Set<BSONValue>) throws -> SourceBatch {
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

    /// Decides for each document, by what the target has of the ids, or in the belief that it has none of them.
    ///
    /// - Parameter own: ids whose documents in the target are copies that this mover has put there before.
    mutating func sort(
        _ batch: SourceBatch,
        own: Set<BSONValue> = [],
        in target: borrowing Client,
        journal hot: borrowing Client
    ) throws -> BatchSorting {
        let start = ContinuousClock.now
        defer { count(\.read, since: start) }
        presumes = own.isEmpty && context.targetHasNone.isUpheld
        if presumes, !isVerifiedInTransaction { try context.target.checkInTransaction(with: target) }
        let existing = presumes ? .empty : try existing(batch, in: target)
        let batch = try plan.options.onlyDuplicates ? leavingOthers(batch, existing, journal: hot) : batch
        let differing = BatchSorting.differing(batch, existing).filter { !own.contains($0) }
        let sorting = try blamingPresumption {
            try BatchSorting(
                batch,
                existing: existing,
                replaceable: replaceable(among: existing.selecting(Set(differing).contains), with: hot),
                own: own,
                onConflict: plan.options.onConflict
            )
        }
        if presumes, !sorting.replacements.isEmpty {
            // They go by update, which would not be refused but write to what is there.
            throw context.targetHasNone.refuted()
        }
        for id in sorting.conflicts {
            outcome.leaveBehind(id, .conflict, "\(plan.destination) has this _id with other content")
        }
        outcome.counts.alreadyInTarget += sorting.alreadyInTarget
        return sorting
    }

    /// What the target has of a batch's ids.
    ///
    /// Without transactions only what has the very ids: what is noted there is found by them.
    private func existing(_ batch: SourceBatch, in target: borrowing Client) throws -> SourceBatch {
        let found = try targetReader.all(batch.ids, in: plan.destination, with: target)
        return plan.topology == .standalone ? found : found.aligned(to: batch.ids)
    }

    /// Whether the copies are read back in the very transaction that writes them: then that tells of another collection, too.
    private var isVerifiedInTransaction: Bool {
        let writesToHot = plan.topology == .oneCluster || plan.direction == .restore
        return plan.collection.verifiesMigration && writesToHot
    }

    /// What is wrong with a document may be that the target has it: then that is found out before anything is said of it.
    ///
    /// - Throws: `MoveInterruption.presumedWrongly` in the place of `documents`, once in a run for each mover at most.
    private func blamingPresumption<Success>(_ body: () throws -> Success) throws -> Success {
        do {
            return try body()
        } catch MoveInterruption.documents where presumes {
            throw context.targetHasNone.refuted()
        }
    }

    /// Leaves out what the target does not have with the same bytes, or has as a copy that is meant to be there: when the
    /// plan was made it was a duplicate, and somebody has written to one of the two since, or copied.
    private mutating func leavingOthers(
        _ batch: SourceBatch,
        _ existing: SourceBatch,
        journal hot: borrowing Client
    ) throws -> SourceBatch {
        let copies = context.hasCopies ? try context.journal.copied(among: batch.ids, with: hot) : []
        let duplicates = Set(batch.ids.filter { existing[$0] == batch[$0] && !copies.contains($0) })
        let others = batch.ids.filter { !duplicates.contains($0) }
        outcome.counts.changed += others.count
        outcome.changed += others.map(\.detached)
        return try batch.selecting(duplicates.contains)
    }

    /// Which differing target documents give way: by the operator's word, or because a copy-only run of hotcold put
    /// them there as they are, and the source is newer.
    ///
    /// In hot nothing gives way unasked: there the application may have written.
    private func replaceable(among differing: SourceBatch, with hot: borrowing Client) throws -> Set<BSONValue> {
        guard !differing.isEmpty else { return [] }
        if plan.options.onConflict == .replace { return Set(differing.ids) }
        guard context.hasCopies, plan.direction == .migrate else { return [] }
        let archived = zip(differing.ids, differing.documents.map(Fingerprint.init))
        let known = Dictionary(archived) { first, _ in first }
        return try context.journal.copies(among: known, comment: context.comment, with: hot).untouched
    }

    /// Writes the copies.
    mutating func copy(_ sorted: BatchSorting, with target: borrowing Client) throws {
        let start = ContinuousClock.now
        defer { count(\.copy, since: start) }
        try blamingPresumption { try writer.write(sorted, with: target) }
        ProtocolStep.copied.reached()
    }

    /// Reads the copies back and compares them byte for byte.
    ///
    /// - Parameter readConcern: nil inside the transaction that wrote them.
    /// - Throws: `MoveInterruption.differing`.
    mutating func verify(
        _ sorted: BatchSorting,
        readConcern: BSONDocument? = nil,
        with target: borrowing Client
    ) throws {
        guard plan.collection.verifiesMigration else {
            // Not read in a transaction that goes on, the target may be another one by the time it was written to.
            if readConcern != nil { try context.target.checkInTransaction(with: target) }
            return
        }
        let start = ContinuousClock.now
        defer { count(\.verify, since: start) }
        let reader = BatchReader(comment: context.comment, readConcern: readConcern, uuid: context.target.compared)
        var gone: [DocumentFault] = []
        let differing = try [sorted.inserts, sorted.replacements].filter { !$0.isEmpty }.flatMap { written in
            let copies = try reader.documents(written.ids, in: plan.destination, with: target)
            let differing = try written.differences(from: copies)
            // In the transaction that has written them nobody else can; and in hot the settlement sees to them.
            guard readConcern != nil, plan.direction == .migrate, !differing.isEmpty else { return differing }
            let present = try SourceBatch(copies)
            let absent = differing.filter { present[$0] == nil }
            gone += absent.map { DocumentFault(id: $0, kind: .failed, reason: copyGone) }
            return differing.filter { present[$0] != nil }
        }
        guard differing.isEmpty else { throw MoveInterruption.differing(differing) }
        guard gone.isEmpty else { throw MoveInterruption.documents(gone) }
        // What was in the target before was compared when it was found.
        outcome.counts.verified += sorted.moving.count - sorted.kept.count
        ProtocolStep.verified.reached()
    }

    private var copyGone: String {
        "its copy in \(plan.destination) was gone when it was read back: somebody has deleted it"
    }

    /// Writes to the target's documents that are to be all that is left of theirs, and leaves them as they were, in the
    /// caller's transaction: it and somebody who deletes one of them meanwhile can't both commit.
    ///
    /// A transaction reads what was there when it began. And an update that changes nothing is no write.
    func claim(_ sorted: BatchSorting, with target: borrowing Client) throws {
        let relied = sorted.relied
        guard plan.deletesSource, !relied.isEmpty else { return }
        let field = "hotcold \(context.run)"
        for change in ["$set", "$unset"] {
            let update: BSONDocument = [
                "q": .document(.matching(ids: relied.ids)), "u": .document(BSONDocument(change, [field: 1])),
                "multi": true, "hint": ["_id": 1],
            ]
            let command: BSONDocument = [
                "update": .string(plan.destination.collection), "updates": [.document(update)],
                "comment": .string(context.comment),
            ]
            try claim(relied, by: command, with: target)
        }
        let reader = BatchReader(comment: context.comment, uuid: context.target.compared)
        let others = try relied.differences(from: reader.documents(relied.ids, in: plan.destination, with: target))
        guard others.isEmpty else {
            throw MoveInterruption.documents(
                others.map { id in
                    let reason = "\(plan.destination) has it already, and can't keep it as it is in a transaction"
                    return DocumentFault(id: id, kind: .failed, reason: reason)
                }
            )
        }
    }

    /// What is there may be older than a validator, and then has to bypass it: a privilege that roles seldom have.
    private func claim(_ relied: SourceBatch, by command: BSONDocument, with target: borrowing Client) throws {
        let bypasses = !context.claimsPlainly.isUpheld && context.mayBypass.isUpheld
        let claim = bypasses ? command.appending("bypassDocumentValidation", true) : command
        do {
            try target.write(claim, on: plan.destination.database)
        } catch let error as MongoError where error.code == MongoError.Code.documentValidationFailure {
            guard !context.claimsPlainly.isUpheld else { throw context.claimsPlainly.refuted() }
            // The user may not bypass it. Which document it is, the server does not say.
            guard let id = relied.ids.first, relied.count == 1, ids.count == 1 else { throw MoveInterruption.tooLarge }
            let reason =
                "\(plan.destination) has it already, its validator does not take it, and the user may not bypass that"
            throw MoveInterruption.documents([DocumentFault(id: id, kind: .failed, reason: reason, code: error.code)])
        } catch let error as MongoError where error.isRefusal && bypasses {
            throw context.mayBypass.refuted()
        }
    }

    /// Gives up an attempt that has taken long, before anything waits for it.
    func checkAge() throws {
        guard ContinuousClock.now - started < Self.maximumAge || ids.count == 1 else { throw MoveInterruption.tooLarge }
    }

    /// Writes the journal and counts what is moved.
    ///
    /// In the transaction that decides, so that it is true exactly when that commits.
    mutating func record(_ sorted: BatchSorting, with hot: borrowing Client) throws {
        let moving = sorted.moving
        let now = plan.clock.now
        try moving.ids.checkRoom(
            for: moving.ids.reduce(0) { $0 + $1.bytes.count + 64 },
            or: .failed,
            DocumentFault.idTooLarge
        )
        if plan.deletesSource {
            let arrived = zip(moving.ids, moving.documents).map { sorted.kept[$0] ?? $1 }
            try context.journal.record(arrived, ids: moving.ids, at: now, with: hot)
        } else {
            // A record of copies is a licence to replace them: only of what this very move wrote.
            let ours = sorted.ours
            if !ours.ids.isEmpty {
                try context.journal.record(Array(ours.documents), ids: ours.ids, at: now, with: hot)
            }
        }
        if context.hasCopies, plan.deletesSource {
            try context.journal.forgetCopies(of: moving.ids, at: now, with: hot)
        }
        count(moved: moving)
        outcome.batches += 1
        ProtocolStep.recorded.reached()
    }

    /// Counts documents as moved.
    mutating func count(moved batch: SourceBatch) {
        outcome.counts.migrated += batch.count
        outcome.bytes += batch.documents.byteCount
        for date in batch.documents.compactMap({ plan.collection.policy.date(of: $0) }) {
            outcome.oldest = min(outcome.oldest ?? date, date)
            outcome.newest = max(outcome.newest ?? date, date)
        }
    }

    /// Adds the time since a moment to a phase.
    mutating func count(_ phase: WritableKeyPath<Phases, Duration>, since start: ContinuousClock.Instant) {
        outcome.phases[keyPath: phase] += .now - start
    }

    /// Holds restored documents in hot, for as long as the operator said.
    ///
    /// - Precondition: their ids have room in one document.
    /// - Parameter unlessHeld: whether an attempt before this one may have held them already.
    func hold(_ ids: [BSONValue], unlessHeld: Bool = false, with hot: borrowing Client) throws {
        guard plan.direction == .restore, plan.options.holdDays > 0, !ids.isEmpty else { return }
        let until = plan.clock.now + Int64(plan.options.holdDays) * 86_400_000
        // An hour before is as good: the clock has gone on since the attempt before.
        let held = unlessHeld ? Set(try context.holds.held(among: ids, at: until - 3_600_000, with: hot)) : []
        let others = ids.filter { !held.contains($0) }
        try context.holds.place(others, until: until, run: context.run, at: plan.clock.now, with: hot)
    }

    /// Deletes from the source exactly what was compared.
    mutating func delete(_ batch: SourceBatch, with source: borrowing Client) throws {
        let start = ContinuousClock.now
        defer { count(\.delete, since: start) }
        let deleted = try source.delete(ids: batch.ids, from: plan.source, comment: context.comment)
        guard deleted == batch.count else {
            throw MigrationError.bug(
                "the server says it deleted \(deleted) documents where \(batch.count) were meant; the batch was rolled back"
            )
        }
        outcome.counts.deleted += deleted
        ProtocolStep.deleted.reached()
    }
}
