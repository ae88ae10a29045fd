internal import Mongo

/// Compares what a migration would move with what those before it found, so that a slip does not empty a collection
/// overnight.
///
/// Two questions. Is far more cold than usual, counted from what the runs before left, found and got back? And where the
/// policy was changed since the last run: how much moves only because of that? The first run has nothing to be compared
/// with; what becomes cold in a time is known from the third on.
struct ShareGuard {
    /// What a run before found.
    struct Found: Equatable {
        /// In milliseconds since 1970 UTC.
        var startedAt: Int64
        /// Documents that the policy called cold, those on hold too.
        var cold: Int
        /// Those of them that left the collection.
        var deleted: Int
        /// All documents of the collection.
        var documents: Int
        /// Those that were brought back before the next run.
        var restored = 0
        /// The policy, as the history keeps it.
        var policy = BSONDocument()

        fileprivate var left: Int { max(0, cold - deleted).addingOrSaturated(restored) }
    }

    /// What there is to be said of a run.
    struct Judgement: Equatable {
        /// Whether it is far beyond the usual, so that those after it are not to be measured by it.
        var isUnusual = false
        /// Why it has to be confirmed; nil where it need not, or where its limit keeps it small.
        var objection: String?
    }

    /// A run may find so many times what becomes cold in as long a time on average.
    private static let growthOverMean = 3.0
    /// A run may find so many times what the one with the most found.
    private static let growthOverMost = 1.5
    /// So many runs say what is usual: two months of nights and more, so that the end of a month is among them.
    private static let runs = 70
    /// Fewer documents are never far more than usual.
    private static let fewest = 100
    /// The first run may move this share of a collection without a question, and of a small one all.
    private static let largestFirstShare = 0.9
    private static let fewestOfFirst = 1000
    /// So long a time without a run explains what has become cold in it, in milliseconds.
    private static let longestGap = 30 * day
    private static let day = 86_400_000.0
    private static let hour = 3_600_000.0

    /// Those that may be measured by, the newest first.
    let history: [Found]
    /// Below this share of the collection nothing is unusual, in percent.
    let unusualPercent: Int

    /// The policy of the last run that was as usual; nil before the first run.
    var lastPolicy: BSONDocument? { history.first?.policy }

    /// Judges the first run: a policy that calls nearly everything cold is rather mistaken.
    func judgeFirst(moving count: Int, limit: Int?, of documents: Int) -> Judgement {
        guard isNearlyAll(count, of: documents) else { return Judgement() }
        let moving = min(count, limit ?? .max)
        guard isNearlyAll(moving, of: documents) else { return Judgement(isUnusual: true) }
        return Judgement(
            isUnusual: true,
            objection: "\(Self.share(moving, of: documents)) would move in the first run"
        )
    }

    private func isNearlyAll(_ count: Int, of documents: Int) -> Bool {
        unusualPercent < 100 && count >= Self.fewestOfFirst
            && Double(count) > Self.largestFirstShare * Double(documents)
    }

    /// How large a collection has to be for some documents not to be nearly all of it; 0 where they are few.
    static func size(dwarfingFirst count: Int) -> Int {
        count < fewestOfFirst ? 0 : Int(saturating: Double(count) / largestFirstShare).addingOrSaturated(1)
    }

    /// Judges a run whose policy was changed.
    ///
    /// - Parameter count: the documents that it would move, and that the last policy would not.
    func judgeChange(
        moving count: Int,
        limit: Int?,
        of documents: Int,
        to policy: Policy
    ) -> Judgement {
        guard let last = history.first, isLarge(count, of: documents) else { return Judgement() }
        let moving = min(count, limit ?? .max)
        guard isLarge(moving, of: documents) else { return Judgement(isUnusual: true) }
        let changes = Self.changes(from: last.policy, to: policy)
        let objection =
            "\(Self.share(moving, of: documents)) would move that the policy of the last run,"
            + " \(ISO8601.string(fromMilliseconds: last.startedAt)), leaves hot; since then it was changed:"
            + " \(changes.joined(separator: ", "))"
        return Judgement(isUnusual: true, objection: objection)
    }

