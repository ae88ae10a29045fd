internal import HotColdCore

/// The comparison of two tiers for people: what it comes to, then the numbers, then what to look at and what to do.
struct ComparisonText {
    private let comparison: TierComparison
    private let style: TextStyle

    init(_ comparison: TierComparison, style: TextStyle = .plain) {
        self.comparison = comparison
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        var lines = [headline]
        lines += facts.map(\.line)
        if let loss = comparison.archiveLoss { lines.append("  \(style.red("error:")) \(loss)") }
        lines += comparison.warnings.map { "  \(style.yellow("warning:")) \($0)" }
        lines += comparison.problems.lines(style: style)
        lines += advice.map { "  \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private var hot: String { "\(comparison.collection.hot)" }
    private var cold: String { "\(comparison.collection.cold)" }

    private var headline: String {
        let name = style.bold(comparison.collection.name.harmless)
        return "\(name): \(verdict)  \(hot) | \(cold)"
    }

    /// What it comes to.
    var verdict: String {
        if comparison.error != nil, comparison.compared == 0 { return style.red("not compared") }
        if comparison.isInterrupted { return style.yellow("stopped before the end") }
        let count = Quantity.documents(comparison.problems.count)
        let verb = comparison.problems.count == 1 ? "is" : "are"
        if comparison.problems.count > 0 { return style.red("\(count) \(verb) in both tiers and should not be") }
        if comparison.archiveLoss != nil { return style.red("the archive is not what the last run has left") }
        if !comparison.isClean { return style.red("a run that is gone may have left something half-way") }
        // How many, the facts say, each kind for itself.
        if OverlapKind.allCases.contains(where: { $0.isProblem && comparison[$0] > 0 }) {
            return style.green("what should not be in both tiers is settled")
        }
        if comparison.fix?.hasRecovered == true { return style.green("what a run that is gone had left is settled") }
        return style.green(
            comparison.inBoth > 0 ? "nothing is in both tiers that should not be" : "nothing is in both tiers"
        )
    }

    // MARK: Facts

    private var facts: [Fact] { sides + overlaps + runs + fixed }

    private var sides: [Fact] {
        func side(_ label: String, _ name: String, _ tier: TierComparison.Tier) -> Fact {
            guard tier.isKnown else { return Fact(label, "\(name) was not looked at") }
            return Fact(
                label,
                tier.exists ? "\(Quantity.documents(tier.documents)) in \(name)" : "\(name) does not exist"
            )
        }
        var facts = [side("hot", hot, comparison.hot), side("cold", cold, comparison.cold)]
        if comparison.compared > 0 {
            let ids = Quantity.count(comparison.compared, "_id")
            facts.append(Fact("compared", "\(ids) of the one looked up in the other"))
        }
        return facts
    }

    private var overlaps: [Fact] {
        [
            count(.identical, "identical", "the same bytes twice"),
            count(.different, "different", "two documents with one _id"),
            count(.leftover, "half-way", "left by a run that is gone"),
            count(.copy, "copies", "as copying without deleting leaves them"),
            count(.staleCopy, "stale", "copies that are older than the hot document; the next migrate replaces them"),
            count(.inProgress, "in progress", "in the hands of a run at work"),
        ].compactMap(\.self)
    }

    private func count(_ kind: OverlapKind, _ label: String, _ meaning: String) -> Fact? {
        let number = comparison[kind]
        return number > 0 ? Fact(label, "\(Quantity.count(number)), \(meaning)") : nil
    }

    private var runs: [Fact] {
        var facts = comparison.deadRuns.map { Fact("dead run", text(of: $0)) }
        if let holder = comparison.holder {
            let process = "process \(holder.identity.pid) on \(holder.identity.host.shown)"
            let since = ISO8601.string(fromMilliseconds: holder.since)
            facts.append(Fact("at work", "run \(holder.run.shown), \(process), since \(since)"))
        }
        return facts
    }

    private func text(of dead: DeadRun) -> String {
        let seats = Quantity.count(dead.seats, "seat")
        return "\(dead.run.shown), \(seats), up to \(Quantity.documents(dead.documents)) in hand"
    }

    private var fixed: [Fact] {
        guard let fix = comparison.fix, !fix.runs.isEmpty else { return [] }
        var facts: [Fact] = []
        if fix.hasRecovered { facts.append(Fact("recovered", "\(Quantity.documents(fix.recovered)) left half-way")) }
        facts += fix.remaining.map { Fact("not settled", text(of: $0)) }
        if fix.settled > 0 {
            let parts = [(fix.removedFromHot, hot), (fix.removedFromCold, cold)].filter { $0.0 > 0 }
            let text = parts.map { "\(Quantity.count($0.0)) removed from \($0.1)" }.joined(separator: ", ")
            facts.append(Fact("fixed", "\(text), after comparing byte for byte"))
        }
        return facts + [Fact("fixed by", Self.text(ofRuns: fix.runs))]
    }

    /// Many runs by the first and the last; `--json` has all.
    private static func text(ofRuns runs: [String]) -> String {
        guard runs.count > 3, let first = runs.first, let last = runs.last else {
            return "run\(runs.count == 1 ? "" : "s") \(runs.joined(separator: ", "))"
        }
        return "\(Quantity.count(runs.count)) runs, \(first) to \(last)"
    }

    // MARK: What to do

    private var advice: [String] {
        guard comparison.error == nil else { return [] }
        let name = comparison.collection.name
        var advice: [String] = []
        let isSettleable = comparison[.identical] + comparison[.leftover] > 0 || !comparison.deadRuns.isEmpty
        if comparison.fix == nil, isSettleable {
            let command = AdvisedCommand.line("verify", on: name, "--fix")
            advice += ["to settle what runs have left or moved:", "  \(command)"]
        }
        if comparison.fix != nil, comparison[.identical] > (comparison.fix?.settled ?? 0) {
            advice += [
                "of those that no run on record has moved either may be there on purpose; to settle them yourself:",
                "  \(AdvisedCommand.line("migrate", on: name))",
                "    (moves all that is cold, and deletes those from hot that the policy calls cold)",
                "  \(AdvisedCommand.line("restore", on: name, "--id ID"))",
                "    (deletes the archived one)",
            ]
        }
        if comparison[.different] > 0 {
            advice.append("which of two different documents is right only you know; for each of them look at")
            advice.append("  \(AdvisedCommand.line("diff", on: name, "--id ID"))")
            advice += ["and then one of"] + Self.decision(of: name, selecting: "--id ID")
        }
        return advice
    }

    /// The commands by which an operator decides between two versions of a document.
    ///
    /// - Parameter option: names the document.
    static func decision(of collection: String, selecting option: String) -> [String] {
        func line(_ policy: String) -> String {
            "  \(AdvisedCommand.line("restore", on: collection, "\(option) --on-conflict \(policy)"))"
        }
        return [
            line("keep-target"), "    (the hot one stays)", line("replace"), "    (the archived one takes its place)",
        ]
    }
}
