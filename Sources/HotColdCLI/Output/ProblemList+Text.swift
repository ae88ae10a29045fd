internal import HotColdCore

extension ProblemList {
    /// A line for each problem, and one for those that are not listed.
    func lines(style: TextStyle) -> [String] {
        let lines = first.map { problem in
            let id = StructuredValue.bson(problem.id).json(.compact).shortened(to: 60)
            let label = problem.kind.label + ":"
            let shown = problem.kind == .movedBack ? style.yellow(label) : style.red(label)
            return "  \(shown) \(id): \(problem.reason.shortened(to: 200))"
        }
        guard count > first.count else { return lines }
        return lines + ["  … and \(Quantity.count(count - first.count)) more of these"]
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
