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
        package var rounds: [(kind: String, isHit: Bool, time: Duration)] = []
        /// How the runs ended, by exit status.
        package var endings: [Int32] = []
        /// Why runs gave up.
        package var complaints: [String] = []
        /// What the runs said, those of each round under its line.
        var transcript: [String] = []
        package var violations: [Violation] = []
        package var acknowledged = 0
        package var unanswered = 0
        package var longestWait = Duration.zero
        /// How many documents were moved, by the journal.
        package var moved = 0
    }

    /// Plays it.
    ///
    /// - Throws: what keeps the suite itself from going on.
    package func play() async throws -> Outcome {
        try await Stage.with(episode.layout, in: sandbox, documents: documents / 2) { stage in
            var outcome = Outcome()
            outcome.violations += try await Program(Self.undisturbed, on: stage).end().violations(signals: [])
            try await stage.insert(documents / 2..<documents)
            var generator = SeededGenerator(seed: episode.seed)
            let record = try await Application.write(to: stage, documents: documents, seed: episode.seed) {
                for round in episode.rounds {
                    outcome.violations += try await provideWork(for: round, on: stage)
                    let start = ContinuousClock.now
                    let director = Director(stage: stage, round: round)
                    let (ends, isHit) = try await director.play(using: &generator)
                    try await sandbox.heal()
                    outcome.rounds.append((round.disturbance.kind, isHit, .now - start))
                    outcome.transcript += [round.description] + ends.map { "\($0.arguments)\n\($0.result)" }
                    outcome.complaints += ends.compactMap(\.complaint)
                    outcome.endings += ends.map(\.result.exitCode)
                    outcome.violations += ends.flatMap { $0.violations(signals: [SIGKILL]) }
                }
            }
            outcome.violations += record.violations
            outcome.acknowledged = record.ledger.acknowledged
            outcome.unanswered = record.ledger.unanswered
            outcome.longestWait = record.longestWait
            try await Self.conclude(stage, record.ledger, &outcome)
            return outcome
        }
    }

    /// Lets an undisturbed run bring documents to where a round's takes them from, when there are only few.
    ///
    /// Without them a run would be over before anything could happen to it.
    private func provideWork(for round: Round, on stage: Stage) async throws -> [Violation] {
        guard let direction = round.command.direction, try await stage.work(for: direction) < documents / 3 else {
            return []
        }
        let command: Command = direction == .migrate ? .restore : .migrate
        return try await Program(Self.undisturbed, command, on: stage).end().violations(signals: [])
    }

    /// Lets a last run settle everything, and judges.
    static func conclude(_ stage: Stage, _ ledger: Ledger, _ outcome: inout Outcome) async throws {
        let last = try await Program(undisturbed, on: stage).end()
        outcome.violations += last.violations(signals: [])
        // Conflicts are the application's, which stored documents anew that the archive has.
        if ![0, 1].contains(last.result.exitCode) || last.number("failed") > 0 {
            outcome.violations.append(Violation(.ending, "the last run, undisturbed, did not complete: \(last.result)"))
        }
        for leftover in try await stage.leftovers() { outcome.violations.append(Violation(.ending, leftover)) }
        let journal = try await stage.journal()
        var netMoves: [Int: Int] = [:]
        for record in journal {
            let ids = record["ids"]?.array ?? []
            outcome.moved += ids.count
            let step = record["direction"]?.string == "migrate" ? 1 : -1
            for id in ids { netMoves[Int(id.integer ?? -1), default: 0] += step }
        }
        let verdict = try await Verdict(ledger, stage.tiers(), netMoves: netMoves, held: stage.held())
        outcome.violations += verdict.violations
    }
}
