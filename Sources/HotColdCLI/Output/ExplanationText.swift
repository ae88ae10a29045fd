internal import HotColdCore

/// What `analyze --explain` tells people about a document: when it moves first, then why.
struct ExplanationText {
    private let explanation: Explanation
    private let style: TextStyle

    init(_ explanation: Explanation, style: TextStyle = .plain) {
        self.explanation = explanation
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String { ([headline] + facts.map(\.line)).joined(separator: "\n") + "\n" }

    private var headline: String {
        let id = ProblemText.identifier(.bson(explanation.id))
        return "\(style.bold(explanation.collection.name.harmless)) \(id): \(prospect)"
    }

    private var prospect: String {
        switch explanation.prospect {
        case .now: "the next migration moves it"
        case .after(let moment): "a migration after \(ISO8601.string(fromMilliseconds: moment)) moves it"
        case .never(let reason): "no migration moves it: \(reason)"
        }
    }

    private var facts: [Fact] {
        var facts = [Fact("is in", place)]
        if let evaluation = explanation.evaluation {
            facts.append(Fact("policy", explanation.collection.policy.summary))
            facts.append(Fact("is", evaluation.temperature.rawValue))
            facts += evaluation.findings.map { Fact("", $0.description) }
        }
        if let matches = explanation.matchesFilter {
            facts.append(Fact("filter", matches ? "matches" : "does not match"))
        }
        if let matches = explanation.matchesExclude {
            facts.append(Fact("exclude", matches ? "matches" : "does not match"))
        }
        if let until = explanation.heldUntil {
            facts.append(Fact("held", "until \(ISO8601.string(fromMilliseconds: until)), after a restore"))
        }
        for (index, move) in explanation.moves.enumerated() {
            facts.append(Fact(index == 0 ? "moved" : "", move.words))
        }
        if explanation.hasEarlierMoves { facts.append(Fact("", "and before that")) }
        return facts
    }

    private var place: String {
        let (hot, cold) = ("\(explanation.collection.hot)", "\(explanation.collection.cold)")
        return switch (explanation.isHot, explanation.isCold) {
        case (true, true): "\(hot) and \(cold)"
        case (true, false): hot
        case (false, true): "\(cold), the archive"
        case (false, false): "neither \(hot) nor \(cold): it was deleted since"
        }
    }
}

extension Explanation.Move {
    fileprivate var words: String {
        let time = ISO8601.string(fromMilliseconds: committedAt)
        let way =
            switch direction {
            case .migrate: isCopy ? "copied to the archive" : "to the archive"
            case .restore: isCopy ? "copied back to hot" : "back to hot"
            }
        return "\(time) \(way) by run \(run)"
    }
}
