internal import Mongo

/// What a run leaves in its source that the plan still selects, counted by an index of the server's choice and not along
/// that of the scan.
enum Remainder {
    /// Counts what would move now; nil where the server is away.
    ///
    /// A scan that has looked at every document leaves what it knows: another pass over all would tell no more.
    static func count(after report: CollectionReport, holds: Holds, in tiers: Tiers) async -> Int? {
        guard let plan = report.plan else { return nil }
        if report.hasReadAll, plan.order == .natural, plan.servingIndex == nil { return report.leftBehind }
        let taker = CensusTaker(
            source: plan.source,
            filter: PolicyFilter(plan.collection.policy, at: plan.asOf),
            selection: plan.selection,
            order: plan.order,
            direction: plan.direction,
            holds: holds
        )
        let now = plan.clock.now
        let census = try? await tiers.source(plan.direction).main.withClient { client in
            try taker.take(detailed: false, at: now, with: client)
        }
        return census?.eligible
    }

    /// What is wrong with a scan that has come to its end; nil where nothing is.
    static func objection(to report: CollectionReport, remaining: Int) -> MigrationError? {
        guard let plan = report.plan, report.hasReadAll, !plan.options.onlyDuplicates else { return nil }
        let missed = missed(
            of: plan.census.eligible,
            found: report.scanned - report.counts.held,
            leftBehind: report.leftBehind,
            remaining: remaining
        )
        guard missed > 0 else { return nil }
        let collection = MongoShell.collection(plan.source)
        return .unsuitable(
            reason:
                "\(missed.grouped) of \(plan.census.eligible.grouped) documents of \(plan.source) were counted, were not found"
                + " by the scan, and are still there",
            hint:
                "does an index lack them? \(collection).validate({full: true}) tells; drop that index and create it again"
        )
    }

    /// How many of the documents that were counted a scan has missed, as far as is known.
    ///
    /// Applications write meanwhile: what was counted may be gone, and what was not may be there. But as many as were not
    /// found are there after the scan, beside those that it has found and left behind.
    static func missed(of counted: Int, found: Int, leftBehind: Int, remaining: Int) -> Int {
        let missed = counted - found
        return missed > 0 && remaining - leftBehind >= missed ? missed : 0
    }
}

extension CollectionReport {
    /// Whether the scan came to its end.
    fileprivate var hasReadAll: Bool { error == nil && stoppedBy == nil }

    /// Documents that were looked at and still match, or may: what changed may not.
    fileprivate var leftBehind: Int {
        counts.changed + counts.conflicts + counts.failed + (plan?.deletesSource == false ? counts.migrated : 0)
    }
}
