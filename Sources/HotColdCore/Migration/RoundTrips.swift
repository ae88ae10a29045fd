internal import Mongo

/// The way to the servers, as the answers of one stretch of time after another tell it.
struct RoundTrips: Sendable {
    private let pools: [ConnectionPool]

    init(_ tiers: Tiers) { pools = tiers.areOne ? [tiers.hot] : [tiers.hot, tiers.cold] }

    /// Looks at what was answered since the last look, by whomever: the pools count for one run at a time.
    func take() -> Stretch { Stretch(answers: pools.map { $0.takeAnswers() }) }

    /// What there was to be seen in one look.
    struct Stretch: Sendable {
        fileprivate let answers: [Answers]

        /// The longest of the ways to the servers, there and back.
        var longest: Duration { answers.compactMap(\.fastest).max() ?? .zero }
        /// How long all commands were on the way, together.
        var total: Duration { answers.reduce(.zero) { $0 + $1.onTheWay } }
    }
}
