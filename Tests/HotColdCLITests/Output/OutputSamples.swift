import Mongo

@testable import HotColdCLI
@testable import HotColdCore

/// 2026-11-22T16:00:00Z, the moment of the tests.
let reportNow: Int64 = 1_795_363_200_000

extension CollectionConfiguration {
    /// The entry `users` of the README.
    static func users(_ name: String = "users", deletes: Bool = true) -> CollectionConfiguration {
        CollectionConfiguration(
            name: name,
            hot: Namespace(database: "shop", collection: name),
            cold: Namespace(database: "shop", collection: "\(name)_archive"),
            policy: Policy(kind: .accessBased, accessField: FieldPath("last_accessed")),
            deletesAfterMigration: deletes
        )
    }
}

extension MigrationPlan {
    /// A plan for the entry `users`.
    static func sample(
        _ census: Census,
        _ direction: Direction = .migrate,
        of collection: CollectionConfiguration = .users(),
        topology: Topology = .oneCluster,
        order: ScanOrder = .natural,
        target: Target = .exists,
        warnings: [String] = [],
        refusals: [MigrationError] = [],
        missing: [String] = []
    ) -> MigrationPlan {
        MigrationPlan(
            collection: collection,
            direction: direction,
            topology: topology,
            asOf: reportNow,
            clock: ServerClock(start: reportNow),
            selection: [:],
            order: order,
            servingIndex: nil,
            batchSize: 1000,
            target: target,
            census: census,
            missingIDs: missing,
            warnings: warnings,
            refusals: refusals,
            options: MoveOptions()
        )
    }
}

extension Census {
    /// 1,986 documents of 4.9 MB.
    static let sample: Census = {
        var census = Census()
        census.eligible = 1986
        census.bytes = 5_138_022
        census.oldest = reportNow - 372 * 86_400_000
        census.newest = reportNow - 30 * 86_400_000 - 17_999_907
        census.staying = Staying()
        census.staying?.hot = 2948
        census.staying?.unclassified = 66
        return census
    }()
}

extension CollectionReport {
    /// A report of the entry `users` with counts.
    static func sample(
        _ counts: MoveCounts,
        _ direction: Direction = .migrate,
        of collection: CollectionConfiguration = .users()
    ) -> CollectionReport {
        var report = CollectionReport(
            collection: collection,
            direction: direction,
            plan: .sample(.sample, direction, of: collection)
        )
        report.counts = counts
        report.scanned = counts.decided
        report.duration = .milliseconds(1234)
        return report
    }

    /// The text without colour.
    var plainText: String { ReportText(self).text }
}

extension MoveCounts {
    /// Counts by the closure.
    static func with(_ change: (inout MoveCounts) -> Void) -> MoveCounts {
        var counts = MoveCounts()
        change(&counts)
        return counts
    }
}

extension FieldPath {
    /// A path known to be well formed.
    static func of(_ text: String) -> FieldPath {
        guard let path = FieldPath(text) else { preconditionFailure("\(text) is no path") }
        return path
    }
}
