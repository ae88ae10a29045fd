internal import HotColdCore

/// The history for people: how many runs ended how, then a line for each, the newest first, then what to look at.
struct HistoryText {
    private let days: Int
    private var summary = HistorySummary()
    private var pauses: [String] = []
    private var table = TextTable([
        .left("started"), .left("collection"), .left("command"), .left("status"), .right("moved"), .right("size"),
        .right("took"), .right("docs/s"), .right("conflicts"), .right("failed"), .left("run"),
    ])

    /// Starts a history of so many days.
    init(days: Int) { self.days = days }

    /// Adds runs, older than those before.
    mutating func add(_ records: [RunRecord]) {
        for record in records {
            summary.add(record)
            if let pause = record.pause { pauses.append("run \(record.run) of \(record.collection) is \(pause)".shown) }
            table.add(
                record.startedAt.map { ISO8601.string(fromMilliseconds: $0 / 1000 * 1000) } ?? "–",
                record.collection.shown,
                record.command.shown,
                record.status.shown,
                Quantity.count(Int(record.moved)),
                Quantity.bytes(record.bytes),
                record.duration.map(Quantity.duration) ?? "–",
                record.documentsPerSecond.map { Quantity.count(Int($0)) } ?? "–",
                Quantity.count(Int(record.conflicts)),
                Quantity.count(Int(record.failed)),
                record.run.shown
            )
        }
    }

    /// The text, ending with a newline.
    func text(style: TextStyle) -> String {
        let period = days == 1 ? "the last day" : "the last \(Quantity.days(days))"
        guard summary.count > 0 else {
            let command = AdvisedCommand.line("migrate", "--all --dry-run")
            return "No runs in \(period).\n  hint: \(command) says what a run would move\n"
        }
        let counts = summary.byStatus.map { "\(Quantity.count($0.count)) \($0.status.shown)" }.joined(separator: ", ")
        let runs = Quantity.count(summary.count, "run")
        return style.bold("\(runs) in \(period)") + ": \(counts)\n" + table.text(style: style)
            + hints.map { "  hint: \($0)\n" }.joined()
    }

    private var hints: [String] {
        let statuses = Set(summary.byStatus.map(\.status))
        var hints = pauses
        if !statuses.isDisjoint(with: ["failed", "partial"]) {
            hints.append("stats --history --json has the error and the problems of each run")
        }
        if statuses.contains("running") {
            hints.append("a run whose process was killed is running here until the next run of its collection")
        }
        return hints
    }
}
