internal import HotColdCore

/// What is in quarantine, or became of it, for people.
struct QuarantineText {
    /// How many documents of a collection are shown.
    private static let shown = 20

    private let reports: [QuarantineReport]
    private let style: TextStyle

    init(_ reports: [QuarantineReport], style: TextStyle = .plain) {
        self.reports = reports
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        let found = reports.filter { !$0.entries.isEmpty || $0.error != nil }
        guard !found.isEmpty else { return style.green("nothing is in quarantine") + "\n" }
        return found.map(text).joined(separator: "\n")
    }

    private func text(of report: QuarantineReport) -> String {
        var lines = ["\(style.bold(report.collection.name.shown)): \(verdict(on: report))\n"]
        if report.act == .list { lines += list(report.entries) }
        let problems = report.problems.prefix(Self.shown)
        lines += problems.map { ProblemText.line(style.yellow("stays:"), .bson($0.id), $0.reason) + "\n" }
        lines += others(of: report.problems.count, listed: problems.count)
        return lines.joined()
    }

    private func verdict(on report: QuarantineReport) -> String {
        let all = "\(Quantity.documents(report.entries.count)) in quarantine, \(Quantity.bytes(report.bytes))"
        let would = report.isDryRun ? "would be " : ""
        switch report.act {
        case .list: return all
        case .putBack: return "\(Quantity.documents(report.settled)) \(would)put back into the archive, of \(all)"
        case .discard: return "\(Quantity.documents(report.settled)) \(would)discarded for good, of \(all)"
        }
    }

    private func list(_ entries: [QuarantineEntry]) -> [String] {
        var table = TextTable([.left("_id"), .right("size"), .left("since"), .left("why"), .left("run")])
        let first = entries.prefix(Self.shown)
        for entry in first {
            table.add(
                ProblemText.identifier(.bson(entry.id)),
                Quantity.bytes(entry.bytes),
                ISO8601.string(fromMilliseconds: entry.quarantinedAt),
                entry.isPending ? "a run is at work on it, or died" : Self.why(entry.reason),
                entry.run.shown
            )
        }
        let documents = first.compactMap(\.documentText).map { "  \($0.shown)\n" }
        let others = self.others(of: entries.count, listed: first.count)
        return [table.text(style: style)] + others + documents
    }

    private func others(of count: Int, listed: Int) -> [String] {
        count > listed ? ["  … and \(Quantity.count(count - listed)) more of these; --json has more\n"] : []
    }

    private static func why(_ reason: String) -> String {
        switch reason {
        case "original_gone": "hot does not have it any more"
        case "not_put_back": "a unique index refused it"
        case "doubtful": "hot has another one"
        default: reason.shown
        }
    }
}
