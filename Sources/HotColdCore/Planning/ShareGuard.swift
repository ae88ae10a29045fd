internal import Mongo

/// Compares what a migration would move with what those before it found, so that a slip in the configuration does not
/// empty a collection overnight.
///
/// What counts is what has become cold since the last run. It is usual where it is within what the configuration calls
/// unusual, or within three times of what the runs before found in as many days. What the last run left, and what was
/// brought back since, is no news; and the first run has nothing to be compared with.
struct ShareGuard {
    /// What a run before found.
    struct Found: Equatable {
        /// In milliseconds since 1970 UTC.
        var startedAt: Int64
        /// Documents that were cold, and that the runs after it may expect.
        var accepted: Int
        /// Those of them that were deleted from the collection.
        var deleted: Int
        /// Those that were brought back between this run and the next.
        var restored = 0
        /// All documents of the collection.
        var documents: Int
        /// The policy, as the history keeps it.
        var policy = BSONDocument()

        fileprivate var left: Int { max(0, accepted - deleted) + restored }
    }

    /// A run may find so many times more than usual.
    private static let growth = 3.0
    /// So many runs say what is usual.
    private static let runs = 10
    /// So many records of migrations and restores are read for them.
    private static let records = 50
    private static let day = 86_400_000.0

    /// The newest first.
    let history: [Found]
    /// Below this share of the collection nothing is unusual, in percent.
    let unusualPercent: Int

    /// Reads what the last migrations of a collection found.
    static func read(
        _ collection: CollectionConfiguration,
        in runs: Namespace,
        with client: borrowing Client
    ) throws -> ShareGuard {
        let pair: BSONValue = ["$in": [.string(collection.hot.description), .string(collection.cold.description)]]
        let find: BSONDocument = [
            "find": .string(runs.collection),
            "filter": [
                "collection": .string(collection.name), "source": pair, "target": pair, "status": ["$ne": "running"],
            ],
            "projection": [
                "command": 1, "started_at": 1, "accepted": 1, "deleted": 1, "restored": 1, "source_documents": 1,
                "policy_used": 1,
            ],
            "sort": ["started_at": -1], "limit": .int(Self.records),
        ]
        return ShareGuard(
            records: try client.all(find, on: runs.database),
            unusualPercent: collection.unusualSharePercent
        )
    }

    /// Takes documents of `runs`, migrations and restores, the newest first.
    init(records: [BSONDocument], unusualPercent: Int) {
        self.unusualPercent = unusualPercent
        var history: [Found] = []
        var restored = 0
        for record in records where history.count <= Self.runs {
            if record["command"]?.string == Direction.restore.rawValue {
                restored += Int(record["restored"]?.quantity ?? 0)
            } else if let found = Found(record, restoredSince: restored) {
                history.append(found)
                restored = 0
            }
        }
        self.history = history
    }

    /// What there is to be said of a run.
    struct Judgement: Equatable {
        /// How many of the cold documents the runs after this one may expect: those of a run that is as usual, and of one
        /// that is unusual only those that it may move.
        var accepted: Int
        /// Why it is unusual; nil where it is not.
        var objection: String?
    }

    /// Judges a run of so many cold documents, of which it moves a limited number.
    func judge(
        eligible: Int,
        limit: Int?,
        of documents: Int,
        at now: Int64,
        under policy: Policy
    ) -> Judgement {
        guard let last = history.first, documents > 0 else { return Judgement(accepted: eligible) }
        let daily = usualDailyShare
        let usual = Self.growth * (daily ?? 0) * Self.days(from: last.startedAt, to: now)
        func isUnusual(_ count: Int) -> Bool {
            let share = Double(count - last.left) / Double(documents)
            return share * 100 > Double(unusualPercent) && share > usual
        }
        guard isUnusual(eligible) else { return Judgement(accepted: eligible) }
        let moving = min(eligible, limit ?? .max)
        let accepted = max(moving, last.left)
        guard isUnusual(moving) else { return Judgement(accepted: accepted) }
        let new = moving - last.left
        var reason =
            "\(new.grouped) of \(documents.grouped) documents (\(Self.percent(Double(new) / Double(documents)))) would"
            + " move that were not cold at the last run, \(ISO8601.string(fromMilliseconds: last.startedAt))"
        if let daily { reason += "; usual are \(Self.percent(daily)) a day" }
        let changes = Self.changes(from: last.policy, to: policy)
        if !changes.isEmpty { reason += "; since then the policy was changed: \(changes.joined(separator: ", "))" }
        return Judgement(accepted: accepted, objection: reason)
    }

    /// The share that becomes cold in a day, by the middle one of the runs; nil where there was only one.
    private var usualDailyShare: Double? {
        let shares = zip(history, history.dropFirst()).compactMap { run, before -> Double? in
            guard run.documents > 0 else { return nil }
            let new = Double(max(0, run.accepted - before.left))
            return new / Double(run.documents) / Self.days(from: before.startedAt, to: run.startedAt)
        }
        return shares.isEmpty ? nil : shares.sorted()[(shares.count - 1) / 2]
    }

    /// At least one: two runs in a row are no reason to expect nothing.
    private static func days(from start: Int64, to end: Int64) -> Double {
        max(1, (Double(end) - Double(start)) / day)
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// `cold_threshold_days 90 → 9`: what of a policy has another value in the history.
    private static func changes(from old: BSONDocument, to policy: Policy) -> [String] {
        guard let new = policy.structured.bsonValue.document, let elements = try? new.elements() else { return [] }
        return elements.compactMap { element in
            guard let before = old[element.name], before != element.value else { return nil }
            return "\(element.name) \(before.shownInSentence) → \(element.value.shownInSentence)"
        }
    }
}

extension ShareGuard.Found {
    /// Reads a document of `runs`; nil for one that lacks what is compared, as of a run that looked at some documents only.
    fileprivate init?(_ record: BSONDocument, restoredSince restored: Int) {
        func count(_ name: String) -> Int? { record[name]?.quantity.map(Int.init) }
        guard let startedAt = record["started_at"]?.dateMilliseconds, let accepted = count("accepted"),
            let documents = count("source_documents")
        else { return nil }
        self.init(
            startedAt: startedAt,
            accepted: accepted,
            deleted: count("deleted") ?? 0,
            restored: restored,
            documents: documents,
            policy: record["policy_used"]?.document ?? BSONDocument()
        )
    }
}

extension BSONValue {
    /// A setting's value as it is written in the configuration.
    fileprivate var shownInSentence: String {
        if let string { return string.escaped }
        if let integer { return "\(integer)" }
        return type == .null ? "none" : "(another value)"
    }
}
