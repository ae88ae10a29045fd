internal import HotColdCore

/// A run of many collections in one table: their reports fill screens.
struct RunTable {
    /// Up to so many collections the reports alone are short enough.
    private static let few = 5

    private let report: RunReport
    private let style: TextStyle

    init(_ report: RunReport, style: TextStyle = .plain) {
        self.report = report
        self.style = style
    }

    /// The text, ending with a newline; empty where the collections are few.
    var text: String {
        guard report.collections.count > Self.few else { return "" }
        return "\n" + table.text(style: style) + "\n"
    }

    private var table: TextTable { report.isDryRun ? plans : outcomes }

    private var plans: TextTable {
        let verb = report.direction == .migrate ? "would move" : "would be restored"
        var table = TextTable([.left("collection"), .left("status"), .right(verb), .right("size")])
        for collection in report.collections {
            // The size is of all that is selected, not of what a limit lets move.
            let bytes = collection.plan.flatMap { $0.wouldMove == $0.census.eligible ? $0.census.bytes : nil }
            table.add(
                collection.collection.name.shown,
                collection.status.rawValue,
                collection.wouldMove.map(Quantity.count) ?? "–",
                bytes.map(Quantity.bytes) ?? "–"
            )
        }
        return table
    }

    private var outcomes: TextTable {
        var table = TextTable([
            .left("collection"), .left("status"), .right(report.direction == .migrate ? "moved" : "restored"),
            .right("size"), .right("remaining"), .right("conflicts"), .right("failed"), .right("took"),
        ])
        for collection in report.collections {
            let counts = collection.counts
            table.add(
                collection.collection.name.shown,
                collection.status.rawValue,
                Quantity.count(counts.migrated),
                Quantity.bytes(collection.bytes),
                collection.remaining.map(Quantity.count) ?? "–",
                Quantity.count(counts.conflicts),
                Quantity.count(counts.failed),
                collection.duration > .zero ? Quantity.duration(collection.duration) : "–"
            )
        }
        return table
    }
}
