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

    /// The runs that have moved something from one of the namespaces since a time, the oldest first.
    ///
    /// By the history and the journal: a run that died has no end, and somebody may have dropped the one of them.
    ///
    /// - Parameter since: when they began, in milliseconds since 1970 UTC.
    static func runs(
        since: Int64,
        from sources: [Namespace],
        in store: StateStore,
        with hot: borrowing Client
    ) throws -> [String] {
        let ofThem: BSONDocument = ["source": ["$in": .array(sources.map { .string($0.description) })]]
        let commands: BSONValue = .array(Direction.allCases.map { .string($0.rawValue) })
        let later: BSONValue = ["$gte": .date(milliseconds: since)]
        var begun = try beginnings(
            in: store.runs,
            ofThem.appending("command", ["$in": commands]).appending("started_at", later),
            run: "run_id",
            time: "started_at",
            with: hot
        )
        let moving = try beginnings(
            in: store.batches,
            ofThem.appending("committed_at", later),
            run: "run",
            time: "committed_at",
            with: hot
        )
        let known = try beginnings(
            in: store.runs,
            ["run_id": ["$in": .array(moving.keys.map { .string($0.text) })]],
            run: "run_id",
            time: "started_at",
            with: hot
        )
        begun.merge(moving.filter { known[$0.key] == nil }) { first, _ in first }
        return begun.sorted { ($0.value, $0.key.text) < ($1.value, $1.key.text) }.map(\.key.text)
    }

    /// When runs began by their records, in milliseconds since 1970 UTC.
    private static func beginnings(
        in namespace: Namespace,
        _ query: BSONDocument,
        run: String,
        time: String,
        with hot: borrowing Client
    ) throws -> [ExactName: Int64] {
        let aggregate: BSONDocument = [
            "aggregate": .string(namespace.collection),
            "pipeline": [
                ["$match": .document(query)],
                ["$group": ["_id": .string("$\(run)"), "time": ["$min": .string("$\(time)")]]],
            ],
            "cursor": [:], "comment": "hotcold verify",
        ]
        var times: [ExactName: Int64] = [:]
        for row in try hot.all(aggregate.alongIDs, on: namespace.database) {
            guard let name = row["_id"]?.string else { continue }
            times[ExactName(name)] = row["time"]?.dateMilliseconds ?? 0
        }
        return times
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
