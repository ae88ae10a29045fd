internal import Mongo

/// What a run leaves in its source that the plan still selects, by an index of the server's choice and not along that of
/// the scan.
struct Remainder {
    let plan: MigrationPlan
    let holds: Holds
    let tiers: Tiers

    /// An answer that takes longer is done without: it would hold up the end of the run, or a collection in use.
    fileprivate static let patience = Duration.seconds(10)

    /// Puts into a report what remains, and an error where the scan came to its end and missed documents.
    func settle(_ report: inout CollectionReport) async {
        report.remaining = report.knownRemainder
        guard report.hasReadAll else { return }
        // A scan of every document, by no index, has missed none, and another one would tell no more.
        guard plan.servingIndex != nil, let counted = await count() else { return }
        report.remaining = counted
        let isSuspicious =
            plan.census.eligible > report.scanned - report.counts.held
            && counted > report.counts.conflicts + report.counts.failed
        guard isSuspicious, plan.deletesSource, !plan.options.onlyDuplicates else { return }
        let missed = await missed()
        if missed > 0 { report.error = objection(to: missed) }
    }

    private func objection(to missed: Int) -> MigrationError {
        let collection = MongoShell.collection(plan.source)
        let index = if case .oldestFirst(let index, _) = plan.order { "index \(index)" } else { "that index" }
        return .unsuitable(
            reason:
                "the scan has missed documents of \(plan.source) that the policy calls cold: \(missed.grouped) of those that"
                + " remain have no place in the index that it read by",
            hint:
                "does the index lack them? \(collection).validate({full: true}) tells; drop \(index) and create it again"
        )
    }

    // MARK: Asking

    /// Counts what would move now; nil where that takes too long, or where the server is away.
    private func count() async -> Int? {
        let taker = CensusTaker(
            source: plan.source,
            filter: PolicyFilter(plan.collection.policy, at: plan.asOf),
            selection: plan.selection,
            order: plan.order,
            direction: plan.direction,
            holds: holds,
            timeLimit: Self.patience
        )
        let now = plan.clock.now
        return await asking { try taker.take(detailed: false, at: now, with: $0).eligible }
    }

    /// How many of some documents that match the scan's index does not know; 0 where that can't be told.
    ///
    /// Applications write meanwhile: numbers of two moments prove nothing. So these very documents are asked for.
    private func missed() async -> Int {
        let (source, selection, hint) = (plan.source, plan.selection, plan.order.hint)
        guard let hint else { return 0 }
        let missed = await asking { client in
            let some = try client.ids(of: source, matching: selection)
            guard !some.isEmpty else { return 0 }
            let known = Set(try client.ids(of: source, matching: selection, among: some, hint: hint))
            let unknown = some.filter { !known.contains($0) }
            guard !unknown.isEmpty else { return 0 }
            // Those that have not changed meanwhile.
            return try client.ids(of: source, matching: selection, among: unknown, hint: ["_id": 1]).count
        }
        return missed ?? 0
    }

    private func asking<Answer: Sendable>(
        _ body: @escaping @Sendable (borrowing Client) throws -> Answer
    ) async -> Answer? {
        try? await tiers.source(plan.direction).main.withClient { client in
            try client.waiting(until: .now + Self.patience * 2) { try body(client) }
        }
    }
}

extension Client {
    /// Some `_id`s of documents that match, by an index of the server's choice or a given one.
    fileprivate func ids(
        of source: Namespace,
        matching selection: BSONDocument,
        among ids: [BSONValue]? = nil,
        hint: BSONValue? = nil
    ) throws -> [BSONValue] {
        let chosen: BSONValue =
            ids.map { ["$and": [.document(.matching(ids: $0)), .document(selection)]] } ?? .document(selection)
        var find: BSONDocument = [
            "find": .string(source.collection), "filter": chosen, "projection": ["_id": 1], "limit": 1000,
            "maxTimeMS": .int64(Remainder.patience.milliseconds),
        ]
        if let hint { find = find.appending("hint", hint) }
        return try all(find, on: source.database).compactMap { $0["_id"]?.detached }
    }
}

extension MigrationPlan.ScanOrder {
    /// The index of the scan, as a hint; nil where the server chooses.
    fileprivate var hint: BSONValue? {
        switch self {
        case .oldestFirst(let index, _): .string(index)
        case .byID: ["_id": 1]
        case .natural: nil
        }
    }
}

extension CollectionReport {
    /// Whether the scan came to its end.
    fileprivate var hasReadAll: Bool { error == nil && stoppedBy == nil }

    /// What is left of what was counted before the run, as far as its own counts tell; nil where they don't: what has changed
    /// may match still.
    fileprivate var knownRemainder: Int? {
        guard let plan, error == nil, !hasReadAll || counts.changed == 0 else { return nil }
        let left = counts.conflicts + counts.failed + (plan.deletesSource ? 0 : counts.migrated)
        if hasReadAll { return left }
        let gone = counts.vanished + (plan.deletesSource ? counts.migrated : 0)
        return max(left, plan.census.eligible - gone)
    }
}
