package import HotColdCore

extension ProtocolStep {
    /// The steps that a run takes.
    package static func taken(by direction: Direction, _ topology: Topology) -> [ProtocolStep] {
        allCases.filter { $0.isTaken(by: direction, topology) }
    }

    private func isTaken(by direction: Direction, _ topology: Topology) -> Bool {
        switch self {
        case .leased, .recovered, .read, .copied, .verified, .recorded, .left: true
        case .committed: topology != .standalone
        case .deleted where topology == .standalone: false
        case .deleted: topology == .oneCluster || direction == .migrate
        case .halfSeated, .seated, .fenced, .undone, .settled, .resolved: topology == .twoClusters
        case .copiesCommitted: topology == .twoClusters && direction == .migrate
        case .cleared, .pending: topology == .twoClusters && direction == .restore
        }
    }
}
