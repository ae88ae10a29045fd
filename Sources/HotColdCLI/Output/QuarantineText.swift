internal import HotColdCore

/// What is in quarantine, or became of it, for people.
struct QuarantineText {
    /// How many documents of a collection are shown.
    private static let shown = 20

    private let reports: [QuarantineReport]
    private let missing: [String]
    private let isWhole: Bool
    private let style: TextStyle

    /// - Parameters:
    ///   - missing: what was asked for and is not there.
    ///   - isWhole: all collections that were asked for are among the reports.
    init(_ reports: [QuarantineReport], missing: [String] = [], isWhole: Bool, style: TextStyle = .plain) {
        self.reports = reports
        self.missing = missing
        self.isWhole = isWhole
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        let found = reports.filter { !$0.entries.isEmpty || $0.error != nil }
        if found.isEmpty, missing.isEmpty {
            return isWhole ? style.green("nothing is in quarantine") + "\n" : "not all was looked at\n"
        }
        return found.map(text).joined(separator: "\n")
            + missing.map { "\(style.yellow("not in quarantine:")) \($0.shown)\n" }.joined()
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
        case .putBack:
            return "\(Quantity.documents(report.settled)) \(would)put back where they were taken from, of \(all)"
        case .discard: return "\(Quantity.documents(report.settled)) \(would)discarded for good, of \(all)"
        }
    }

    private func list(_ entries: [QuarantineEntry]) -> [String] {
        let first = entries.prefix(Self.shown)
        let groups = Dictionary(grouping: first, by: Group.init).sorted { $0.key < $1.key }
        let lists = groups.map { group, entries in
            var table = TextTable([.left(""), .right(""), .left("")], indentation: 4)
            for entry in entries {
                let since = ISO8601.string(fromMilliseconds: entry.quarantinedAt / 1000 * 1000)
                table.add(ProblemText.identifier(.bson(entry.id)), Quantity.bytes(entry.bytes), since)
            }
            return "  run \(group.run.shown): \(group.why)\n" + table.text(style: style)
        }
        let documents = first.compactMap(\.documentText).map { "  \($0)\n" }
        return lists + others(of: entries.count, listed: first.count) + documents
    }

    /// What documents have in common that came there together.
    private struct Group: Hashable, Comparable {
        let run: String
        let why: String

        init(_ entry: QuarantineEntry) {
            run = entry.run
            why = entry.isPending ? "it is at work on them, or died" : QuarantineText.why(entry.reason)
        }

        static func < (one: Group, other: Group) -> Bool { (one.run, one.why) < (other.run, other.why) }
    }

    private func others(of count: Int, listed: Int) -> [String] {
        count > listed ? ["  … and \(Quantity.count(count - listed)) more of these; --json has more\n"] : []
    }

    private static func why(_ reason: String) -> String {
        switch reason {
        case "original_gone": "not in hot any more"
        case "duplicate_gone": "deleted from the archive while hot's was moved"
        case "not_put_back": "refused by a unique index"
        case "doubtful": "hot has others"
        default: reason.shown
        }
    }
}
