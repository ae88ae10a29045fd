internal import Mongo

/// What all movers of a run share.
struct MoveContext: Sendable {
    let plan: MigrationPlan
    /// The collections themselves, whatever becomes of their names.
    let identities: TierIdentities
    let run: String
    let journal: Journal
    let holds: Holds
    /// Whether there was any hold in the namespace when the run began: asked once, since only this run can add one.
    let hasHolds: Bool
    /// Whether copy-only runs are on record whose copies may be replaced.
    let hasCopies: Bool
    /// That the target has none of the documents.
    ///
    /// A transaction inserts them without a look, and the server refuses what is there already. Once it has done that,
    /// and without transactions, movers look first.
    let targetHasNone: Presumption
    /// That no validator of the target stands against documents that it has already.
    let claimsPlainly = Presumption(isUpheld: true)
    /// That the user may bypass one.
    let mayBypass = Presumption(isUpheld: true)
    /// What the target has refused since it took something last.
    let refusals = RefusalStreak()
    let stop: StopRequest
    /// What the run pauses for, for others to see.
    var pauses = PauseBoard()

    /// Shown by the server's profiler, logs and change streams.
    var comment: String { "hotcold \(run)" }
    /// The collection that documents leave.
    var source: CollectionIdentity { identities.source(plan.direction) }
    /// The collection that they go to.
    var target: CollectionIdentity { identities.target(plan.direction) }
}

/// What is decided of a slice of a batch, and what is still to do.
struct BatchStep: Sendable {
    var outcome: BatchOutcome
    var remaining: [[BSONValue]]
}

/// Moves slices of batches, one after another, by one form of the protocol.
protocol Mover: Sendable {
    /// Makes one attempt at a slice.
    ///
    /// - Parameter previous: what the attempt before this one read, when it met contention.
    /// - Throws: `MoveInterruption`, or what the servers and the driver throw.
    func attempt(_ slice: [BSONValue], previous: SourceBatch?) async throws -> BatchStep

    /// Takes back what attempts that did not end well have left in the target, so that another mover may have the ids.
    ///
    /// - Parameter failure: what the batch ended with.
    /// - Returns: what it decided in doing so.
    func takeBack(after failure: MigrationError?) async throws -> BatchOutcome

    /// What attempts have decided and could not report, when nothing more can be done for a batch.
    func takeOutcome() -> BatchOutcome
}

extension Mover {
    /// Nothing: a transaction decides and reports in one.
    func takeOutcome() -> BatchOutcome { BatchOutcome() }
}

/// Moves one batch of ids and answers with its outcome; never throws.
///
/// The attempts themselves are the mover's. Here is what surrounds them: what one document's fault, a concurrent write
/// or a lost server mean for the others. A batch is worked off in slices; trouble with a slice of more than one
/// document halves it.
struct BatchMove: Sendable {
    /// How often the slices of one batch may meet contention before what is left of it is tried only once.
    static let attempts = 200

    let context: MoveContext
    let mover: any Mover

    func run(_ ids: [BSONValue]) async -> BatchOutcome {
        InFlight.beginBatch()
        defer { InFlight.endBatch() }
        let start = ContinuousClock.now
        var outcome = BatchOutcome()
        var slices = [ids]
        var contentions = 0
        while let slice = slices.last, outcome.failure == nil, !context.stop.endsBatches {
            slices.removeLast()
            let step = await move(slice, contentions: &contentions)
            outcome.merge(step.outcome)
            slices += step.remaining.filter { !$0.isEmpty }
        }
        if !slices.isEmpty { outcome.isComplete = false }
        let released = await released(outcome)
        EngineLog.tell(
            "\(context.plan.collection.name): batch of \(ids.count.grouped) done in \(EngineLog.seconds(since: start)):"
                + " \(released.summary)"
        )
        return released
    }

    /// The outcome, once the ids may go to another mover.
    ///
    /// Where that can't be had the run ends, and what is left is settled with the mover's seat.
    private func released(_ outcome: BatchOutcome) async -> BatchOutcome {
        // Where a server was waited for in vain already, it is asked once more and no longer.
        let patience = outcome.failure == nil ? context.plan.options.retryFor : .zero
        var outcome = outcome
        do {
            let failure = outcome.failure
            let decided = try await retrying(for: patience, stop: context.stop) {
                try await mover.takeBack(after: failure)
            }
            outcome.merge(decided)
            return outcome
        } catch {
            outcome.merge(mover.takeOutcome())
            if !context.stop.excusesFailures { outcome.failure = outcome.failure ?? MigrationError(error) }
            return outcome
        }
    }

    /// Undoes everything that attempts at the batch have left in the target, before the slice is tried again.
    private func startOver(_ slice: [BSONValue]) async -> BatchStep {
        do {
            let decided = try await retrying(for: context.plan.options.retryFor, stop: context.stop) {
                try await mover.takeBack(after: nil)
            }
            return BatchStep(outcome: decided, remaining: [slice])
        } catch {
            return ended(by: MigrationError(error))
        }
    }

    /// The end of a batch that a failure ends; interrupted while it waited for a server, it is the operator's word and no
    /// failure.
    private func ended(by failure: MigrationError) -> BatchStep {
        var outcome = BatchOutcome()
        outcome.isComplete = false
        if !context.stop.excusesFailures { outcome.failure = failure }
        return BatchStep(outcome: outcome, remaining: [])
    }

