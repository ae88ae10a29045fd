import Foundation
import HotColdCore
import Mongo
import TestSupport

/// The disks of the cold cluster run full while a migration is at work: of one member, then of all of them.
///
/// A mongod that can't write ends. Their data are on small file systems in memory for that, which takes root.
struct FullDisk: Sendable {
    private static let layout = Layout.twoClusters
    /// Enough for what a new member has, with some room.
    private static let size = "900m"
    /// What is left free when a run starts.
    private static let room = 40 << 20
    /// Documents that nobody but hotcold touches, and more than there is room for.
    private static let large = (count: 1_500, bytes: 64 << 10)

    let sandbox: Sandbox

    /// What came of it.
    struct Outcome {
        var violations: [Violation] = []
        /// For each of the two runs, how many members had no room, how many ended for that, and the exit status.
        var runs: [(victims: Int, dead: Int, exitCode: Int32)] = []
    }

    /// Plays it.
    func play() async throws -> Outcome {
        let members = sandbox.cluster(.cold, Self.layout).members
        do {
            for member in members { try await confine(member) }
            try await sandbox.heal(Self.layout)
            let result = try await fill(members)
            for member in members { try await release(member) }
            return result
        } catch {
            for member in members { try? await release(member) }  // What went wrong first is what matters.
            throw error
        }
    }

    private func fill(_ members: [Cluster.Member]) async throws -> Outcome {
        try await Stage.with(Self.layout, in: sandbox, documents: 1_000) { stage in
            var outcome = Outcome()
            var large: [Int: BSONDocument] = [:]
            let record = try await Application.write(to: stage, documents: 1_000, seed: 15) {
                for victims in [[try await sandbox.cluster(.cold, Self.layout).roles().primary], members] {
                    let more = (1...Self.large.count).map { -large.count - $0 }.map { ($0, Self.document($0)) }
                    try await stage.hot.insert(more.map(\.1), into: Stage.items.hot)
                    large.merge(more) { $1 }
                    for victim in victims { try await fillUp(victim) }
                    let round = Round(command: .migrate, disturbance: .none, workers: 2, batchSize: 100)
                    // With one of three members gone a majority is left; with all of them there is no cold cluster.
                    let end = try await Program(round, on: stage).end(allowing: victims.count == 1 ? [] : [69])
                    outcome.violations += end.violations
                    if victims.count > 1, end.result.exitCode != 69 {
                        outcome.violations.append(Violation(.ending, "without a cold cluster:\n\(end.result)"))
                    }
                    outcome.runs.append((victims.count, try victims.count { try !$0.isRunning }, end.result.exitCode))
                    for victim in victims { try makeRoom(victim) }
                    try await sandbox.heal(Self.layout)
                }
            }
            var ledger = record.ledger
            ledger.begin(with: large)
            var conclusion = EpisodeRun.Outcome()
            try await EpisodeRun.conclude(stage, ledger, &conclusion)
            outcome.violations += record.violations + conclusion.violations
            return outcome
        }
    }

    private static func document(_ id: Int) -> BSONDocument {
        var generator = SeededGenerator(seed: UInt64(-id))
        // What does not compress.
        let bytes = (0..<large.bytes / 8).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        return ["_id": .int(id), "d": .date(milliseconds: Application.cold), "v": 0, "data": .binary(bytes[...])]
    }

    // MARK: Disks

    private static func ballast(_ member: Cluster.Member) -> URL {
        member.directory.appendingPathComponent("data/ballast")
    }

    /// Leaves a little room on the disk of a member.
    private func fillUp(_ member: Cluster.Member) async throws {
        let data = member.directory.appendingPathComponent("data")
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: data.path)
        let free = try (attributes[.systemFreeSize] as? NSNumber).orThrow("no size of \(data.path)").intValue
        guard free > Self.room else { return }
        try await run("/usr/bin/fallocate", "-l", "\(free - Self.room)", Self.ballast(member).path)
    }

    private func makeRoom(_ member: Cluster.Member) throws {
        try FileManager.default.removeItem(at: Self.ballast(member))
    }

    /// Puts the data of a member, which is killed, on a file system of its own.
    private func confine(_ member: Cluster.Member) async throws {
        try await kill(member)
        let (data, whole) = (Self.data(member), Self.data(member) + ".whole")
        try await run("/bin/mv", data, whole)
        try await run("/bin/mkdir", data)
        try await run("/bin/mount", "-t", "tmpfs", "-o", "size=\(Self.size)", "tmpfs", data)
        try await run("/bin/cp", "-a", whole + "/.", data)
    }

    /// Takes the file system away; the sandbox is of no use afterwards.
    private func release(_ member: Cluster.Member) async throws {
        try await kill(member)
        // Lazily: the last threads of the killed process may still have files open.
        try await run("/bin/umount", "-l", Self.data(member))
    }

    private static func data(_ member: Cluster.Member) -> String {
        member.directory.appendingPathComponent("data").path
    }

    private func kill(_ member: Cluster.Member) async throws {
        try member.send(signal: SIGKILL)
        while try member.isRunning { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func run(_ arguments: String...) async throws {
        let process = try ChildProcess(arguments, input: "", environment: ProcessInfo.processInfo.environment)
        let outcome = await process.wait(atMost: .seconds(120), stop: StopRequest())
        guard outcome == .ended(.exited(0)) else { throw SuiteError("\(arguments): \(process.output())") }
    }
}
