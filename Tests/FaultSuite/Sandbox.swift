package import Foundation
import HotColdCore
import Mongo
import TestSupport

/// The servers of a sandbox of `scripts/sandbox` with two replica sets of three members.
package struct Sandbox: Sendable {
    /// What `scripts/sandbox` calls it.
    private let name: String
    private let repository: URL
    private let first: ReplicaSet
    private let second: ReplicaSet

    /// A sandbox that is running.
    ///
    /// - Parameter directory: what `scripts/sandbox` keeps of it.
    package init(name: String, in directory: URL, of repository: URL) throws {
        self.name = name
        self.repository = repository
        func members(_ cluster: Int) throws -> [ReplicaSet.Member] {
            try (1...3).map { try ReplicaSet.Member(directory.appendingPathComponent("\(name)/c\(cluster)m\($0)")) }
        }
        first = ReplicaSet(uri: try TestServer.uri, members: try members(1))
        second = ReplicaSet(uri: try TestServer.secondURI, members: try members(2))
    }

    /// The replica set of a side.
    func replicaSet(_ side: Side, _ layout: Layout) -> ReplicaSet {
        side == .cold && layout == .twoClusters ? second : first
    }

    /// Brings everything back: members that were killed or frozen, and fail points.
    ///
    /// Returns when both replica sets have a primary and every member follows it.
    func heal() async throws {
        for member in first.members + second.members { try member.send(signal: SIGCONT) }
        try await revive()
        for set in [first, second] {
            try await set.settle()
            try await set.set(CommandFailure.none)
        }
    }

    /// Starts members that were killed.
    func revive() async throws {
        // Not Foundation's Process: that waits for every process which inherits its socket, the servers among them.
        let path = repository.appendingPathComponent("scripts/sandbox").path
        let start = try ChildProcess(
            [path, "start", "--name", name, "--members", "3", "--clusters", "2", "--cache-gb", "0.25"],
            input: "",
            environment: ProcessInfo.processInfo.environment
        )
        let outcome = await start.wait(atMost: .seconds(120), stop: StopRequest())
        guard outcome == .ended(.exited(0)) else { throw SuiteError("scripts/sandbox start: \(start.output())") }
    }
}

/// Where the two tiers are, to each other.
package enum Layout: String, CaseIterable, Sendable {
    case oneCluster = "one cluster"
    case twoClusters = "two clusters"

    /// The clusters that there are.
    package var sides: [Side] { self == .oneCluster ? [.hot] : [.hot, .cold] }
}
