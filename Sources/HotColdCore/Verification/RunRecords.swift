internal import Mongo

/// What the history and the journal know of a run.
struct RunRecords: Sendable {
    /// How many records a reply brings: each has the ids of a whole batch.
    static let pageSize = 10

    let store: StateStore
    let run: String
    /// Only what was moved from these namespaces; nil for all.
    let sources: [Namespace]?

    /// The run's documents of a collection, given the field that names the run there.
    private func filter(_ name: String) -> BSONDocument {
        let filter = BSONDocument(name, .string(run))
        guard let sources else { return filter }
        return filter.appending("source", ["$in": .array(sources.map { .string($0.description) })])
    }

    /// The runs that have ended and moved something from one of the namespaces since a time, the oldest first.
    ///
    /// - Parameter since: when they began, in milliseconds since 1970 UTC.
    static func runs(
        since: Int64,
        from sources: [Namespace],
        in store: StateStore,
        with hot: borrowing Client
    ) throws -> [String] {
        let find: BSONDocument = [
            "find": .string(store.runs.collection),
            "filter": [
                "source": ["$in": .array(sources.map { .string($0.description) })],
                "started_at": ["$gte": .date(milliseconds: since)], "status": ["$ne": "running"],
                "command": ["$in": .array(Direction.allCases.map { .string($0.rawValue) })],
            ],
            "sort": ["started_at": 1], "projection": ["run_id": 1], "comment": "hotcold verify",
        ]
        var seen: Set<String> = []
        return try hot.all(find, on: store.database).compactMap { $0["run_id"]?.string }.filter {
            seen.insert($0).inserted
        }
    }

    /// A part for each collection that the history has, with what the run says it moved.
    func history(with hot: borrowing Client) throws -> [RunProof.Part] {
        let find: BSONDocument = [
            "find": .string(store.runs.collection), "filter": .document(filter("run_id")), "comment": "hotcold verify",
        ]
        return try hot.all(find.alongIDs, on: store.database).compactMap(RunProof.Part.init(history:))
    }

    /// Opens the run's journal.
    func open(with hot: borrowing Client) throws -> CursorPage {
        let find: BSONDocument = [
            "find": .string(store.batches.collection), "filter": .document(filter("run")),
            "batchSize": .int(Self.pageSize), "comment": "hotcold verify",
        ]
        return try hot.open(find, on: store.database, batchSize: Self.pageSize)
    }

    /// Whether anything is known of the run, whatever it worked on.
    func isKnown(with hot: borrowing Client) throws -> Bool {
        for (namespace, key) in [(store.runs, "run_id"), (store.batches, "run")] {
            let find: BSONDocument = [
                "find": .string(namespace.collection), "filter": .document(BSONDocument(key, .string(run))),
                "projection": ["_id": 1], "limit": 1,
            ]
            if try !hot.all(find.alongIDs, on: namespace.database).isEmpty { return true }
        }
        return false
    }
}

extension RunProof.Part {
    /// What the history says; nil for an entry that is none of a run.
    init?(history: BSONDocument) {
        guard let direction = history["command"]?.string.flatMap(Direction.init(rawValue:)),
            let source = history["source"]?.string, let target = history["target"]?.string
        else { return nil }
        self.init(
            collection: history["collection"]?.string ?? target,
            direction: direction,
            source: source,
            target: target
        )
        startedAt = history["started_at"]?.dateMilliseconds
        outcome = history["status"]?.string
        let all = history[direction == .migrate ? "migrated" : "restored"]?.quantity ?? 0
        // The journal has of a copy-only run what it wrote itself.
        let isCopyOnly = history["deleted"]?.integer == 0
        moved = Int(isCopyOnly ? all - (history["already_in_target"]?.quantity ?? 0) : all)
    }
}
