internal import HotColdCore

/// A collection's report for people: what happened first, then the details in aligned lines, then what to look at.
struct ReportText {
    private let report: CollectionReport
    private let style: TextStyle

    init(_ report: CollectionReport, style: TextStyle = .plain) {
        self.report = report
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        var lines = [headline]
        lines += facts.map(\.line)
        lines += report.warnings.flatMap(warningLines)
        lines += report.problems.map {
            ProblemText.line(style.red($0.kind.label + ":"), .bson($0.id), $0.reason)
        }
        lines += ProblemText.others(of: report.problemCount, listed: report.problems.count, file: report.problemsFile)
        return lines.joined(separator: "\n") + "\n"
    }

    /// What follows all collections of a run.
    static func summary(of report: RunReport, style: TextStyle = .plain) -> String {
        let names = report.collections.filter(\.isNotBegun).map(\.collection.name)
        return RunTable(report, style: style).text + NotBegunText(names, style: style).text + total(of: report)
    }

    private static func total(of report: RunReport) -> String {
        let verb = report.direction == .migrate ? "migrate" : "restore"
        if report.isDryRun {
            let isIdle = report.collections.allSatisfy { collection in
                guard let plan = collection.plan, collection.error == nil else { return true }
                return plan.census.eligible == 0 || plan.objection != nil
            }
            let outlook = isIdle ? "" : " Without --dry-run this would \(verb) the documents above."
            return "Dry run: nothing was written.\(outlook)\n"
        }
        let moved = report.collections.reduce(0) { $0 + $1.counts.migrated }
        let bytes = report.collections.reduce(0) { $0 + $1.bytes }
        return report.collections.count > 1
            ? "Total: \(Quantity.documents(moved)), \(Quantity.bytes(bytes)), run \(report.run ?? "?")\n" : ""
    }

    // MARK: Parts

    /// A warning, which may be a whole paragraph.
    private func warningLines(_ warning: String) -> [String] {
        let lines = warning.harmless.wrapped(at: style.width - 11)
        return lines.prefix(1).map { "  \(style.yellow("warning:")) \($0)" }
            + lines.dropFirst().map { String(repeating: " ", count: 11) + $0 }
    }

    private var namespaces: String {
        let (hot, cold) = (report.collection.hot, report.collection.cold)
        return report.direction == .migrate ? "\(hot) → \(cold)" : "\(cold) → \(hot)"
    }

    private var headline: String {
        let name = style.bold(report.collection.name.harmless)
        let counts = report.counts
        // What went wrong stands on standard error.
        if report.error != nil, counts.decided == 0 {
            return "\(name): \(style.red("not \(verb.past)"))  \(namespaces)"
        }
        if report.isDryRun {
            let (eligible, some) = (report.plan?.census.eligible ?? 0, report.plan?.wouldMove ?? 0)
            let part = some < eligible ? "\(Quantity.count(some)) of " : ""
            return "\(name): \(part)\(Quantity.documents(eligible)) would \(verb.future)  \(namespaces)"
        }
        let copyOnly = report.plan?.deletesSource == false ? ", the originals stay" : ""
        return "\(name): \(Quantity.documents(counts.migrated)) \(verb.past)\(copyOnly)  \(namespaces)"
    }

    private var verb: (past: String, future: String) {
        report.direction == .migrate ? ("moved", "move") : ("restored", "be restored")
    }

    private var facts: [Fact] { report.isDryRun ? planFacts : outcomeFacts + timeFacts }

    private var planFacts: [Fact] {
        guard let plan = report.plan, report.error == nil else { return [] }
        let census = plan.census
        var facts: [Fact] = []
        if let bytes = census.bytes, census.eligible > 0 {
            let whole = plan.wouldMove < census.eligible ? ", of all \(Quantity.count(census.eligible))" : ""
            facts.append(Fact("size", Quantity.bytes(bytes) + whole))
        }
        facts += dates(census.oldest, census.newest)
        if plan.direction == .migrate {
            facts.append(Fact("as of", ISO8601.string(fromMilliseconds: plan.asOf)))
            facts.append(Fact("policy", plan.collection.policy.summary))
        }
        facts.append(Fact("order", plan.orderText.harmless))
        if let staying = census.staying { facts.append(Fact("stays", staying.text(held: census.held))) }
        if census.eligible > 0 {
            let size = Quantity.documents(plan.batchSize)
            facts.append(Fact("batches", "of at most \(size), \(plan.topology.batchText)"))
        }
        if case .create = plan.target { facts.append(Fact("creates", "\(plan.destination)")) }
        return facts
    }

