import Foundation
import HotColdCore
import Mongo
import TestSupport

/// Plays an episode: its runs one after another with what happens to them, an application beside them all the time;
/// then everything is brought back, a last run settles what is left, and the verdict is passed.
package struct EpisodeRun: Sendable {
    /// How many cold documents there are in the beginning; half of them are in the archive.
    ///
    /// Ids come 5,000 to a reply: where `getMore` is to fail there have to be more than that.
    private var documents: Int { episode.rounds.contains(where: \.needsSeveralReplies) ? 12_000 : 3_000 }
    /// A run without anything happening to it.
    private static let undisturbed = Round(command: .migrate, disturbance: .none, workers: 2, batchSize: 200)

    private let episode: Episode
    private let sandbox: Sandbox

    package init(_ episode: Episode, in sandbox: Sandbox) {
        self.episode = episode
        self.sandbox = sandbox
    }

    /// What came of it.
    package struct Outcome: Sendable {
        /// The rounds: what was to happen, whether it did while hotcold ran, and how long all of it took.
        package var rounds: [Played] = []
        /// How the runs ended, by exit status.
        package var endings: [Int32] = []
        /// Why runs gave up.
        package var complaints: [String] = []
        /// All runs.
        var ends: [Program.End] = []
        /// What the runs said, those of each round under its line.
        var transcript: [String] = []
        package var violations: [Violation] = []
        package var acknowledged = 0
        package var unanswered = 0
        package var longestWait = Duration.zero
        /// How many documents were moved, by the journal.
        package var moved = 0

        /// A round that was played.
        package struct Played: Sendable {
            package let kind: String
            package let isHit: Bool
            /// Whether a run was killed or stopped that may have had documents of hot locked.
            let leavesLocks: Bool
            let start: ContinuousClock.Instant
            package let time: Duration
        }
    }

    /// Plays it.
    ///
    /// - Throws: what keeps the suite itself from going on.
    package func play() async throws -> Outcome {
        try await Stage.with(episode.layout, in: sandbox, documents: documents / 2) { stage in
            var outcome = Outcome()
            outcome.add([try await Program(Self.undisturbed, on: stage).end()])
            try await stage.insert(documents / 2..<documents)
            var generator = SeededGenerator(seed: episode.seed)
            let record = try await Application.write(to: stage, documents: documents, seed: episode.seed) {
                for round in episode.rounds {
                    try await provideWork(for: round, on: stage, &outcome)
                    let start = ContinuousClock.now
                    let rollbacks = try await stage.rollbacks()
                    outcome.transcript.append(round.description)
                    let (ends, isMet) = try await direct(round, on: stage, using: &generator)
                    try await sandbox.heal(episode.layout)
                    let hasRolledBack = try await stage.rollbacks() > rollbacks
                    let isHit = isMet && (hasRolledBack || !round.disturbance.rollsBack)
                    outcome.rounds.append(
                        Outcome.Played(
                            kind: round.disturbance.kind,
                            isHit: isHit,
                            leavesLocks: round.disturbance.leavesLocks,
                            start: start,
                            time: .now - start
                        )
                    )
                    outcome.endings += ends.map(\.result.exitCode)
                    outcome.add(ends)
                    if ends.count > 1, ends.allSatisfy({ $0.result.exitCode == 75 }) {
                        outcome.violations.append(Violation(.ending, "two runs, each waiting for the other: \(ends)"))
                    }
                }
            }
            // What is deleted and back, which the weaker guarantee has.
            if stage.layout.guarantee == .transactional { outcome.violations += record.violations }
            outcome.acknowledged = record.ledger.acknowledged
            outcome.unanswered = record.ledger.unanswered
            outcome.judge(record.waits)
            try await Self.conclude(stage, record.ledger, &outcome)
            return outcome
        }
    }

    /// Lets happen what happens in a round, and has killed members started again while a run may wait for them: it does
    /// not know how far they are behind.
    private func direct(_ round: Round, on stage: Stage, using generator: inout SeededGenerator) async throws
        -> (ends: [Program.End], isHit: Bool)
    {
        // The group waits for a start that has begun: whoever heals next starts the same members. What kept them from
        // starting now does then too.
        try await withThrowingTaskGroup { group in
            group.addTask { [sandbox, layout = episode.layout] in
                try await Task.sleep(for: .seconds(20))
                // A task of its own, so that what has begun is not cancelled.
                try await Task { try await sandbox.revive(layout) }.value
            }
            defer { group.cancelAll() }
            return try await Director(stage: stage, round: round).play(using: &generator)
        }
    }

    /// Lets an undisturbed run bring documents to where a round's takes them from, when there are only few.
    ///
    /// Without them a run would be over before anything could happen to it.
    private func provideWork(for round: Round, on stage: Stage, _ outcome: inout Outcome) async throws {
        guard let direction = round.command.direction, try await stage.work(for: direction) < documents / 3 else {
            return
        }
        let command: Command = direction == .migrate ? .restore : .migrate
        outcome.add([try await Program(Self.undisturbed, command, on: stage).end()])
    }

    /// Lets a last run settle everything, and judges.
    static func conclude(_ stage: Stage, _ ledger: Ledger, _ outcome: inout Outcome) async throws {
        let last = try await Program(undisturbed, on: stage).end()
        outcome.add([last])
        for leftover in try await stage.leftovers() { outcome.violations.append(Violation(.ending, leftover)) }
        let replacing = Set(outcome.ends.filter(\.isReplacing).map(\.processID))
        var books = try await Books(journal: stage.journal(), history: stage.history(), replacing: replacing)
        for report in outcome.ends.compactMap(\.told) { books.judge(report) }
        outcome.moved = books.moved
        let (tiers, held) = try await (stage.tiers(), stage.held())
        outcome.violations += books.violations
        outcome.violations +=
            Verdict(ledger, tiers, books: books, held: held, guarantee: stage.layout.guarantee).violations
        outcome.violations += neglected(in: tiers, held: held, by: last)
    }

    /// Cold documents that the last run has left in hot, without a reason or without a word.
    ///
    /// Conflicts are the application's, which stored documents anew that the archive has.
    private static func neglected(in tiers: Verdict.Tiers, held: Set<Int>, by last: Program.End) -> [Violation] {
        let left = tiers.hot.filter { id, document in
            (document["d"]?.dateMilliseconds ?? 0) < Application.hot && !held.contains(id)
        }
        let conflicts = left.filter { tiers.cold[$0.key] != nil }.count
        var violations = left.keys.filter { tiers.cold[$0] == nil }.map { Violation(.neglect, "\($0)") }
        if last.number("conflicts") != conflicts || last.number("failed") > 0 {
            violations.append(Violation(.report, "\(conflicts) conflicts are left, the last run says:\n\(last.result)"))
        }
        return violations
    }
}

