import FaultSuite
import Testing

struct DeckTests {
    @Test func `a seed deals the same episodes again, another one others`() {
        var (first, second, other) = (Deck(seed: 7), Deck(seed: 7), Deck(seed: 8))
        let dealt = (0..<100).map { _ in first.deal() }
        #expect(dealt == (0..<100).map { _ in second.deal() })
        #expect(dealt != (0..<100).map { _ in other.deal() })
    }

    /// What is dealt for each layout before anything comes again.
    private static let seen: [Layout: [Round]] = {
        var deck = Deck(seed: 1)
        var seen: [Layout: [Round]] = [:]
        for _ in 0..<600 {
            let episode = deck.deal()
            seen[episode.layout, default: []] += episode.rounds
        }
        return seen
    }()

    @Test(arguments: Layout.allCases)
    func `a run of each command is stopped at each of its steps`(layout: Layout) throws {
        let rounds = try #require(Self.seen[layout])
        for command in Command.moves {
            for step in command.steps(layout) {
                let isSeen = rounds.contains { round in
                    switch round.disturbance {
                    case .halt(step, _, .kill): round.command == command && layout != .unjournaled
                    case .halt(step, _, .fault(.crash)): round.command == command && layout == .unjournaled
                    default: false
                    }
                }
                #expect(isSeen, "\(command) at \(step)")
            }
        }
    }

    @Test(arguments: [Layout.oneCluster, .twoClusters, .standalone])
    func `operators and machines act in every way`(layout: Layout) throws {
        let kinds = Set(try #require(Self.seen[layout]).map(\.disturbance.kind))
        let acts = Side.allCases.flatMap { side in
            ["exchanged", "dropped"].map { "the \(side.rawValue) collection is \($0) at a step" }
        }
        let build = layout == .twoClusters ? ["an index of hot is built while the archive is frozen"] : []
        let expected = acts + build + Disturbance.IndexChange.allCases.map(\.rawValue)
        #expect(kinds.isSuperset(of: expected), "\(Set(expected).subtracting(kinds))")
        #expect(kinds.contains { $0.hasSuffix("a clone comes") })
    }
}
