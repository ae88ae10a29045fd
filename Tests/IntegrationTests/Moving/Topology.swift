import TestSupport
import Testing

/// Where the two tiers are, to each other.
enum Topology: CaseIterable, Sendable, CustomTestStringConvertible {
    case oneCluster, twoClusters

    /// Those that there are servers for: both with `scripts/test`.
    static var allCases: [Topology] { TestServer.isSecondConfigured ? [.oneCluster, .twoClusters] : [.oneCluster] }

    /// Each topology with each combination of two tables.
    static func each<First: Sequence, Second: Sequence>(
        _ first: First,
        _ second: Second
    ) -> [(Topology, First.Element, Second.Element)] {
        allCases.flatMap { topology in first.flatMap { one in second.map { (topology, one, $0) } } }
    }

    var testDescription: String {
        switch self {
        case .oneCluster: "one cluster"
        case .twoClusters: "two clusters"
        }
    }
}
