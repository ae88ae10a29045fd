internal import Mongo

/// What all movers of a run share.
struct MoveContext: Sendable {
    let plan: MigrationPlan
    let run: String
    let journal: Journal
    let holds: Holds
    /// Whether any document of the namespace is held: asked once, since only this run's lease could add one.
    let hasHolds: Bool
    /// Whether copy-only runs are on record whose copies may be replaced.
    let hasCopies: Bool
    let stop: StopRequest

    /// Shown by the server's profiler, logs and change streams.
    var comment: String { "hotcold \(run)" }
}

/// Moves one batch of ids and answers with its outcome; never throws.
///
/// The transaction itself is in `OneClusterTransaction`. Here is what surrounds it: what one document's fault, a
/// concurrent write or a lost server mean for the others. A batch is worked off in slices; trouble with a slice of
/// more than one document halves it.
struct BatchMove: Sendable {
    /// How often contention is met with another attempt before the slice is halved.
    static let attempts = 20

    let context: MoveContext
    let connection: Connection

    func run(_ ids: [BSONValue]) async -> BatchOutcome {
        var outcome = BatchOutcome()
        var slices = [ids]
        while let slice = slices.popLast(), outcome.failure == nil {
            let (partial, remaining) = await move(slice)
            outcome.merge(partial)
            slices += remaining.filter { !$0.isEmpty }
        }
        return outcome
    }

    /// Moves a slice.
    ///
    /// Returns what is decided and what is still to do.
    private func move(_ slice: [BSONValue]) async -> (BatchOutcome, [[BSONValue]]) {
        var previous: SourceBatch?
        var contention = 0
        var patience = Patience(context.plan.options.retryFor)
        while true {
            do {
                let attempt = OneClusterTransaction(context: context, ids: slice, previous: previous)
                return try await connection.withClient { client in try attempt.run(with: client) }
            } catch let interruption as MoveInterruption {
                switch interruption {
                case .contention(let read):
                    previous = read ?? previous
                    contention += 1
                    if contention < Self.attempts {
                        try? await Task.sleep(for: .milliseconds(Int.random(in: 1...10) * min(contention, 8)))
                    } else if slice.count > 1 {
                        return (BatchOutcome(), slice.halves)
                    } else {
                        return (.changed(slice.count), [])
                    }
                case .tooSlow: return (BatchOutcome(), slice.halves)
                case .documents(let faults):
                    return faults.settle(slice)
                case .differing(let ids):
                    var outcome = BatchOutcome()
                    for id in ids {
                        outcome.leaveBehind(
                            id,
                            .differingBytes,
                            "the copy read back had other bytes; nothing was deleted"
                        )
                    }
                    outcome.failure = .differingBytes(count: ids.count)
                    return (outcome, [])
                }
            } catch {
                let failure = MigrationError(error)
                guard case .unavailable = failure, await patience.pause() else {
                    var outcome = BatchOutcome()
                    outcome.failure = failure
                    return (outcome, [])
                }
            }
        }
    }
}

/// What ends one attempt at a slice without ending the run.
enum MoveInterruption: Error {
    /// Somebody wrote a document of the slice meanwhile; with what was read, so that the next attempt sees what changed.
    case contention(SourceBatch?)
    /// The transaction has lived for so long that writers may wait for it.
    case tooSlow
    /// Single documents that can't be moved, each with its reason.
    case documents([DocumentFault])
    /// Copies read back with other bytes.
    case differing([BSONValue])
}

/// Why one document can't be moved.
struct DocumentFault: Error {
    let id: BSONValue
    let kind: MoveProblem.Kind
    let reason: String
}

extension [DocumentFault] {
    /// Takes the faulty documents out of their slice.
    ///
    /// The rest is halved, so that a batch with many faults costs a number of attempts that grows with the faults and
    /// not with faults times documents.
    fileprivate func settle(_ slice: [BSONValue]) -> (BatchOutcome, [[BSONValue]]) {
        var outcome = BatchOutcome()
        for fault in self { outcome.leaveBehind(fault.id, fault.kind, fault.reason) }
        let faulty = Set(map(\.id))
        return (outcome, slice.filter { !faulty.contains($0) }.halves)
    }
}

extension [BSONValue] {
    fileprivate var halves: [[BSONValue]] { [Array(prefix(count / 2)), Array(dropFirst(count / 2))] }
}

extension BatchOutcome {
    fileprivate static func changed(_ count: Int) -> BatchOutcome {
        var outcome = BatchOutcome()
        outcome.counts.changed = count
        return outcome
    }
}
