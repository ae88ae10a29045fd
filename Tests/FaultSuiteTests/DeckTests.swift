import FaultSuite
import Testing

struct DeckTests {
    @Test func `a seed deals the same episodes again, another one others`() {
        var (first, second, other) = (Deck(seed: 7), Deck(seed: 7), Deck(seed: 8))
        let dealt = (0..<100).map { _ in first.deal() }
        #expect(dealt == (0..<100).map { _ in second.deal() })
        #expect(dealt != (0..<100).map { _ in other.deal() })
    }

    @Test func `everything that can happen comes before anything comes again`() {
        var deck = Deck(seed: 1)
        var seen: [Layout: [Round]] = [:]
        for _ in 0..<200 {
            let episode = deck.deal()
            seen[episode.layout, default: []] += episode.rounds
        }
        for (layout, rounds) in seen {
            for command in Command.moves {
                for step in command.steps(layout) {
                    let isSeen = rounds.contains { round in
                        guard case .halt(step, _, .kill) = round.disturbance else { return false }
                        return round.command == command
                    }
                    #expect(isSeen, "\(command) killed at \(step), \(layout)")
                }
            }
        }
    }
}
