internal import Mongo

/// Form 2 of the move protocol, hot to cold: two clusters, the hot commit decides.
///
/// A hot transaction reads the documents and stays open. A cold transaction writes the copies, and with them, in the
/// mover's cold seat, whose they are and for which batch. They are read back and compared. Then the hot transaction
/// deletes exactly those, writes the journal and, in the mover's hot seat, that the batch is done, and commits.
///
/// What may happen in between, and what meets it:
/// - The run dies: whoever takes its lease finds copies of a batch that is not done, and takes them back.
/// - It was only frozen, and wakes up: its seats are fenced or gone, and both its transactions must find them.
/// - The application writes a document: the delete is a WriteConflict, everything on hot is undone; the next attempt
///   reads anew and takes back from cold what it leaves out.
/// - The answer to a commit is lost: only an update of the hot seat tells, since it waits for the decision.
/// - Somebody deletes from the archive what it had before, since hot has it: hot's is in quarantine until it is certain that
///   the archive still has it.
/// - Cold takes its time, or is frozen: hot is let go after ten seconds, and cold is settled afterwards. Whoever wants a
///   lock that the hot transaction is in the way of, and all writers behind him, wait no longer than that.
///
/// The names of the steps are those of the model in `Tests/HotColdCoreTests/Model`. Blocks; runs on a mover's thread.
struct TwoClusterMigration: Sendable {
    let context: MoveContext
    let seat: Seat
    let ids: [BSONValue]
    /// What the attempt before this one read, when it met contention.
    let previous: SourceBatch?
    /// The last batch that the mover knows to be done.
    let known: Int64
    /// Whether copies of the batch in hand may be in quarantine: those that are copied anew must not stay there.
    let mayHavePending: Bool
    /// Is told before documents of the batch are put into quarantine.
    let willHavePending: @Sendable () -> Void

    /// Makes the attempt.
    ///
    /// - Returns: what is decided, and the last batch that is done.
    /// - Throws: `MoveInterruption`, `MigrationError`, or what the servers and the driver throw. Then copies may be on
    ///   cold that the hot transaction did not confirm: the next attempt, or `takeBack`, sees to them.
    func run(with clients: borrowing ClientPair) throws -> (step: BatchStep, done: Int64) {
        let plan = context.plan
        var attempt = Attempt(context, ids, previous: previous)
        try context.identities.checkUnlessCompared(hot: clients.first, cold: clients.second)
        let ids = try attempt.checkHolds(with: clients.first)
        guard !ids.isEmpty else { return (attempt.step, known) }
        var decides: Int64?
        var beforeCommit = ContinuousClock.now
        let latest = ContinuousClock.now + Attempt.maximumAge
        do {
            try clients.first.transaction(retryingCommitFor: plan.options.retryFor) {
                let position = try seat.readHot(knowing: known, with: clients.first)
                let batch = try attempt.readSource(ids, with: clients.first)
                guard !batch.isEmpty else { return }
                let sorted = try clients.first.waiting(for: clients.second, until: latest) {
                    let sorted = try copy(batch, at: position, &attempt, with: clients)
                    guard !sorted.moving.isEmpty else { return sorted }
                    ProtocolStep.copiesCommitted.reached()
                    try verify(sorted, &attempt, with: clients.second)
                    return sorted
                }
                guard !sorted.moving.isEmpty else { return }
                try attempt.checkAge()
                try attempt.record(sorted, with: clients.first)
                try seat.commit(position.next, with: clients.first)
                if plan.deletesSource { try attempt.delete(sorted.moving, with: clients.first) }
                decides = position.next
                beforeCommit = .now
            }
        } catch let error as MongoError where error.isUnknownCommit {
            try seat.settle(error, ofBatch: decides, with: clients.first)
        } catch let error as MongoError where error.kind == .network && ContinuousClock.now >= latest {
            throw try slowness(of: error, with: clients.second)
        } catch let error as MongoError {
            throw attempt.interruption(error)
        }
        ProtocolStep.committed.reached()
        attempt.count(\.delete, since: beforeCommit)
        return (attempt.step, decides ?? known)
    }

    /// What to do about a cold cluster that had no more time: less at once may be quick enough, if it answers at all.
    ///
    /// Asked when the hot transaction is over.
    ///
    /// - Throws: `MongoError` where it does not answer.
    private func slowness(of error: MongoError, with cold: borrowing Client) throws -> MoveInterruption {
        try cold.ping()
        guard let id = ids.first, ids.count == 1 else { return .tooLarge }
        let reason = "the cold cluster took longer than the hot transaction may wait for it: \(error)"
        // With a code, so that one after another ends the run.
        return .documents([DocumentFault(id: id, kind: .failed, reason: reason, code: MongoError.Code.maxTimeExpired)])
    }

