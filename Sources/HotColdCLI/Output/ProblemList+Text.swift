internal import HotColdCore

extension ProblemList {
    /// A line for each problem, and one for those that are not listed.
    func lines(style: TextStyle) -> [String] {
        let lines = first.map { problem in
            let label = problem.kind.label + ":"
            let shown = problem.kind == .movedBack ? style.yellow(label) : style.red(label)
            return ProblemText.line(shown, .bson(problem.id), problem.reason)
        }
        return lines + ProblemText.others(of: count, listed: first.count, file: file)
    }
}

extension VerificationProblem.Kind {
    fileprivate var label: String {
        switch self {
        case .identical: "identical"
        case .different: "different"
        case .leftover: "half-way"
        case .changed: "changed"
        case .deleted: "deleted"
        case .movedBack: "moved back"
        case .damagedRecord: "damaged record"
        }
    }
}