    /// Judges a run with the same policy as the last.
    ///
    /// - Parameter cold: what it calls cold, with what is on hold.
    func judge(cold: Int, limit: Int?, of documents: Int, at now: Int64) -> Judgement {
        guard let last = history.first, documents > 0 else { return Judgement() }
        guard let expected = expectedShare(in: Self.time(from: last.startedAt, to: now)) else {
            return judgeSecond(moving: new(of: cold), limit: limit, of: documents, after: last)
        }
        func isUnusual(_ count: Int) -> Bool {
            count >= Self.fewest && isLarge(count, of: documents) && Double(count) / Double(documents) > expected
        }
        let new = new(of: cold)
        guard isUnusual(new) else { return Judgement() }
        let moving = min(new, limit ?? .max)
        guard isUnusual(moving) else { return Judgement(isUnusual: true) }
        let objection =
            "\(Self.share(moving, of: documents)) would move that were not cold at the last run,"
            + " \(ISO8601.string(fromMilliseconds: last.startedAt)); by the runs before up to"
            + " \(Self.percent(expected)) would be usual"
        return Judgement(isUnusual: true, objection: objection)
    }

    /// Judges a run after a single one: that tells of no usual share, so nearly all is asked about as in the first.
    private func judgeSecond(moving new: Int, limit: Int?, of documents: Int, after last: Found) -> Judgement {
        guard isNearlyAll(new, of: documents) else { return Judgement() }
        let moving = min(new, limit ?? .max)
        guard isNearlyAll(moving, of: documents) else { return Judgement(isUnusual: true) }
        let objection =
            "\(Self.share(moving, of: documents)) would move that were not cold at the only run before,"
            + " \(ISO8601.string(fromMilliseconds: last.startedAt))"
        return Judgement(isUnusual: true, objection: objection)
    }

    /// Those of cold documents that were not cold at the last run.
    func new(of cold: Int) -> Int { max(0, cold.subtractingOrSaturated(history.first?.left ?? 0)) }

    /// How large a collection has to be for some documents of it to be no large share.
    func size(dwarfing count: Int) -> Int {
        guard count > 0 else { return 0 }
        guard unusualPercent > 0 else { return .max }
        return count.multipliedOrSaturated(by: 100).addingOrSaturated(unusualPercent - 1) / unusualPercent
    }

    private func isLarge(_ count: Int, of documents: Int) -> Bool {
        documents > 0 && Double(count) * 100 > Double(unusualPercent) * Double(documents)
    }

    /// The largest share that may have become cold in some milliseconds; nil where nothing is known yet.
    ///
    /// Two runs of one policy say what became cold between them. What a change of the policy made cold is no measure.
    private func expectedShare(in time: Double) -> Double? {
        var (most, sum, span, isKnown) = (0.0, 0.0, 0.0, false)
        for (run, before) in zip(history, history.dropFirst()) where run.policy == before.policy && run.documents > 0 {
            let share = Double(max(0, run.cold.subtractingOrSaturated(before.left))) / Double(run.documents)
            most = max(most, share)
            sum += share
            span += Self.time(from: before.startedAt, to: run.startedAt)
            isKnown = true
        }
        guard isKnown else { return nil }
        return max(Self.growthOverMost * most, Self.growthOverMean * sum / span * time)
    }

    /// Milliseconds between two runs, as far as they explain what became cold; at least an hour.
    private static func time(from start: Int64, to end: Int64) -> Double {
        min(max(hour, Double(end) - Double(start)), longestGap)
    }

