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
    private let words: String?

    /// A deck, shuffled by a seed.
    ///
    /// - Parameter words: deals only what has these in its name, and runs without anything to layouts that have none of it;
    ///   nil deals everything.
    package init(seed: UInt64, only words: String? = nil) {
        generator = SeededGenerator(seed: seed)
        self.words = words
    }

    /// In which order layouts take turns: those with more that can happen come more often.
    private static let turns: [Layout] = [
        .twoClusters, .oneCluster, .standalone, .twoClusters, .oneCluster, .unjournaled,
    ]

    /// The next episode; layouts take turns.
    package mutating func deal() -> Episode {
        let layout = Self.turns[number % Self.turns.count]
        number += 1
        let rounds = (0..<Self.roundsPerEpisode).map { _ in draw(layout) }
        return Episode(number: number, layout: layout, rounds: rounds, seed: generator.next())
    }

    private mutating func draw(_ layout: Layout) -> Round {
        var stack = cards[layout] ?? []
        if stack.isEmpty { stack = chosen(stacked(layout)).shuffled(using: &generator) }
        defer { cards[layout] = stack }
        return stack.removeLast()
    }

    private mutating func chosen(_ rounds: [Round]) -> [Round] {
        guard let words else { return rounds }
        let chosen = rounds.filter { $0.disturbance.kind.contains(words) }
        return chosen.isEmpty ? [round(.migrate, .none)] : chosen
    }

    private mutating func stacked(_ layout: Layout) -> [Round] {
        let halts = Command.moves.flatMap { command in
            command.steps(layout).flatMap { step in
                halted(layout).map { round(command, .halt(step, count: count(of: step), $0)) }
            }
        }
        let servers = layout.sides.flatMap { side in
            ServerFault.all(side, layout, using: &generator).map { round(nil, .server($0, milliseconds: moment())) }
        }
        let peace = Command.allCases.map { round($0, .none) }
        let always = halts + servers + peace
        // There for what a crash costs, which the others don't show.
        guard layout != .unjournaled else { return always }
        return always + rollbacks(layout) + ofOperators(layout) + ofNetwork(layout) + ofRuns()
    }

    // MARK: What can happen

    /// What is done to a run that has stopped at a step.
    private mutating func halted(_ layout: Layout) -> [Disturbance.Halted] {
        let faults = ServerFault.all(side(layout), layout, using: &generator)
        let fault = faults.randomElement(using: &generator).map(Disturbance.Halted.fault) ?? .kill
        switch layout {
        case .oneCluster, .twoClusters: return [.kill, .takeOver, fault]
        case .unjournaled: return layout.sides.map { .fault(.crash($0)) }
        // Nothing fences a process that is frozen there, which is said.
        case .standalone: return [.kill, fault]
        }
    }

    /// Between a write and the commit that a majority has to have.
    private mutating func rollbacks(_ layout: Layout) -> [Round] {
        guard layout != .standalone else { return [] }
        return [Command.migrate, .restore].flatMap { command in
            command.steps(layout).filter { [.read, .copied, .recorded, .deleted].contains($0) }.flatMap { step in
                layout.sides.map { side in
                    round(command, .halt(step, count: count(of: step), .fault(.rollBack(side))))
                }
            }
        }
    }

    /// What people do to collections and machines.
    private mutating func ofOperators(_ layout: Layout) -> [Round] {
        // Where no transaction is open that a rename would wait for; a run of one mover has none there.
        let atRest: Set<ProtocolStep> = [.leased, .recovered, .committed]
        let exchanges = Command.moves.flatMap { command in
            Side.allCases.map { side in
                let isSafe = { (step: ProtocolStep) in
                    atRest.contains(step) || step == .copiesCommitted && side == .cold
                }
                return meet(command, layout, .exchange(side), isSafe)
            }
        }
        let drops = [Command.migrate, .restore].flatMap { command in
            Side.allCases.map { side in
                // What is half-way stays so where its collection is gone: also what a run before, which was killed, has
                // left, before this one has settled it. In one cluster nothing is.
                let isSettled = { (step: ProtocolStep) in
                    step == .recovered || step == .leased && layout == .oneCluster
                        || step == .committed && (command == .migrate || layout == .oneCluster)
                }
                return meet(command, layout, .drop(side), isSettled)
            }
        }
        let clones = Command.moves.map { meet($0, layout, .clone) { _ in true } }
        let changes = Disturbance.IndexChange.allCases.map { round(nil, .index($0, milliseconds: moment())) }
        return exchanges + drops + clones + changes + (layout == .twoClusters ? builds(layout) : [])
    }

    /// With a hot transaction open or about to be.
    private mutating func builds(_ layout: Layout) -> [Round] {
        Command.moves.flatMap { command in
            command.steps(layout).filter { [.read, .copied, .copiesCommitted].contains($0) }.map { step in
                round(command, .halt(step, count: count(of: step), .buildBesideFrozenArchive))
            }
        }
    }

    /// At one of the steps that are fit for it.
    private mutating func meet(
        _ command: Command,
        _ layout: Layout,
        _ halted: Disturbance.Halted,
        _ isFit: (ProtocolStep) -> Bool
    ) -> Round {
        let step = command.steps(layout).filter(isFit).randomElement(using: &generator) ?? .leased
        return round(command, .halt(step, count: count(of: step), halted), workers: 1)
    }

    private mutating func ofNetwork(_ layout: Layout) -> [Round] {
        let failures = CommandFailure.all(layout).map { failure in
            let permille = failure.frequencies.randomElement(using: &generator) ?? 60
            return round(nil, .failure(failure, side(layout), permille: permille))
        }
        let stalls = layout.sides.flatMap { side in
            [false, true].map { breaks in
                let duration = Int.random(in: 500...8000, using: &generator)
                return round(nil, .stall(side, milliseconds: moment(), duration: duration, breaks: breaks))
            }
        }
        return failures + stalls
    }

    private mutating func ofRuns() -> [Round] {
        let races = Command.allCases.flatMap { one in Command.allCases.map { round(one, .race($0)) } }
        let signals = Disturbance.Signal.allCases.map { round(nil, .signal($0, milliseconds: moment())) }
        let suspensions = (0..<2).map { _ in
            let duration = Int.random(in: 200...4000, using: &generator)
            return round(nil, .suspend(milliseconds: moment(), duration: duration))
        }
        return races + signals + suspensions + [-1, 1].map { round(.migrate, .clock(days: $0)) }
    }

    // MARK: Details

    private mutating func side(_ layout: Layout) -> Side { layout.sides.randomElement(using: &generator) ?? .hot }

    /// When something happens: a run takes a few seconds.
    private mutating func moment() -> Int { .random(in: 100...2000, using: &generator) }

    /// At which batch a run stops; what comes once in a run, the first time.
    private mutating func count(of step: ProtocolStep) -> Int {
        let once: Set<ProtocolStep> = [.leased, .recovered, .halfSeated, .seated, .fenced, .undone, .settled, .left]
        return once.contains(step) ? 1 : .random(in: 1...3, using: &generator)
    }

    /// - Parameter command: nil for any that moves many documents, so that there is time for something to happen.
    private mutating func round(_ command: Command?, _ disturbance: Disturbance, workers: Int? = nil) -> Round {
        Round(
            command: command ?? Command.moves.randomElement(using: &generator) ?? .migrate,
            disturbance: disturbance,
            workers: workers ?? .random(in: 1...3, using: &generator),
            batchSize: [20, 50, 100].randomElement(using: &generator) ?? 100
        )
    }
}
