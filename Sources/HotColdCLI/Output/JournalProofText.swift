internal import HotColdCore

/// What is left of what all runs of some days moved, for people: a line for each collection, and what is wrong.
struct JournalProofText {
    private let proof: JournalProof
    private let style: TextStyle

    init(_ proof: JournalProof, style: TextStyle = .plain) {
        self.proof = proof
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        let sums = proof.sums.map { line(of: $0) + "\n" }
        let faults = proof.runs.compactMap { run -> String? in
            let parts = run.parts.filter { !$0.isSound }
            return parts.isEmpty ? nil : RunProofText(RunProof(run: run.run, parts: parts), style: style).text
        }
        return sums.joined() + (faults.isEmpty ? "" : "\n" + faults.joined()) + verdictLine
    }

    /// What came of it, in a sentence.
    var verdict: String {
        let period = "in the last \(Quantity.days(proof.days))"
        let unsound = proof.runs.count { !$0.parts.allSatisfy(\.isSound) }
        guard !proof.sums.isEmpty else { return "no run has moved anything \(period)" }
        guard unsound > 0 else {
            return "all that \(Quantity.count(proof.runs.count, "run")) moved \(period) is proven"
        }
        return "of \(Quantity.count(proof.runs.count, "run")) \(period) \(Quantity.count(unsound)) can't be proven"
    }

    private var verdictLine: String { (proof.isSound ? style.green(verdict) : style.red(verdict)) + "\n" }

    private func line(of sum: JournalProof.Sum) -> String {
        let moved = sum.movedOn > 0 ? ", \(Quantity.count(sum.movedOn)) moved on since" : ""
        let runs = Quantity.count(sum.runs, "run")
        return "\(style.bold(sum.collection.shown)): \(runs), \(Quantity.documents(sum.recorded)),"
            + " \(Quantity.count(sum.intact)) intact\(moved)"
    }
}