    private var outcomeFacts: [Fact] {
        let counts = report.counts
        let sum = Quantity.parts([
            (counts.migrated, verb.past), (counts.changed, "changed meanwhile"), (counts.vanished, "vanished"),
            (counts.held, "held"), (counts.conflicts, "conflict\(counts.conflicts == 1 ? "" : "s")"),
            (counts.failed, "failed"),
        ])
        var facts: [Fact] = []
        if counts.decided > 0 {
            let atMost = report.upperBounds.isEmpty ? "" : "at most "
            facts.append(Fact("scanned", "\(atMost)\(Quantity.count(report.scanned)) = \(sum)"))
        }
        if let remaining = report.remaining, remaining > 0, report.plan?.deletesSource != false {
            facts.append(Fact("remaining", "\(Quantity.documents(remaining)) still to be \(verb.past)"))
        }
        if report.undecided > 0 {
            facts.append(Fact("undecided", "\(Quantity.documents(report.undecided)) in hand when it ended"))
        }
        if counts.migrated > 0 {
            let source = report.direction == .migrate ? report.collection.hot : report.collection.cold
            var proof =
                "\(Quantity.count(counts.verified)) compared byte for byte, \(Quantity.count(counts.deleted)) deleted from \(source)"
            let known = counts.alreadyInTarget
            if known > 0 { proof += ", \(Quantity.count(known)) \(known == 1 ? "was" : "were") there before" }
            facts.append(Fact("verified", proof))
        }
        if report.recovered > 0 {
            facts.append(Fact("recovered", "\(Quantity.documents(report.recovered)) that a dead run had left half-way"))
        }
        return facts + dates(report.oldest, report.newest)
    }

    private var timeFacts: [Fact] {
        let stop = report.stoppedBy.map { [Fact("stopped by", $0.name)] } ?? []
        guard report.counts.decided > 0 else { return stop + rests }
        let rate = Quantity.count(Int(report.documentsPerSecond))
        let batches = "\(Quantity.count(report.batches)) batch\(report.batches == 1 ? "" : "es")"
        let bytes = Quantity.bytes(report.bytes)
        // A moment tells of no rate.
        let speed = report.duration < .milliseconds(100) ? "" : ", \(rate) documents/s"
        let work = report.counts.migrated > 0 ? "\(speed), \(bytes) in \(batches)" : ""
        return [Fact("took", Quantity.duration(report.duration) + work)] + stop + rests
    }

    /// What it rested for, and how bad that was.
    private var rests: [Fact] {
        report.throttles.all.flatMap { reason, record in
            let rest = Fact("rested", "\(Quantity.duration(record.duration)) for \(reason.noun)")
            guard let detail = record.detail, reason != .nice else { return [rest] }
            return [rest, Fact("", "at worst \(detail.harmless)")]
        }
    }

    private func dates(_ oldest: Int64?, _ newest: Int64?) -> [Fact] {
        guard let oldest, let newest else { return [] }
        return [Fact("dates", report.collection.policy.dates(from: oldest, to: newest))]
    }
}

extension MoveProblem.Kind {
    fileprivate var label: String {
        switch self {
        case .conflict: "conflict"
        case .failed: "failed"
        case .differingBytes: "different bytes"
        case .notFound: "not found"
        }
    }
}

extension ThrottleReason {
    /// What a run rests for, in a sentence.
    fileprivate var noun: String {
        switch self {
        case .pauseFile: "the pause file"
        case .replicationLag: "replication lag"
        case .flowControl: "flow control"
        case .cachePressure: "cache pressure"
        case .otherClients: "other clients"
        case .diskSpace: "room on the disk"
        case .oplogWindow: "the oplog"
        case .latency: "slow servers"
        case .nice: "--nice"
        case .maximumRate: "--max-rate"
        }
    }
}

extension MigrationPlan {
    fileprivate var orderText: String {
        switch order {
        case .oldestFirst(let index, _): "oldest first, along index \(index)"
        case .byID: "by _id, since most of the collection moves"
        case .natural: servingIndex.map { "along index \($0)" } ?? "natural, looking at every document"
        }
    }
}

extension Census.Staying {
    fileprivate func text(held: Int) -> String {
        let text = Quantity.parts(
            [
                (hot, "hot"), (warm, "warm"), (filteredOut, "kept by the filter"), (held, "held after a restore"),
                (unclassified, "unclassified (date missing or of another type)"),
            ],
            separator: ", "
        )
        return text.isEmpty ? "nothing" : text
    }
}

extension Topology {
    /// What a batch is.
    fileprivate var batchText: String {
        switch self {
        case .oneCluster: "one transaction each"
        case .twoClusters: "a transaction on each of the two clusters"
        case .standalone: "without transactions"
        }
    }
}
