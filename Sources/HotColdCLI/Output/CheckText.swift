internal import HotColdCore

/// What `check` found, for people: first the servers, then collection by collection, the worst first, and a verdict.
struct CheckText {
    private let report: CheckReport
    private let style: TextStyle

    init(_ report: CheckReport, style: TextStyle = .plain) {
        self.report = report
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        let servers = Finding.Server.allCases.flatMap(lines)
        let entries = report.entries.flatMap(lines)
        return (servers + entries + [verdict]).joined(separator: "\n") + "\n"
    }

    // MARK: Parts

    /// A server's lines; none for one that is not there.
    private func lines(of server: Finding.Server) -> [String] {
        let facts = report.servers.first { $0.server == server }
        let findings = report.serverFindings.filter { $0.server == server }
        guard facts != nil || !findings.isEmpty else { return [] }
        let nature = facts.map { "  \($0.nature.harmless)" } ?? ""
        let address = facts.map { [Fact("address", $0.address.harmless).line] } ?? []
        return ["\(style.bold(server.title)): \(tally(findings))\(nature)"] + findings.flatMap(lines) + address
    }

    private func lines(of entry: CheckReport.Entry) -> [String] {
        let collection = entry.collection
        let namespaces = "\(collection.hot) → \(collection.cold)".harmless
        var lines = ["\(style.bold(collection.name.harmless)): \(tally(entry.findings))  \(namespaces)"]
        lines += entry.findings.flatMap(self.lines)
        if !entry.checked.isEmpty { lines.append(Fact("checked", entry.checkedText).line) }
        return lines
    }

    /// What was found, below it what to do, and a command, which is not broken over lines.
    private func lines(of finding: Finding) -> [String] {
        let label = finding.severity.rawValue
        let padding = "".padded(to: Self.labelWidth - label.count)
        let indentation = "".padded(to: Self.labelWidth + 3)
        var lines = finding.summary.harmless.wrapped(at: textWidth).map { indentation + $0 }
        lines[0] = "  \(styled(label, finding.severity))\(padding) " + lines[0].dropFirst(indentation.count)
        for (index, line) in (finding.remedy?.harmless.wrapped(at: textWidth - 2) ?? []).enumerated() {
            lines.append("\(indentation)\(index == 0 ? "→" : " ") \(line)")
        }
        if let command = finding.command { lines.append("\(indentation)  \(style.dim(command.harmless))") }
        return lines
    }

    private static let labelWidth = 11
    /// Beside the label.
    private var textWidth: Int { style.width - Self.labelWidth - 3 }

    private func styled(_ label: String, _ severity: Finding.Severity) -> String {
        switch severity {
        case .error: style.red(label)
        case .warning: style.yellow(label)
        case .notice: style.dim(label)
        }
    }

    private func tally(_ findings: [Finding]) -> String {
        findings.isEmpty ? style.green("nothing found") : findings.tally
    }

    // MARK: Verdict

    private var verdict: String {
        let findings = report.findings
        guard !report.entries.isEmpty else { return "No collection is configured: there is nothing to migrate." }
        guard findings.count(.error) > 0 else {
            let count = findings.isEmpty ? "Nothing found" : findings.tally.firstUppercased
            let few = report.entries.count <= 3 ? report.entries.map(\.collection.name) : []
            let selection = few.isEmpty ? ["--all"] : few.map { AdvisedCommand.option("collection", $0) }
            let next = AdvisedCommand.line("migrate", (selection + ["--dry-run"]).joined(separator: " "))
            return "\(count): nothing stands against a migration. Next:\n  \(next)"
        }
        return "\(errors)."
    }

    /// What the errors come to; there have to be some.
    var errors: String {
        let errors = Quantity.count(report.findings.count(.error), "error")
        let refused = report.refused.map(\.collection.name.harmless)
        guard !refused.isEmpty else { return "\(errors): migrate would be refused or fail" }
        return "\(errors): migrate would be refused or fail for \(refused.joined(separator: ", "))"
    }
}

extension [Finding] {
    /// `1 error, 2 warnings`.
    fileprivate var tally: String {
        Finding.Severity.allCases.compactMap { severity in
            let count = count(severity)
            return count == 0 ? nil : Quantity.count(count, severity.rawValue)
        }
        .joined(separator: ", ")
    }
}

extension Finding.Server {
    fileprivate var title: String {
        switch self {
        case .hot: "hot server"
        case .cold: "cold server"
        case .both: "server of both tiers"
        }
    }
}

extension ServerFacts {
    /// `MongoDB 6.0.5, replica set, user op@admin`.
    fileprivate var nature: String {
        var parts = [version.map { "MongoDB \($0)" }, isReplicaSet ? "replica set" : "standalone"]
        if hasAccessControl { parts.append(user.map { "user \($0)" }) }
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension CheckReport.Entry {
    fileprivate var checkedText: String {
        let aspects = checked.map(\.rawValue).joined(separator: ", ")
        guard let sampled else { return aspects }
        let eligible = Quantity.count(sampledEligible ?? 0)
        return "\(aspects); of \(Quantity.documents(sampled)) looked at, \(eligible) would move"
    }
}