    /// One cold transaction: brings cold to what the batch needs, and says in the seat whose the copies are.
    ///
    /// Own copies of an attempt before are brought up to date, or taken back where their documents are no longer in
    /// the batch.
    private func copy(
        _ batch: SourceBatch,
        at position: Seat.Position,
        _ attempt: inout Attempt,
        with clients: borrowing ClientPair
    ) throws -> BatchSorting {
        let archive = context.copies(of: seat)
        do {
            return try clients.second.transaction(
                retryingCommitFor: context.plan.options.retryFor,
                beforeAbort: { clients.first.abort() }
            ) {
                let before = try seat.readCold(with: clients.second).uncommitted(after: position.done)
                let own = Set(before.ids)
                let sorted = try attempt.sort(batch, own: own, in: clients.second, journal: clients.first)
                let moving = Set(sorted.moving.ids)
                do {
                    try archive.takeBack(before, except: moving, with: clients.second)
                } catch MoveInterruption.documents {
                    // One of the copies that would stay has taken a key of what has to come back.
                    throw MoveInterruption.startingOver
                }
                if mayHavePending { try archive.quarantine.discardPending(sorted.ours.ids, with: clients.second) }
                try attempt.copy(sorted, with: clients.second)
                if context.plan.deletesSource, !sorted.relied.isEmpty {
                    willHavePending()
                    try archive.secure(sorted, with: clients.second)
                }
                let undo = before.undo.filter { $0["_id"].map(moving.containsEqual(to:)) == true } + sorted.displaced
                try sorted.ours.ids.checkRoom(
                    for: Seat.Cold(ids: sorted.ours.ids).byteCount,
                    or: .failed,
                    DocumentFault.idTooLarge
                )
                let after = Seat.Cold(batch: position.next, ids: sorted.ours.ids, undo: undo)
                try after.ids.checkRoom(for: after.byteCount, or: .conflict, DocumentFault.displacedTooLarge)
                try seat.write(after, with: clients.second)
                return sorted
            }
        } catch let error as MongoError where error.isUnknownCommit {
            // The next attempt settles it: it writes to the cold seat, and one of the two transactions fails.
            throw MigrationError.unavailable(error)
        }
    }

    /// Reads back what a majority of the cold cluster has.
    private func verify(
        _ sorted: BatchSorting,
        _ attempt: inout Attempt,
        with cold: borrowing Client
    ) throws {
        do {
            try attempt.verify(sorted, readConcern: cold.afterLastOperation, with: cold)
        } catch let interruption as MoveInterruption {
            // A recovery that took the copies back has removed the seat with them: then nothing is wrong with the bytes.
            _ = try seat.readCold(with: cold)
            throw interruption
        }
    }
}

extension Seat {
    /// Finds out what became of a commit whose answer was lost.
    ///
    /// - Throws: `MigrationError.unavailable` when it did not take effect: the batch can be tried again.
    ///   `MigrationError.outcomeUnknown` when no server tells: recovery will know.
    func settle(_ error: MongoError, ofBatch number: Int64?, with hot: borrowing Client) throws {
        guard let number else { throw MigrationError.unavailable(error) }  // Nothing was written.
        let done: Int64
        do {
            done = try probe(with: hot).position.done
        } catch let failure as MongoError {
            throw MigrationError.outcomeUnknown(failure)
        }
        guard done >= number else { throw MigrationError.unavailable(error) }
    }
}

extension MoveContext {
    /// What a mover has put on cold.
    func copies(of seat: Seat) -> ColdCopies {
        ColdCopies(
            seat: seat,
            identities: identities,
            comment: comment,
            patience: plan.options.retryFor,
            clock: plan.clock
        )
    }
}

extension Client {
    /// Runs a body on another deployment while this client's transaction is open, which is over soon after a moment,
    /// whatever the other one does.
    func waiting<Success>(
        for other: borrowing Client,
        until latest: ContinuousClock.Instant,
        _ body: () throws -> Success
    ) throws -> Success {
        try endingTransaction(at: latest + .milliseconds(500)) { try other.waiting(until: latest, body) }
    }

    /// Asks whether the server is there.
    ///
    /// - Throws: `MongoError` where it does not answer in some seconds.
    func ping() throws { _ = try waiting(until: .now + .seconds(5)) { try run(["ping": 1], on: "admin", .read) } }

    /// The read concern of a read that sees what this client has done, as a majority has it.
    var afterLastOperation: BSONDocument {
        let majority: BSONDocument = ["level": "majority"]
        return operationTime.map { majority.appending("afterClusterTime", $0) } ?? majority
    }
}
