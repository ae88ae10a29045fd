import Foundation
import TestSupport

/// The program behind `scripts/faults`.
package enum FaultSuite {
    /// Does what the command line says and exits: 0 when every promise was kept, 1 when one was broken, 64 for wrong
    /// usage, 70 when the suite itself could not go on.
    package static func main() async {
        do {
            let arguments = try Arguments(CommandLine.arguments.dropFirst())
            let sandbox = try Sandbox(
                name: arguments.sandbox,
                in: URL(fileURLWithPath: arguments.directory),
                of: URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
            )
            let isKept =
                switch arguments.mode {
                case .controls: try await playControls(in: sandbox)
                case .fullDisk: try await playFullDisk(in: sandbox)
                case .episodes(let limit): try await playEpisodes(arguments, limit, in: sandbox)
                }
            exit(isKept ? 0 : 1)
        } catch let error as UsageError {
            complain(error)
            exit(64)
        } catch {
            complain(error)
            exit(70)
        }
    }

    /// Prints a line at once, also into a pipe.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    private static func complain(_ error: any Error) {
        FileHandle.standardError.write(Data("faults: \(error)\n".utf8))
    }

    /// Plays episodes until the time is over; false when a promise was broken in one.
    private static func playEpisodes(_ arguments: Arguments, _ limit: Arguments.Limit, in sandbox: Sandbox) async throws
        -> Bool
    {
        let seed = arguments.seed ?? .random(in: 1...999_999_999)
        say("seed \(seed)")
        let only = arguments.words.map { " --only '\($0)'" } ?? ""
        let start = ContinuousClock.now
        var deck = Deck(seed: seed, only: arguments.words)
        var summary = Summary()
        while !limit.isReached(episodes: summary.episodes, elapsed: .now - start) {
            let episode = deck.deal()
            if case .only(let number) = limit, number != episode.number { continue }
            let outcome = try await EpisodeRun(episode, in: sandbox).play()
            // How threads and servers met does not come again: of what broke a promise this is all there is.
            if limit.isOne || !outcome.violations.isEmpty { outcome.transcript.forEach(say) }
            summary.add(outcome)
            say(Self.line(episode, outcome))
            for complaint in outcome.complaints { say("    \(complaint)") }
            guard !outcome.violations.isEmpty else { continue }
            for violation in outcome.violations.prefix(20) { say("  \(violation)") }
            let count = outcome.violations.count
            say(
                "\(count) violations; to play it again: scripts/faults --seed \(seed)\(only) --episode \(episode.number)"
            )
        }
        say(summary.text(elapsed: .now - start))
        return summary.violations == 0
    }

    private static func line(_ episode: Episode, _ outcome: EpisodeRun.Outcome) -> String {
        let rounds = outcome.rounds.map { round in
            let time = round.time.formatted(.units(allowed: [.seconds], width: .narrow))
            return "\(round.isHit ? "" : "not hit: ")\(round.kind) (\(time))"
        }
        let verdict = outcome.violations.isEmpty ? "ok" : "VIOLATED"
        return "\(episode.number)  \(verdict)  \(episode.layout.rawValue)  \(outcome.moved) moves,"
            + " \(outcome.acknowledged) writes, longest \(outcome.longestWait.formatted(.units(allowed: [.milliseconds])))"
            + "  exits \(outcome.endings)  \(rounds.joined(separator: "; "))"
    }

    private static func playFullDisk(in sandbox: Sandbox) async throws -> Bool {
        let outcome = try await FullDisk(sandbox: sandbox).play()
        for run in outcome.runs {
            say("cold members without room: \(run.victims), ended for that: \(run.dead); exit status \(run.exitCode)")
        }
        for violation in outcome.violations.prefix(20) { say("  \(violation)") }
        say("\(outcome.violations.count) violations")
        guard outcome.runs.allSatisfy({ $0.dead > 0 }) else { throw SuiteError("no member ran out of room") }
        return outcome.violations.isEmpty
    }

    /// Lets each faulty mover run until the verdict finds its fault; false when one gets through.
    private static func playControls(in sandbox: Sandbox) async throws -> Bool {
        var areFound = true
        for mover in FaultyMover.allCases {
            let start = ContinuousClock.now
            let found = try await NegativeControl(mover: mover, sandbox: sandbox).play(for: .seconds(120))
            let time = (ContinuousClock.now - start).formatted(.units(allowed: [.seconds]))
            if let found {
                say("\(mover.rawValue): found after \(time): \(found)")
            } else {
                say("\(mover.rawValue): NOT FOUND in \(time)")
                areFound = false
            }
        }
        return areFound
    }
}

/// What has happened in all episodes.
struct Summary {
    private(set) var episodes = 0
    private(set) var violations = 0
    private var rounds: [String: (all: Int, hits: Int)] = [:]
    private var endings: [Int32: Int] = [:]
    private var (moved, acknowledged, unanswered) = (0, 0, 0)
    private var longestWait = Duration.zero

    mutating func add(_ outcome: EpisodeRun.Outcome) {
        episodes += 1
        violations += outcome.violations.count
        for round in outcome.rounds {
            let counts = rounds[round.kind] ?? (0, 0)
            rounds[round.kind] = (counts.all + 1, counts.hits + (round.isHit ? 1 : 0))
        }
        for ending in outcome.endings { endings[ending, default: 0] += 1 }
        moved += outcome.moved
        acknowledged += outcome.acknowledged
        unanswered += outcome.unanswered
        longestWait = max(longestWait, outcome.longestWait)
    }

    func text(elapsed: Duration) -> String {
        var lines = ["", "hit/played  what happened to a run"]
        for (kind, counts) in rounds.sorted(by: { $0.key < $1.key }) {
            lines.append("\(counts.hits)/\(counts.all)".padding(toLength: 12, withPad: " ", startingAt: 0) + kind)
        }
        let exits = endings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let time = elapsed.formatted(.units(allowed: [.minutes, .seconds]))
        lines += [
            "", "\(episodes) episodes in \(time); runs by exit status: \(exits)",
            "\(moved) documents moved; \(acknowledged) writes of applications acknowledged, \(unanswered) not answered",
            "longest wait of an acknowledged write: \(longestWait.formatted(.units(allowed: [.milliseconds])))",
            violations == 0 ? "no promise was broken" : "VIOLATIONS: \(violations)",
        ]
        return lines.joined(separator: "\n")
    }
}