extension EpisodeRun.Outcome {
    /// How long a write of an application may wait: for a hot transaction of a run that is killed, the server's minute
    /// (`transactionLifetimeLimitSeconds`) and what it takes to notice; otherwise for a batch and what keeps its servers
    /// from an answer.
    private static let limits = (withLocksLeft: Duration.seconds(90), otherwise: Duration.seconds(15))

    /// Judges how long the application had to wait.
    fileprivate mutating func judge(_ waits: [Application.Wait]) {
        longestWait = waits.map(\.duration).max() ?? .zero
        for wait in waits {
            // Locks that a round has left are met by the next one, too.
            let before = rounds.filter { $0.start <= wait.start }.suffix(2)
            let limit = before.contains(where: \.leavesLocks) ? Self.limits.withLocksLeft : Self.limits.otherwise
            guard wait.duration >= limit else { continue }
            let during = before.last?.kind ?? "the first run"
            violations.append(Violation(.wait, "\(wait.duration) (\(during))"))
        }
    }

    /// Takes note of how runs ended.
    fileprivate mutating func add(_ ends: [Program.End]) {
        self.ends += ends
        transcript += ends.map { "\($0.arguments)\n\($0.result)" }
        complaints += ends.compactMap(\.complaint)
        violations += ends.flatMap(\.violations)
    }
}
