import TestSupport
import Testing

/// Which tiers are on the server with access control.
///
/// A commit names no collection, so that a fail point for it would meet all programs: where one is set, no other tests'
/// programs may run, and that is on this server, in a line of their own.
enum GuardedServer: CaseIterable, Sendable, CustomTestStringConvertible {
    case both, hot, cold

    static var allCases: [GuardedServer] { TestServer.isSecondConfigured ? [.both, .hot, .cold] : [.both] }

    /// The faults on the three placements in turns, from some place on; all on all where `HOTCOLD_TEST_SCALE` asks for
    /// more.
    static func each(_ faults: [Fault], from first: Int = 0) -> [(GuardedServer, Fault)] {
        faults.enumerated().flatMap { index, fault in
            let turn = allCases[(index + first) % allCases.count]
            return allCases.filter { MoveFixture.scale > 1 || $0 == turn }.map { ($0, fault) }
        }
    }

    var testDescription: String {
        switch self {
        case .both: "one cluster"
        case .hot: "hot of two clusters"
        case .cold: "cold of two clusters"
        }
    }

    /// Gives a test a fixture with those tiers there, and the server's URI.
    func using(_ body: (_ fixture: MoveFixture, _ uri: String) async throws -> Void) async throws {
        let uri = try TestServer.authURI
        let topology: Topology = self == .both ? .oneCluster : .twoClusters
        try await MoveFixture.using(
            on: topology,
            hot: self == .cold ? nil : uri,
            cold: self == .cold ? uri : nil,
            line: .serverFaults
        ) { try await body($0, uri) }
    }
}
