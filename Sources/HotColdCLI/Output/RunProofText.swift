internal import HotColdCore

/// What is left of what a run moved, for people: the verdict of each collection, the numbers, the documents.
struct RunProofText {
    private let proof: RunProof
    private let style: TextStyle

    init(_ proof: RunProof, style: TextStyle = .plain) {
        self.proof = proof
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String { proof.parts.map { text(of: $0) }.joined() }

    private func text(of part: RunProof.Part) -> String {
        var lines = [
            "\(style.bold(part.collection.shown)): \(verdict(of: part))  \(part.source.harmless) → \(part.target.harmless)"
        ]
        lines += facts(of: part).map(\.line)
        lines += part.problems.lines(style: style) + part.returns.lines(style: style)
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is left of what the run moved in one collection.
    func verdict(of part: RunProof.Part) -> String {
        if part.expired > 0, part.recorded == 0 {
            return style.red("nothing can be proven: the ids of \(Quantity.documents(part.expired)) have expired")
        }
        if part.recorded == 0 { return style.green("the run moved nothing") }
        let losses = losses(of: part)
        if let losses, part.direction == .migrate { return style.red(losses) }
        guard part.damagedRecords == 0 else { return style.red("the journal was changed") }
        // There the application may write.
        if let losses {
            let unknown = part.expired > 0 ? "; the ids of others have expired" : ""
            return style.yellow("\(losses), which is no fault in hot\(unknown)")
        }
        guard part.expired == 0 else { return style.yellow("intact as far as the journal reaches") }
        return style.green("\(Quantity.documents(part.intact)) still there, byte for byte")
    }

    /// How many are no longer what was moved, or `nil` when all are.
    private func losses(of part: RunProof.Part) -> String? {
        switch (part.changed, part.deleted) {
        case (0, 0): nil
        case (0, let deleted): "\(Quantity.documents(deleted)) gone since"
        case (let changed, 0): "\(Quantity.documents(changed)) changed since"
        case (let changed, let deleted):
            "\(Quantity.documents(changed)) changed and \(Quantity.count(deleted)) gone since"
        }
    }

    private func facts(of part: RunProof.Part) -> [Fact] {
        var facts = [Fact("run", runText(of: part))]
        let sum = Quantity.parts([
            (part.intact, "intact"), (part.changed, "changed"), (part.deleted, "deleted"),
            (part.movedBack, "moved back"), (part.released, "copies moved for good since"),
        ])
        if !sum.isEmpty { facts.append(Fact("moved", "\(Quantity.count(part.recorded)) = \(sum)")) }
        if part.damagedRecords > 0 {
            facts.append(Fact("damaged", "\(Quantity.count(part.damagedRecords, "record")) of the journal"))
        }
        if part.expired > 0 {
            let what = "the ids of \(Quantity.count(part.expired)) of \(Quantity.documents(part.moved))"
            facts.append(Fact("expired", "\(what): the journal keeps them for journal_days"))
        }
        return facts
    }

    private func runText(of part: RunProof.Part) -> String {
        var text = "\(proof.run.shown), \(part.direction.rawValue)"
        if let outcome = part.outcome { text += ", \(outcome.shown)" }
        if let start = part.startedAt { text += ", \(ISO8601.string(fromMilliseconds: start))" }
        return text
    }
}
