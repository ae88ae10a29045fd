internal import Mongo

/// What the history says of one run and one collection.
///
/// Records of older versions may lack what newer ones have; nothing here insists on anything.
public struct RunRecord: Sendable {
    /// The record as it is stored.
    public let structured: StructuredValue
    /// The run's name.
    public let run: String
    /// The collection's key in the configuration at that time.
    public let collection: String
    /// `migrate` or `restore`.
    public let command: String
    /// The name of a `RunStatus`, or `running`, or `abandoned` where the run's process died.
    public let status: String
    /// Since when a running one pauses, and for what, as a part of a sentence.
    public let pause: String?
    /// In milliseconds since 1970 UTC.
    public let startedAt: Int64?
    /// When it ended, or for an abandoned run when it moved something last, in milliseconds since 1970 UTC.
    public let finishedAt: Int64?
    /// How many documents it migrated or restored.
    public let moved: Int64
    /// The bytes of those.
    public let bytes: Int64
    /// Documents left behind because the target has other ones of the same `_id`.
    public let conflicts: Int64
    /// Documents that the target refused.
    public let failed: Int64
    /// How long it took; nil for one that did not say so in the end.
    public let duration: Duration?
    /// Documents moved in a second; nil where the duration is.
    public let documentsPerSecond: Double?

    /// Reads a document of `runs`.
    init(_ document: BSONDocument) {
        func text(_ name: String) -> String { document[name]?.string ?? "" }
        func count(_ name: String) -> Int64 { document[name]?.quantity ?? 0 }
        structured = StructuredValue(.document(document))
        run = text("run_id")
        collection = text("collection")
        command = text("command")
        status = text("status")
        pause = status == "running" ? PauseBoard.Entry(document["paused"]?.document)?.text : nil
        startedAt = document["started_at"]?.dateMilliseconds
        finishedAt = document["finished_at"]?.dateMilliseconds
        moved = command == Direction.restore.rawValue ? count("restored") : count("migrated")
        bytes = count("bytes")
        conflicts = count("conflicts")
        failed = count("failed")
        // Written as 0 at the start, and only the end says how it was.
        let hasEnded = RunStatus(rawValue: status) != nil
        func measure(_ name: String) -> Double? {
            // What is infinite or beyond all reason nobody measured.
            hasEnded ? document[name]?.number.flatMap { (0...1e12).contains($0) ? $0 : nil } : nil
        }
        duration = measure("duration_seconds").map { .seconds($0) }
        documentsPerSecond = measure("documents_per_second")
    }
}
