internal import Mongo

/// What became of one batch: a value, since a document left behind is data and not an exception.
struct BatchOutcome: Sendable {
    var counts = MoveCounts()
    /// Bytes of the documents moved.
    var bytes = 0
    /// Transactions committed.
    var batches = 0
    /// Dates of the documents moved, in milliseconds since 1970 UTC.
    var oldest: Int64?
    var newest: Int64?
    var phases = Phases()
    var problems: [MoveProblem] = []
    /// Ids of documents that hot does not have any more, and whose archived copies are in quarantine.
    var quarantined: [BSONValue] = []
    /// Ids whose documents stay in the source for a reason that another look would not change.
    var leftBehind: [BSONValue] = []
    /// Ids counted as changed: a further pass may move their documents.
    var changed: [BSONValue] = []
    /// The batch was too large for the servers or for the writers beside it, and was halved.
    var wasReduced = false
    /// Whether the fate of each document is decided: no failure and no stop has ended the batch before.
    var isComplete = true
    /// What ends the run; the batch's undecided documents are in no count.
    var failure: MigrationError? { didSet { if failure != nil { isComplete = false } } }

    /// What it comes to, for the log.
    var summary: String {
        let counted = [
            (counts.migrated, "moved"), (counts.changed, "changed"), (counts.vanished, "vanished"),
            (counts.held, "held"),
            (counts.conflicts, "in conflict"), (counts.failed, "failed"),
        ]
        let parts = counted.filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
        let times = [
            ("read", phases.read), ("copy", phases.copy), ("verify", phases.verify), ("delete", phases.delete),
        ]
        return (parts.isEmpty ? ["nothing moved"] : parts).joined(separator: ", ") + " ("
            + times.map { "\($0.0) \(EngineLog.seconds($0.1))" }.joined(separator: ", ") + ")"
    }

    mutating func merge(_ other: BatchOutcome) {
        counts += other.counts
        bytes += other.bytes
        batches += other.batches
        oldest = [oldest, other.oldest].compactMap(\.self).min()
        newest = [newest, other.newest].compactMap(\.self).max()
        phases += other.phases
        problems += other.problems
        quarantined += other.quarantined
        leftBehind += other.leftBehind
        changed += other.changed
        wasReduced = wasReduced || other.wasReduced
        isComplete = isComplete && other.isComplete
        failure = failure ?? other.failure
    }

    mutating func leaveBehind(_ id: BSONValue, _ kind: MoveProblem.Kind, _ reason: String) {
        switch kind {
        case .conflict: counts.conflicts += 1
        case .failed, .differingBytes, .notFound: counts.failed += 1
        }
        problems.append(MoveProblem(id: id.detached, kind: kind, reason: reason))
        leftBehind.append(id.detached)
    }
}

/// Where the time of the movers went; with several movers the sum is longer than the run.
public struct Phases: Sendable, Equatable {
    /// Reading the documents and looking for them in the target.
    public var read: Duration = .zero
    /// Writing the copies.
    public var copy: Duration = .zero
    /// Reading the copies back and comparing.
    public var verify: Duration = .zero
    /// Deleting from the source, and the commit.
    public var delete: Duration = .zero

    static func += (left: inout Phases, right: Phases) {
        left.read += right.read
        left.copy += right.copy
        left.verify += right.verify
        left.delete += right.delete
    }
}