    private static func share(_ count: Int, of documents: Int) -> String {
        "\(count.grouped) of \(documents.grouped) documents (\(percent(Double(count) / Double(documents))))"
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int(saturating: share * 1000)
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// `cold_threshold_days 90 → 9`: what of a policy has another value in the history.
    private static func changes(from old: BSONDocument, to policy: Policy) -> [String] {
        guard let new = policy.structured.bsonValue.document, let elements = try? new.elements() else { return [] }
        return elements.compactMap { element in
            let before = old[element.name] ?? .null
            guard before != element.value else { return nil }
            return "\(element.name) \(before.shownInSentence) → \(element.value.shownInSentence)"
        }
    }
}

// MARK: - Reading

extension ShareGuard {
    /// Reads what the last migrations of a collection found, whatever its key and its archive were.
    ///
    /// - Parameter uuid: of the hot collection; nil where that is not there.
    static func read(
        _ collection: CollectionConfiguration,
        uuid: BSONValue?,
        in state: StateStore,
        with client: borrowing Client
    ) throws -> ShareGuard {
        let runs = state.runs
        // By name or UUID: who renames a collection has the same documents, and the application may make it anew each day.
        let ofIt: [BSONValue] =
            [["source": .string(collection.hot.description)]] + (uuid.map { [["uuids.hot": $0]] } ?? [])
        var migrations = try client.all(
            find(
                [
                    "$or": .array(ofIt), "command": "migrate", "cold": ["$type": "number"],
                    "unusual": ["$ne": true], "only_duplicates": ["$ne": true],
                ],
                [
                    "started_at": 1, "cold": 1, "deleted": 1, "source_documents": 1, "policy_used": 1, "status": 1,
                    "run_id": 1, "source": 1,
                ],
                limit: Self.runs + 1,
                in: runs
            ),
            on: runs.database
        )
        guard let oldest = migrations.last?["started_at"] else {
            return ShareGuard(migrations: [], restores: [], unusualPercent: collection.unusualSharePercent)
        }
        if let first = migrations.first, first["status"]?.string == "running" {
            // It died: what it moved the journal knows.
            let sums = try RunHistory.sums(ofDead: first, in: state, with: client)
            migrations[0] = first.appending("moved", sums?["deleted"] ?? 0)
        }
        let restores = try client.all(
            find(
                [
                    "source": .string(collection.cold.description), "command": "restore",
                    "only_duplicates": ["$ne": true], "started_at": ["$gte": oldest],
                ],
                ["started_at": 1, "restored": 1],
                limit: 10_000,
                in: runs
            ),
            on: runs.database
        )
        return ShareGuard(
            migrations: migrations,
            restores: restores,
            unusualPercent: collection.unusualSharePercent
        )
    }

    /// Whether a migration by the same fields has begun with dates that are hardly meant, which an operator had confirmed.
    ///
    /// - Parameter uuid: of the hot collection; nil where that is not there.
    static func allowsEarlyDates(
        _ collection: CollectionConfiguration,
        uuid: BSONValue?,
        in state: StateStore,
        with client: borrowing Client
    ) throws -> Bool {
        let policy = collection.policy.structured.bsonValue.document
        let fields: [(String, BSONValue)] = ["date_field", "access_field", "date_type", "missing"].map {
            ("policy_used.\($0)", policy?[$0] ?? .null)
        }
        // Not of another collection that had the name.
        let name: BSONDocument = ["source": .string(collection.hot.description)]
        let ofIt: BSONValue =
            uuid.map { [["uuids.hot": $0], .document(name.appending("uuids.hot", .null))] } ?? [.document(name)]
        let filter = BSONDocument([("$or", ofIt), ("command", "migrate"), ("early_dates", true)] + fields)
        return try !client.all(find(filter, ["_id": 1], limit: 1, in: state.runs), on: state.database).isEmpty
    }

    private static func find(
        _ filter: BSONDocument,
        _ projection: BSONDocument,
        limit: Int,
        in runs: Namespace
    ) -> BSONDocument {
        [
            "find": .string(runs.collection), "filter": .document(filter), "projection": .document(projection),
            "sort": ["started_at": -1], "limit": .int(limit),
        ]
    }

    /// Takes documents of `runs`, the newest first.
    init(migrations: [BSONDocument], restores: [BSONDocument], unusualPercent: Int) {
        self.unusualPercent = unusualPercent
        var history = migrations.compactMap(Found.init)
        for restore in restores {
            guard let time = restore["started_at"]?.dateMilliseconds,
                let index = history.firstIndex(where: { $0.startedAt < time })
            else { continue }
            let count = Int(restore["restored"]?.quantity ?? 0)
            history[index].restored = history[index].restored.addingOrSaturated(count)
        }
        self.history = history
    }
}

extension ShareGuard.Found {
    /// Reads a document of `runs`; nil for one that is no measure.
    fileprivate init?(_ record: BSONDocument) {
        func count(_ name: String) -> Int? { record[name]?.quantity.map(Int.init) }
        guard let startedAt = record["started_at"]?.dateMilliseconds, let cold = count("cold"),
            let documents = count("source_documents")
        else { return nil }
        self.init(
            startedAt: startedAt,
            cold: cold,
            deleted: count("moved") ?? count("deleted") ?? 0,
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
