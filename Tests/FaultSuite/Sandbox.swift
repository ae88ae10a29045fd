package import Foundation
import HotColdCore
import Mongo
import TestSupport

/// The servers of the suite: two replica sets of three members, and two standalone servers.
package struct Sandbox: Sendable {
    private let replicated: Part
    private let standalone: Part

    /// What one call of `scripts/sandbox` has started: a hot and a cold cluster.
    private struct Part: Sendable {
        let name: String
        let options: [String]
        let clusters: [Cluster]
    }

    /// Sandboxes that are running.
    ///
    /// - Parameters:
    ///   - name: what `scripts/sandbox` calls the one with the replica sets; the other one's has `-standalone` behind it.
    ///   - directory: what `scripts/sandbox` keeps of them.
    package init(name: String, in directory: URL, of repository: URL) throws {
        self.repository = repository
        func cluster(_ name: String, _ number: Int, uri: String, members: Int) throws -> Cluster {
            let all = try (1...members).map {
                try Cluster.Member(directory.appendingPathComponent("\(name)/c\(number)m\($0)"))
            }
            return Cluster(uri: uri, members: all, isReplicaSet: members > 1)
        }
        replicated = Part(
            name: name,
            options: ["--members", "3"],
            clusters: [
                try cluster(name, 1, uri: TestServer.uri, members: 3),
                try cluster(name, 2, uri: TestServer.secondURI, members: 3),
            ]
        )
        let other = name + "-standalone"
        standalone = Part(
            name: other,
            options: ["--standalone"],
            clusters: [
                try cluster(other, 1, uri: TestServer.standaloneURI, members: 1),
                try cluster(other, 2, uri: TestServer.secondStandaloneURI, members: 1),
            ]
        )
    }

    private let repository: URL

    private func part(_ layout: Layout) -> Part { layout == .standalone ? standalone : replicated }

    /// The servers of a side.
    func cluster(_ side: Side, _ layout: Layout) -> Cluster {
        part(layout).clusters[side == .cold && layout.sides.contains(.cold) ? 1 : 0]
    }

    /// Brings everything of a layout back: members that were killed or frozen, and fail points.
    ///
    /// Returns when each cluster has a primary and every member follows it.
    func heal(_ layout: Layout) async throws {
        let clusters = part(layout).clusters
        for member in clusters.flatMap(\.members) { try member.send(signal: SIGCONT) }
        try await revive(layout)
        for cluster in clusters {
            try await cluster.settle()
            try await cluster.set(CommandFailure.none)
        }
    }

    /// Has majorities of both sides say that they have a write before it is on disk, or afterwards, as is usual.
    func acknowledge(unjournaled: Bool, _ layout: Layout) async throws {
        for side in layout.sides { try await cluster(side, layout).acknowledge(unjournaled: unjournaled) }
    }

    /// Starts members that were killed.
    func revive(_ layout: Layout) async throws {
        // Not Foundation's Process: that waits for every process which inherits its socket, the servers among them.
        let (path, part) = (repository.appendingPathComponent("scripts/sandbox").path, part(layout))
        let start = try ChildProcess(
            [path, "start", "--name", part.name, "--clusters", "2", "--cache-gb", "0.25"] + part.options,
            input: "",
            environment: ProcessInfo.processInfo.environment
        )
        let outcome = await start.wait(atMost: .seconds(400), stop: StopRequest())
        guard outcome == .ended(.exited(0)) else { throw SuiteError("scripts/sandbox start: \(start.output())") }
    }
}

/// Where the two tiers are, to each other.
package enum Layout: String, CaseIterable, Sendable {
    case oneCluster = "one cluster"
    case twoClusters = "two clusters"
    /// Two clusters of which a majority says that it has a write before it is on disk.
    case unjournaled = "two clusters without a journaled majority"
    /// A standalone server for each tier.
    case standalone = "standalone servers"

    /// The clusters that there are.
    package var sides: [Side] { self == .oneCluster ? [.hot] : [.hot, .cold] }

    /// What hotcold takes it for.
    var topology: Topology {
        switch self {
        case .oneCluster: .oneCluster
        case .twoClusters, .unjournaled: .twoClusters
        case .standalone: .standalone
        }
    }

    /// What it promises there.
    package var guarantee: Verdict.Guarantee { self == .standalone ? .guarded : .transactional }
}
