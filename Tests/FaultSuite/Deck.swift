import HotColdCore
import TestSupport

/// A run of hotcold and what happens to it.
package struct Round: Sendable, Hashable {
    package let command: Command
    package let disturbance: Disturbance
    /// How many movers it has.
    package let workers: Int
    /// How many documents a batch has.
    package let batchSize: Int

    /// Whether there have to be so many documents that a scan takes several replies.
    var needsSeveralReplies: Bool {
        guard case .failure(let failure, _, _) = disturbance else { return false }
        return failure.command == "getMore"
    }

    /// One line for the log.
    package var description: String {
        "\(command.rawValue) (\(workers) movers, batches of \(batchSize)): \(disturbance)"
    }
}

/// Some runs over the same documents, one after another.
package struct Episode: Sendable, Hashable {
    package let number: Int
    package let layout: Layout
    package let rounds: [Round]
    /// For the application beside them.
    package let seed: UInt64
}

/// Deals episodes: every disturbance comes once, in an order that the seed decides, before any comes again.
///
/// The same seed deals the same episodes.
package struct Deck: Sendable {
    private static let roundsPerEpisode = 4

    private var generator: SeededGenerator
    private var cards: [Layout: [Round]] = [:]
    private var number = 0

    package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// The next episode; layouts take turns.
    package mutating func deal() -> Episode {
        number += 1
        let layout = Layout.allCases[number % Layout.allCases.count]
        let rounds = (0..<Self.roundsPerEpisode).map { _ in draw(layout) }
        return Episode(number: number, layout: layout, rounds: rounds, seed: generator.next())
    }

    private mutating func draw(_ layout: Layout) -> Round {
        var stack = cards[layout] ?? []
        if stack.isEmpty { stack = shuffled(layout) }
        defer { cards[layout] = stack }
        return stack.removeLast()
    }

    private mutating func shuffled(_ layout: Layout) -> [Round] {
        let halts = Command.moves.flatMap { command in
            command.steps(layout).flatMap { step in
                let fault = ServerFault.all(side(layout), using: &generator).randomElement(using: &generator)
                return [.kill, .takeOver, fault.map(Disturbance.Halted.fault) ?? .kill].map { halted in
                    round(command, .halt(step, count: count(of: step), halted))
                }
            }
        }
        // Where no transaction is open on the archive that a rename would wait for.
        let exchanges = Command.moves.flatMap { command in
            command.steps(layout).filter { [.leased, .recovered, .committed, .copiesCommitted].contains($0) }.map {
                round(command, .halt($0, count: count(of: $0), .exchange))
            }
        }
        // Between a write and the commit that a majority has to have.
        let rollbacks = [Command.migrate, .restore].flatMap { command in
            command.steps(layout).filter { [.read, .copied, .recorded, .deleted].contains($0) }.flatMap { step in
                layout.sides.map { side in
                    round(command, .halt(step, count: count(of: step), .fault(.rollBack(side))))
                }
            }
        }
        let servers = layout.sides.flatMap { side in
            ServerFault.all(side, using: &generator).map { round(nil, .server($0, milliseconds: moment())) }
        }
        let failures = CommandFailure.all.map { failure in
            let permille = failure.frequencies.randomElement(using: &generator) ?? 60
            return round(nil, .failure(failure, side(layout), permille: permille))
        }
        let stalls = layout.sides.flatMap { side in
            [false, true].map { breaks in
                let duration = Int.random(in: 500...8000, using: &generator)
                return round(nil, .stall(side, milliseconds: moment(), duration: duration, breaks: breaks))
            }
        }
        let races = Command.allCases.flatMap { one in Command.allCases.map { round(one, .race($0)) } }
        let signals = Disturbance.Signal.allCases.map { round(nil, .signal($0, milliseconds: moment())) }
        let suspensions = (0..<2).map { _ in
            let duration = Int.random(in: 200...4000, using: &generator)
            return round(nil, .suspend(milliseconds: moment(), duration: duration))
        }
        let clocks = [-1, 1].map { round(.migrate, .clock(days: $0)) }
        let peace = Command.allCases.map { round($0, .none) }
        let ofServers = rollbacks + servers + failures + stalls
        let ofRuns = halts + exchanges + races + signals + suspensions + clocks + peace
        return (ofServers + ofRuns).shuffled(using: &generator)
    }

    private mutating func side(_ layout: Layout) -> Side { layout.sides.randomElement(using: &generator) ?? .hot }

    /// When something happens: a run takes a few seconds.
    private mutating func moment() -> Int { .random(in: 100...2000, using: &generator) }

    /// At which batch a run stops; what comes once in a run, the first time.
    private mutating func count(of step: ProtocolStep) -> Int {
        let once: Set<ProtocolStep> = [.leased, .recovered, .halfSeated, .seated, .fenced, .undone, .settled, .left]
        return once.contains(step) ? 1 : .random(in: 1...3, using: &generator)
    }

    /// - Parameter command: nil for any that moves many documents, so that there is time for something to happen.
    private mutating func round(_ command: Command?, _ disturbance: Disturbance) -> Round {
        Round(
            command: command ?? Command.moves.randomElement(using: &generator) ?? .migrate,
            disturbance: disturbance,
            workers: .random(in: 1...3, using: &generator),
            batchSize: [20, 50, 100].randomElement(using: &generator) ?? 100
        )
    }
}