    /// Moves a slice.
    ///
    /// Returns what is decided and what is still to do.
    private func move(_ slice: [BSONValue], contentions: inout Int) async -> BatchStep {
        var previous: SourceBatch?
        var history = ContentionHistory()
        var patience = Patience(context.plan.options.retryFor)
        while true {
            do {
                let step = try await mover.attempt(slice, previous: previous)
                if step.outcome.counts.migrated > 0 { context.refusals.end() }
                return step
            } catch MoveInterruption.presumedWrongly {
                continue
            } catch MoveInterruption.startingOver {
                return await startOver(slice)
            } catch let interruption as MoveInterruption {
                guard case .contention(let contention) = interruption else { return settle(interruption, slice) }
                contentions += 1
                previous = contention.read ?? previous
                // Beyond that bound each document has one attempt by itself: its neighbours are not to blame.
                let last: ContentionHistory.Step = slice.count > 1 ? .halve : .giveUp
                EngineLog.tell("\(slice.count.grouped) documents met another writer: \(contention.error)")
                let step = contentions < Self.attempts ? history.step(after: contention, slice: slice.count) : last
                switch step {
                case .again(let delay): try? await Task.sleep(for: delay)  // Cancelled: the caller sees to that.
                case .halve: return BatchStep(outcome: .reduced, remaining: slice.halves)
                case .giveUp: return BatchStep(outcome: givingUp(slice, contention.error), remaining: [])
                }
            } catch {
                let failure = MigrationError(error)
                if case .unavailable(let reason) = failure, await patience.pause(context.stop) {
                    EngineLog.tell("tries \(slice.count.grouped) documents again: \(reason)")
                    continue
                }
                return ended(by: failure)
            }
        }
    }

    private func settle(_ interruption: MoveInterruption, _ slice: [BSONValue]) -> BatchStep {
        switch interruption {
        case .contention, .presumedWrongly, .startingOver, .tooLarge:
            return BatchStep(outcome: .reduced, remaining: slice.halves)
        case .documents(let faults):
            if context.refusals.add(faults) { context.stop.request(.refusals) }
            return faults.settle(slice)
        case .differing(let ids):
            var outcome = BatchOutcome()
            for id in ids {
                outcome.leaveBehind(id, .differingBytes, "the copy read back had other bytes; nothing was deleted")
            }
            outcome.failure = .differingBytes(count: ids.count)
            return BatchStep(outcome: outcome, remaining: [])
        }
    }

    private func givingUp(_ slice: [BSONValue], _ error: MongoError) -> BatchOutcome {
        var outcome = BatchOutcome()
        for id in slice { outcome.leaveBehind(id, .failed, "another writer was in the way at every attempt: \(error)") }
        return outcome
    }
}

/// What ends one attempt at a slice without ending the run.
enum MoveInterruption: Error {
    /// Somebody wrote a document of the slice meanwhile, or the server could not take so much at once.
    case contention(Contention)
    /// A mover took for granted what is not so, and knows now: the same again.
    case presumedWrongly
    /// What attempts before this one have left in the target can't be undone in part: all of it has to be taken back
    /// first.
    case startingOver
    /// The transaction is too large for the server, or has lived for so long that writers may wait for it.
    case tooLarge
    /// Single documents that can't be moved, each with its reason.
    case documents([DocumentFault])
    /// Copies read back with other bytes.
    case differing([BSONValue])
}

/// Why one document can't be moved.
struct DocumentFault: Error {
    /// Where a document is to be replaced, and can't be remembered until the move is certain.
    static let displacedTooLarge =
        "the document that it would replace is too large to be kept until the move is certain"
    /// Where an `_id` leaves no room in a record.
    static let idTooLarge = "its _id is too large for the journal"

    let id: BSONValue
    let kind: MoveProblem.Kind
    let reason: String
    /// The server's code, where it took an attempt to find out.
    var code: Int32?
}

extension [BSONValue] {
    /// Checks that what has to be written down about documents of these ids fits into one document: of at most 16 MB, and
    /// there is more in it.
    ///
    /// - Throws: `MoveInterruption.tooLarge`, or the fault of the only one.
    func checkRoom(for byteCount: Int, or kind: MoveProblem.Kind, _ reason: String) throws {
        guard byteCount > 12 << 20 else { return }
        guard let id = first, count == 1 else { throw MoveInterruption.tooLarge }
        throw MoveInterruption.documents([DocumentFault(id: id, kind: kind, reason: reason)])
    }
}

extension [DocumentFault] {
    /// Takes the faulty documents out of their slice.
    ///
    /// The rest is halved, so that a batch with many faults costs a number of attempts that grows with the faults and
    /// not with faults times documents.
    fileprivate func settle(_ slice: [BSONValue]) -> BatchStep {
        var outcome = BatchOutcome()
        for fault in self { outcome.leaveBehind(fault.id, fault.kind, fault.reason) }
        let faulty = Set(map(\.id))
        guard faulty.isSubset(of: slice) else {
            // The slice would come again, for ever.
            outcome.failure = .bug("a document that is not in the batch is in the way: \(faulty.subtracting(slice))")
            return BatchStep(outcome: outcome, remaining: [])
        }
        return BatchStep(outcome: outcome, remaining: slice.filter { !faulty.contains($0) }.halves)
    }
}

extension [BSONValue] {
    fileprivate var halves: [[BSONValue]] { [Array(prefix(count / 2)), Array(dropFirst(count / 2))] }
}

extension BatchOutcome {
    /// Nothing decided, but that the batch was too large.
    fileprivate static var reduced: BatchOutcome {
        var outcome = BatchOutcome()
        outcome.wasReduced = true
        return outcome
    }
}
